// Comfort only: without this module every page still works as links and forms.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// -- theme and menu --
$("[data-theme-toggle]")?.addEventListener("click", () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});
$("[data-menu]")?.addEventListener("click", (event) => {
  const button = event.currentTarget;
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isOpen));
  $(".rail").classList.toggle("open", !isOpen);
});

// -- copy and reveal --
const textOf = (target) =>
  target.value ?? [...target.childNodes].map((node) => node.dataset?.value ?? node.textContent).join("");

function said(button, word) {
  const label = $("span", button);
  const before = label.innerHTML;
  label.textContent = word;
  setTimeout(() => (label.innerHTML = before), 1500);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-file], [data-reveal], [data-show]");
  if (!button) return;
  if (button.dataset.copyFile) {
    const response = await fetch(button.dataset.copyFile);
    if (!response.ok) return;
    await navigator.clipboard.writeText(await response.text());
    said(button, "Copied");
    return;
  }
  if (button.dataset.copy) {
    const target = document.getElementById(button.dataset.copy);
    const hidden = [target, ...$$("[data-secret]", target)].some((node) => node.dataset?.secret && !node.dataset.value);
    if (hidden) await reveal();
    await navigator.clipboard.writeText(target.dataset?.value ?? textOf(target));
    said(button, "Copied");
  } else if (button.dataset.show) {
    const target = document.getElementById(button.dataset.show);
    const isShown = button.textContent === "Hide";
    target.textContent = isShown ? "••••••••••••" : target.dataset.value;
    button.textContent = isShown ? "Reveal" : "Hide";
  } else {
    await reveal();
    for (const node of $$("[data-secret][data-value]")) node.textContent = node.dataset.value;
    button.hidden = true;
  }
});

async function reveal() {
  const button = $("[data-reveal]");
  if (!button) return;
  const body = new URLSearchParams({ csrf: button.dataset.csrf });
  const response = await fetch(button.dataset.reveal, { method: "POST", body });
  if (!response.ok) return;
  const secrets = await response.json();
  for (const node of $$("[data-secret]")) {
    const value = node.dataset.value ?? secrets[node.dataset.secret];
    if (value) node.dataset.value = value; // an instance's token is not known where none is chosen
  }
}

// -- tabs: arrow keys move, as the pattern says --
for (const tabs of $$("[data-tabs]")) {
  const all = $$("[role=tab]", tabs);
  const choose = (tab) => {
    for (const other of all) {
      const isChosen = other === tab;
      other.setAttribute("aria-selected", String(isChosen));
      other.tabIndex = isChosen ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !isChosen;
    }
    tab.focus();
  };
  for (const tab of all) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) choose(all[(all.indexOf(tab) + step + all.length) % all.length]);
    });
  }
}

// -- a list that follows what is typed --
for (const form of $$("form[data-live]")) {
  let timer, running;
  const update = async () => {
    running?.abort();
    running = new AbortController();
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const url = `${location.pathname}?${query}`;
    try {
      const response = await fetch(url, { signal: running.signal });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = $(form.dataset.live, page);
      if (!fresh) return;
      $(form.dataset.live).replaceWith(fresh);
      history.replaceState(null, "", url);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(update, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    update();
  });
}

// -- a button that says what it waits for --
for (const form of $$("form[data-wait]")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter ?? $("button:not([type=button])", form);
    button.setAttribute("aria-busy", "true");
    button.dataset.before = button.innerHTML;
    button.textContent = button.dataset.busy ?? form.dataset.wait;
  });
}
addEventListener("pageshow", () => {
  for (const button of $$("[aria-busy]")) {
    button.removeAttribute("aria-busy");
    button.innerHTML = button.dataset.before;
  }
});

// -- tags: completion of the last one typed --
for (const input of $$("input[data-tags]")) {
  const list = document.getElementById(input.getAttribute("list"));
  const known = $$("option", list).map((option) => option.value);
  input.addEventListener("input", () => {
    const parts = input.value.split(",").map((part) => part.trim());
    const before = parts.slice(0, -1);
    const prefix = before.length ? `${before.join(", ")}, ` : "";
    list.replaceChildren(
      ...known
        .filter((tag) => !before.includes(tag))
        .map((tag) => Object.assign(document.createElement("option"), { value: prefix + tag })),
    );
  });
}

// -- the command palette --
const palette = $("dialog.palette");
if (palette) {
  const input = $("input", palette);
  const list = $("ul", palette);
  const own = $$("#nav a").map((link) => ({ label: link.textContent.trim(), href: link.getAttribute("href") }));
  let places = own;
  let chosen = 0;
  const show = () => {
    const wanted = input.value.toLowerCase().split(/\s+/);
    const found = places.filter(({ label }) => wanted.every((word) => label.toLowerCase().includes(word))).slice(0, 12);
    chosen = Math.max(0, Math.min(chosen, found.length - 1));
    list.replaceChildren(
      ...found.map(({ label, href }, position) => {
        const item = document.createElement("li");
        item.id = `palette-${position}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(position === chosen));
        item.append(Object.assign(document.createElement("a"), { href, textContent: label, tabIndex: -1 }));
        return item;
      }),
    );
    input.setAttribute("aria-activedescendant", found.length ? `palette-${chosen}` : "");
  };
  const open = async () => {
    input.value = "";
    chosen = 0;
    palette.showModal();
    show();
    const response = await fetch("/console/palette");
    if (response.ok) places = [...own, ...(await response.json())];
    show();
  };
  $("[data-palette]").addEventListener("click", open);
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      palette.open ? palette.close() : open();
    }
  });
  input.addEventListener("input", () => {
    chosen = 0;
    show();
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      chosen += step;
      show();
    } else if (event.key === "Enter") {
      event.preventDefault();
      $("[aria-selected=true] a", list)?.click();
    }
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
}

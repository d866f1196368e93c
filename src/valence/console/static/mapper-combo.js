// An input that completes vendor paths, with the values they have in the chosen record.

import { el, once, pathText, read, short, words } from "./mapper-dom.js";

const MOST = 60; // options drawn at once

/** Make a combobox of an input: typing maps a field, and so does choosing. */
export function combobox(world, input, path) {
  const list = el("ul", { id: `${input.id}-list`, class: "m-options", role: "listbox", "aria-label": "Vendor fields", hidden: true });
  let chosen = -1;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const commit = () => {
    later.cancel();
    world.store.setVendorPath(path, input.value.trim());
  };
  // What is half typed is nothing yet.
  const later = once(300, () => world.isKnown(input.value.trim()) && commit());
  const pick = (value) => {
    input.value = value;
    close();
    commit();
  };
  const choose = (place) => {
    const all = [...list.children];
    chosen = (place + all.length) % all.length;
    all.forEach((one, at) => one.setAttribute("aria-selected", String(at === chosen)));
    input.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  };
  const option = (one, at) =>
    el(
      "li",
      {
        id: `${list.id}-${at}`,
        role: "option",
        "aria-selected": "false",
        data: { path: one.path },
        onpointerdown: (event) => {
          event.preventDefault();
          pick(one.path);
        },
      },
      el("span", { class: "m-path" }, pathText(one.path)),
      el("span", { class: "m-value" }, short(read(world.record, one.path) ?? one.samples?.[0], 40)),
    );
  const show = ({ isAll = false } = {}) => {
    const wanted = isAll ? [] : words(input.value);
    const fits = (one) => wanted.every((word) => `${one.path} ${one.displayName ?? ""}`.toLowerCase().includes(word));
    const fields = world.sample.fields.filter(fits).slice(0, MOST);
    list.replaceChildren(...fields.map(option));
    list.hidden = fields.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
  };

  close();
  input.addEventListener("input", () => {
    show();
    later();
  });
  input.addEventListener("click", () => show({ isAll: true }));
  input.addEventListener("blur", () => {
    close();
    commit();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show({ isAll: true });
      if (!list.hidden) choose(event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? -1 : chosen - 1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (chosen >= 0) pick(list.children[chosen].dataset.path);
      else {
        close();
        commit();
      }
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  return el("div", { class: "m-combo" }, input, list);
}

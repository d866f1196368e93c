// Rows to add, JSON looked at while it is typed, and the body shown only where it is sent.

const form = document.querySelector("[data-playground]");
const rows = form.querySelector("[data-rows]");
const add = form.querySelector("[data-add-row]");
const method = form.querySelector("#method");
const body = form.querySelector("#body");
const help = form.querySelector("#body-help");

add.hidden = false;
add.addEventListener("click", () => {
  const row = rows.lastElementChild.cloneNode(true);
  const number = rows.children.length + 1;
  row.setAttribute("aria-label", `Parameter ${number}`);
  for (const input of row.querySelectorAll("input")) {
    input.value = "";
    input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, number));
  }
  rows.append(row);
  row.querySelector("input").focus();
});

const settle = () => {
  form.querySelector("[data-body]").hidden = method.value === "GET";
};
method.addEventListener("change", settle);
settle();

const check = () => {
  let fault = "";
  try {
    if (body.value.trim()) JSON.parse(body.value);
  } catch (error) {
    fault = `This is not JSON: ${error.message}`;
  }
  body.setAttribute("aria-invalid", String(Boolean(fault)));
  help.className = fault ? "error" : "help";
  help.textContent = fault;
};
let timer;
body.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(check, 400);
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});

// The chosen operation is in sight of its list.
const list = document.querySelector(".operations");
const chosen = list.querySelector("[aria-current]");
if (chosen) list.scrollTop = chosen.offsetTop - list.offsetTop - list.clientHeight / 2;

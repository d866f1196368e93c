// Rows of fields to add and to take away; without this module the blank rows and boxes do the same.

const form = document.querySelector("[data-fields]");
if (form) {
  const rows = form.querySelector("[data-field-rows]");
  const add = form.querySelector("[data-add-field]");
  const all = () => [...rows.querySelectorAll("[role=group]")];
  let next = all().length + 1;
  const blank = all().at(-1).cloneNode(true);

  const append = () => {
    const row = blank.cloneNode(true);
    const number = next++;
    row.setAttribute("aria-label", `Field ${number}`);
    for (const input of row.querySelectorAll("input")) {
      input.name = input.name.replace(/\d+$/, number);
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+/, number));
    }
    rows.append(row);
    row.querySelector("input").focus();
  };
  // One blank row is enough where more can be had.
  const spare = all().filter((row) => "blank" in row.dataset);
  for (const row of spare.slice(1)) row.remove();
  add.hidden = false;
  add.addEventListener("click", append);

  form.addEventListener("change", (event) => {
    if (event.target.type === "checkbox") event.target.closest(".field-row").classList.toggle("gone", event.target.checked);
  });
  // Enter in a name goes on to a new field; it would submit what is half written.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-field-rows] input:not([type=checkbox])")) return;
    event.preventDefault();
    if (event.target.closest(".field-row") === all().at(-1) && event.target.value) append();
  });
}

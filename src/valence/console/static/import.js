// Dropping a file and a first look at it; without this module the form sends the same.

const form = document.querySelector("[data-import]");
const drop = form.querySelector("[data-drop]");
const input = drop.querySelector("input[type=file]");
const help = drop.querySelector(".help");
const largest = Number(form.dataset.largest);
const said = help.textContent;

const look = () => {
  const file = input.files[0];
  const isLarge = file && file.size > largest;
  input.setCustomValidity(isLarge ? `${file.name} is larger than ${largest / 1048576} MB.` : "");
  help.textContent = isLarge ? input.validationMessage : file ? `${file.name}, ${Math.ceil(file.size / 1024)} kB: press Check.` : said;
  help.classList.toggle("error", Boolean(isLarge));
};
input.addEventListener("change", look);

for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
drop.addEventListener("dragleave", (event) => {
  if (!drop.contains(event.relatedTarget)) drop.classList.remove("over");
});
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  look();
  if (form.reportValidity()) form.requestSubmit(form.querySelector("[name=step][value=check]"));
});
// A file dropped beside the zone would replace the page.
for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());

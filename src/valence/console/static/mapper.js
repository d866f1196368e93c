// The mapper: talks to the server, keeps what is known, and says what happens.
// State is in mapper-state.js, the columns in mapper-board.js, what is below in mapper-dock.js.

import { Board } from "./mapper-board.js";
import { Dock } from "./mapper-dock.js";
import { el, fill, general, icon, once, plural, short } from "./mapper-dom.js";
import { LEVELS, Store } from "./mapper-state.js";

const root = document.querySelector("[data-mapper]");
const data = JSON.parse(document.getElementById("mapper-data").textContent);
const find = (name) => root.querySelector(`[data-${name}]`);

// -- the server --

class Refused extends Error {
  constructor(status, told) {
    super(told.message);
    this.status = status;
    this.code = told.code;
    this.told = told;
  }
}

const running = new Map();

/** Ask the server; a newer question of the same kind takes the place of an older one. */
async function ask(kind, body = {}, { isExclusive = true } = {}) {
  if (isExclusive) running.get(kind)?.abort();
  const control = new AbortController();
  running.set(kind, control);
  let response;
  try {
    response = await fetch(`${data.here}/${kind}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF": data.csrf },
      body: JSON.stringify({ instance: data.instance.id, ...body }),
      signal: control.signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, { message: "The hub cannot be reached. What you did is kept here; try again.", code: "offline" });
  }
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  const told = isJson ? await response.json() : { message: "The hub answered with something else.", code: "malformed" };
  if (!response.ok || !isJson) throw new Refused(response.status, told);
  return told;
}

// -- what is known --

const store = new Store(data);
const known = new Set();

const preview = {
  read: null,
  write: null,
  line: 0,
  scriptFault: "",
  isReset: false,
  ask: once(200, () => look()),
};

const world = {
  data,
  store,
  preview,
  sample: { fields: [], records: [], nextPage: null, error: null, isLoading: true },
  suggestions: [],
  coverage: null,
  coverageError: "",
  faults: new Map(),
  index: 0,
  get record() {
    return this.sample.records[this.index];
  },
  isKnown: (path) => isKnown(path),
  render: () => render(),
  say: (text) => say(text),
};

/** Whether a vendor's path, or what is in it, is documented or was seen. */
function isKnown(path) {
  const key = general(path).replace(/\[\*\]$/, "");
  return known.has(key) || [...known].some((one) => one.startsWith(`${key}.`) || one.startsWith(`${key}[`));
}

const board = (world.board = new Board(root, world));
const dock = new Dock(root, world);

let frame = 0;
function render() {
  if (frame) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    draw();
  });
}

function draw() {
  board.render();
  dock.render();
  drawBar();
  drawRecord();
}
world.render = draw; // what a person did is shown before anything else happens

function say(text) {
  fill(find("said"), text);
}

// -- the bar: level, history, saving --

function drawBar() {
  for (const input of root.querySelectorAll("[name=level]")) {
    input.checked = input.value === store.level;
    const layer = store.layer(input.value);
    fill(root.querySelector(`[data-held="${input.value}"]`), layer.mapping ? plural(layer.mapping.fields.length, "field") : "not mapped");
  }
  const undo = find("undo");
  const redo = find("redo");
  for (const [button, label, word] of [[undo, store.undoLabel, "Undo"], [redo, store.redoLabel, "Redo"]]) {
    button.setAttribute("aria-disabled", String(!label));
    const text = label ? `${word}: ${label}` : `Nothing to ${word.toLowerCase()}`;
    button.title = text;
    fill(button.querySelector(".hidden"), text);
  }
  const save = find("save");
  const isReady = store.isDirty && store.mayEdit;
  save.setAttribute("aria-disabled", String(!isReady));
  save.classList.toggle("primary", isReady);
  fill(find("save-text"), store.mayEdit ? (store.isDirty ? "Save" : store.isStored ? "Saved" : "Save") : "Read only");
  fill(find("dirty"), ...(store.isDirty ? [el("span", { class: "m-dot" }), "Not saved"] : []));
  const layer = store.layer(store.level);
  const below = store.overridden;
  const replaced = below.find((one) => one.replaces);
  fill(
    find("level-help"),
    `${layer.help} `,
    !store.mayEdit ? "Your role may look at it, not change it." : "",
    replaced ? el("strong", {}, `The ${replaced.level} level replaces it for this instance.`) : below.length ? `The ${below[0].level} level adds to it.` : "",
  );
  const name = find("vendor-name");
  if (document.activeElement !== name && name.value !== store.now.mapping.vendorName) name.value = store.now.mapping.vendorName;
  name.disabled = !store.mayEdit;
}

for (const input of root.querySelectorAll("[name=level]")) {
  input.addEventListener("change", () => switchLevel(input.value));
}

async function switchLevel(level) {
  if (store.isDirty) {
    const answer = await decide(level);
    if (answer === "stay") return drawBar();
    if (answer === "save" && !(await save())) return drawBar();
  }
  store.load(store.levels, level);
  history.replaceState(null, "", address(level));
  say(`Editing the ${level} level.`);
}

const address = (level) => `${data.here}?${new URLSearchParams({ instance: data.instance.id, level })}`;

/** Ask what becomes of unsaved work. */
function decide(level) {
  const dialog = find("leave");
  fill(dialog.querySelector("[data-leave-text]"), `The ${store.level} level has changes that are not saved. What becomes of them before you go to the ${level} level?`);
  dialog.returnValue = "stay";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue || "stay"), { once: true }));
}

find("undo").addEventListener("click", () => store.undo());
find("redo").addEventListener("click", () => store.redo());
find("save").addEventListener("click", () => save());

addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === "s") {
    event.preventDefault();
    save();
    return;
  }
  // Text that is being typed has the browser's own history.
  if (event.target.closest("textarea, [data-own-undo]")) return;
  if (key === "z" || key === "y") {
    event.preventDefault();
    flush();
    if (key === "y" || event.shiftKey) store.redo();
    else store.undo();
  }
});

addEventListener("beforeunload", (event) => {
  if (store.isDirty) event.preventDefault();
});

/** Take in what is still being typed. */
const flush = () => document.activeElement?.dispatchEvent(new Event("blur"));

async function save({ isForced = false } = {}) {
  flush();
  if (!store.isDirty || !store.mayEdit) return true;
  const button = find("save");
  button.setAttribute("aria-busy", "true");
  const changes = store.changes();
  if (isForced) for (const one of isForced) changes.versions[one.level] = one.version;
  try {
    const told = await ask("save", changes);
    store.settle(told.levels);
    problem(null);
    say(told.hint ? `Saved. ${told.hint}` : `Saved at the ${store.level} level. Calls are answered by it from now on.`);
    refreshCoverage();
    return true;
  } catch (error) {
    if (error.name === "AbortError") return false;
    problem(error);
    return false;
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** Show why something was not stored, and what can be done. */
function problem(error) {
  const box = find("problem");
  box.hidden = !error;
  if (!error) return;
  const actions = [];
  const button = (text, act) => el("button", { type: "button", class: "button small", onclick: act }, text);
  if (error.code === "changed-meanwhile") {
    actions.push(
      button("Load theirs, drop mine", async () => {
        store.load((await ask("state")).levels, store.level);
        problem(null);
        say("Loaded what is stored now.");
      }),
      button("Save mine over it", async () => save({ isForced: (await ask("state")).levels })),
    );
  }
  if (error.status === 401) actions.push(el("a", { class: "button small", href: "/console/sign-in", target: "_blank", rel: "opener" }, "Sign in in another tab"));
  if (error.told.path) {
    world.faults.set(error.told.path, { message: error.message, part: error.told.part });
    board.show(error.told.path);
    actions.push(button(`Go to ${error.told.path}`, () => board.show(error.told.path)));
  }
  fill(box.querySelector("[data-problem-text]"), error.code === "changed-meanwhile" ? `${error.message} Nothing of yours was stored.` : `Not saved. ${error.told.path ? `${error.told.path}: ` : ""}${error.message}`);
  box.querySelector("[data-problem-actions]").replaceChildren(...actions);
}

// -- giving a level up --

find("unmap").addEventListener("click", async () => {
  const dialog = find("unmapping");
  const { mapping } = store.layer(store.level);
  const script = mapping.script ? " and its script" : "";
  const above = store.above.vendorName ? "What is mapped above it counts again." : `${data.name} is not mapped by it any more.`;
  fill(dialog.querySelector("[data-unmapping-text]"), `The ${store.level} level loses ${plural(mapping.fields.length, "mapped field")}${script}. ${above} This cannot be undone here; export first to keep it.`);
  dialog.returnValue = "stay";
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.returnValue === "remove" && unmap(), { once: true });
});

async function unmap() {
  try {
    const told = await ask("unmap", { level: store.level });
    store.load(told.levels, store.level);
    problem(null);
    say(`The ${store.level} level maps nothing any more.`);
  } catch (error) {
    if (error.name !== "AbortError") problem(error);
  }
}

// -- records --

find("previous").addEventListener("click", () => step(-1));
find("next").addEventListener("click", () => step(1));
find("record").addEventListener("change", (event) => choose(Number(event.target.value)));
find("find").addEventListener("submit", (event) => {
  event.preventDefault();
  load();
});
find("vendor-name").addEventListener("change", (event) => {
  const name = event.target.value.trim();
  if (!name || name === store.now.mapping.vendorName) return;
  store.setVendorName(name);
});

function choose(index) {
  world.index = index;
  preview.ask();
  draw();
}

async function step(by) {
  const wanted = world.index + by;
  if (wanted < 0) return;
  if (wanted >= world.sample.records.length) {
    if (world.sample.nextPage) await load({ isMore: true });
    if (wanted >= world.sample.records.length) return;
  }
  choose(wanted);
  say(`Record ${world.index + 1}: ${title(world.record)}`);
}

const TITLES = ["name", "fullName", "full_name", "displayName", "title", "subject", "company_name", "email", "Name"];

/** What a person knows a record by: its name and its id, else its first short values. */
function title(record) {
  if (!record) return "";
  const text = (value) => (typeof value === "string" || typeof value === "number" ? String(value).trim() : "");
  const given = Object.entries(record).find(([key]) => /^(given|first)_?name$/i.test(key));
  const family = Object.entries(record).find(([key]) => /^(family|last)_?name$/i.test(key));
  const person = [given, family].map((pair) => text(pair?.[1])).filter(Boolean).join(" ");
  const named = person || TITLES.map((key) => text(record[key])).find(Boolean);
  const id = text(record.id ?? record.Id ?? record.ID);
  const first = Object.values(record).map(text).find((one) => one && one.length < 40);
  return [named || (id ? "" : first), id ? `#${id}` : ""].filter(Boolean).join(" · ") || "record";
}

function drawRecord() {
  const { sample, index } = world;
  const select = find("record");
  const key = `${sample.records.length} ${sample.error} ${sample.isLoading} ${title(sample.records[0])}`;
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    const none = sample.isLoading ? "Reading records…" : sample.error ? "No record" : "No record yet";
    select.replaceChildren(...(sample.records.length ? sample.records.map((one, at) => el("option", { value: String(at) }, `${at + 1}. ${short(title(one), 60)}`)) : [el("option", { value: "0" }, none)]));
  }
  select.value = String(index);
  select.disabled = sample.records.length === 0;
  const count = sample.records.length;
  find("previous").setAttribute("aria-disabled", String(index === 0));
  find("next").setAttribute("aria-disabled", String(!(index + 1 < count || sample.nextPage)));
  const failure = find("sample-failure");
  failure.hidden = !sample.error;
  if (sample.error) {
    const { turn, request } = sample.error.told;
    fill(failure.querySelector("[data-failure-text]"), el("strong", {}, turn ? `${turn}. ` : ""), sample.error.message,
      " ", request ? el("a", { href: `/console/activity/${request}` }, "What was sent and answered") : "");
  }
  find("loading").hidden = !sample.isLoading;
}

/** Read records: the next of them, those that are looked for, or those of another object. */
async function load({ isMore = false, isOther = false } = {}) {
  const vendorName = store.now.mapping.vendorName;
  const { sample } = world;
  if (!vendorName) {
    world.sample = { fields: [], records: [], nextPage: null, error: null, isLoading: false };
    draw();
    return;
  }
  if (isOther) world.sample = { fields: [], records: [], nextPage: null };
  world.sample.isLoading = true;
  world.sample.error = null;
  draw();
  try {
    const search = find("find").elements.search.value.trim();
    const told = await ask("sample", { vendorName, search, nextPage: isMore ? sample.nextPage : null });
    world.sample = {
      fields: isOther ? told.fields : joined(sample.fields, told.fields),
      records: isMore ? [...sample.records, ...told.records] : told.records,
      nextPage: told.nextPage,
      error: null,
      isLoading: false,
    };
    if (!isMore) world.index = 0;
  } catch (error) {
    if (error.name === "AbortError") return;
    const documented = error.told.fields ?? [];
    world.sample = {
      records: isOther ? [] : sample.records,
      nextPage: isOther ? null : sample.nextPage,
      fields: isOther ? documented : joined(documented, sample.fields),
      error,
      isLoading: false,
    };
    if (isOther) world.index = 0;
  }
  known.clear();
  for (const one of world.sample.fields) known.add(general(one.path).replace(/\[\*\]$/, ""));
  draw();
  preview.ask();
  refreshCoverage();
  suggest();
}

function joined(before, after) {
  const found = new Map(before.map((one) => [one.path, one]));
  for (const one of after) found.set(one.path, { ...found.get(one.path), ...one });
  return [...found.values()];
}

find("retry").addEventListener("click", () => load());

async function suggest() {
  const vendorName = store.now.mapping.vendorName;
  if (!vendorName) return;
  try {
    const told = await ask("suggest", { ...draft(), vendorName, ...seen() });
    world.suggestions = told.suggestions;
  } catch (error) {
    if (error.name === "AbortError") return;
    world.suggestions = []; // what is wrong with the draft, the preview tells at its field
  }
  draw();
}

// -- preview and coverage --

/** What is tried out: the draft, or what is stored where the person may not change it. */
const draft = () =>
  store.mayEdit ? { level: store.level, transformation: store.now.mapping, definitions: store.now.fields } : { level: store.level };

/** What was read from the vendor goes back to be counted: the vendor is not asked again. */
const seen = () => {
  const { records, fields } = world.sample;
  return { records: records.slice(0, 50), fields: fields.map(({ samples, ...one }) => one) };
};

async function look() {
  if (!store.now.mapping.vendorName) return;
  const record = world.record;
  if (!record && dock.body === null) {
    preview.read = preview.write = null;
    draw();
    return;
  }
  try {
    const told = await ask("preview", { ...draft(), record: record ?? {}, body: dock.body, method: dock.method });
    preview.read = told.read;
    preview.write = told.write;
    world.faults.clear();
    blame(told.fault);
    const { message = "", line = 0, level } = told.script ?? {};
    const isElsewhere = level && level !== store.level;
    preview.scriptFault = isElsewhere ? `The ${level} level's script, line ${line}: ${message}` : message;
    preview.line = isElsewhere ? 0 : line;
  } catch (error) {
    if (error.name === "AbortError") return;
    world.faults.clear();
    if (error.told.path) blame(error.told);
    else preview.read = { ...preview.read, error: error.message };
  }
  draw();
}

function blame(told) {
  if (told?.path) world.faults.set(told.path, { message: told.message, part: told.part });
}

const refreshCoverage = once(600, async () => {
  if (!store.now.mapping.vendorName || world.sample.isLoading) return;
  try {
    world.coverage = await ask("coverage", { ...draft(), ...seen() });
    world.coverageError = "";
  } catch (error) {
    if (error.name === "AbortError") return;
    world.coverage = null;
    world.coverageError = error.message;
  }
  draw();
});

// -- everything follows the draft --

let vendorName = "";
store.addEventListener("change", ({ detail }) => {
  const { kind, label } = detail;
  if (kind === "undo" || kind === "redo" || kind === "load") {
    preview.isReset = true;
    board.reset();
  }
  if (kind === "undo") say(`Undone: ${label}.`);
  if (kind === "redo") say(`Done again: ${label}.`);
  if (kind === "change") say(`Done: ${label}.`);
  draw();
  if (store.now.mapping.vendorName !== vendorName) {
    vendorName = store.now.mapping.vendorName;
    load({ isOther: true });
  } else if (kind !== "settle") {
    preview.ask();
    refreshCoverage();
  }
  if (kind !== "settle" && label.startsWith("add ")) suggestSoon();
});
const suggestSoon = once(300, () => suggest());

const level = find("add").elements.level;
level.value = LEVELS.find((one) => store.layer(one).mayEdit && one === store.level) ?? LEVELS.find((one) => store.layer(one).mayEdit) ?? "";
vendorName = store.now.mapping.vendorName;
draw();
load({ isOther: true });

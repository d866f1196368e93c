// The two columns: rows, the panel of a field, and the three ways to map: drag, click, keys.

import { combobox } from "./mapper-combo.js";
import { draggable } from "./mapper-drag.js";
import { el, fill, general, icon, pathName, pathText, plural, read, short, typed, words } from "./mapper-dom.js";

const DIRECTIONS = {
  both: ["Both ways", "both"],
  fromVendor: ["Only from the vendor", "from"],
  toVendor: ["Only to the vendor", "to"],
  none: ["Removed, neither way", "none"],
};
const PATTERNS = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.SSSZ", "dd.MM.yyyy", "MM/dd/yyyy"];
const WHY = { canonical: "known match", name: "name", type: "type", value: "values" };

export class Board {
  #rows = new Map();
  #vendors = new Map();
  #open = null;
  #armed = null; // {side: "own" | "vendor", path}

  constructor(root, world) {
    this.root = root;
    this.world = world;
    this.own = root.querySelector("[data-fields]");
    this.vendor = root.querySelector("[data-vendor-fields]");
    this.find = (name) => root.querySelector(`[data-${name}]`);
    this.own.replaceChildren();
    for (const name of ["own-search", "own-show", "vendor-search", "vendor-show"]) {
      this.find(name).addEventListener("input", () => this.render());
    }
    for (const list of [this.own, this.vendor]) list.addEventListener("keydown", (event) => this.#keys(event, list));
    this.find("accept-all").addEventListener("click", () => this.#acceptAll());
    this.find("add").addEventListener("submit", (event) => this.#add(event));
    const path = this.find("add").elements.path;
    path.addEventListener("input", () => path.setCustomValidity(""));
    draggable(root, {
      start: (side, one) => this.#arm(side, one),
      drop: (source, target) => this.#dropped(source, target),
      end: () => this.#arm(null),
    });
  }

  // -- rendering --

  render() {
    const { world } = this;
    const rows = world.store.rows();
    const suggestions = this.#suggested(rows);
    this.#renderOwn(rows, suggestions);
    this.#renderVendor(rows);
    const mapped = rows.filter((row) => row.isMapped && row.direction !== "none").length;
    fill(this.find("own-count"), rows.length ? `${mapped} of ${plural(rows.length, "field")} mapped` : "");
    const all = this.find("accept-all");
    all.hidden = suggestions.size === 0 || !world.store.mayEdit;
    fill(all.querySelector("span"), suggestions.size === 1 ? "Accept the suggestion" : `Accept all ${suggestions.size}`);
    this.find("add").hidden = !world.store.mayEdit;
  }

  /** Suggestions for what is not mapped, by path. */
  #suggested(rows) {
    const open = new Set(rows.filter((row) => !row.isMapped && row.direction !== "none").map((row) => row.path));
    const found = new Map();
    for (const one of this.world.suggestions) if (open.has(one.path) && !found.has(one.path)) found.set(one.path, one);
    return found;
  }

  #renderOwn(rows, suggestions) {
    const wanted = words(this.find("own-search").value);
    const show = this.find("own-show").value;
    const shown = rows.filter((row) => {
      const problem = this.#problem(row);
      if (show === "unmapped" && row.isMapped && row.path !== this.#open) return false;
      if (show === "mapped" && !row.isMapped) return false;
      if (show === "problems" && !problem) return false;
      return wanted.every((word) => `${row.path} ${row.vendorPath} ${row.displayName ?? ""}`.toLowerCase().includes(word));
    });
    const nodes = shown.map((row) => this.#ownRow(row, suggestions.get(row.path)));
    sync(this.own, nodes);
    this.#rove(this.own);
    const empty = this.find("own-empty");
    empty.hidden = nodes.length > 0;
    fill(empty, rows.length ? "No field is like that." : "No field yet: add the first one below, or take one over from the right.");
  }

  #ownRow(row, suggestion) {
    let held = this.#rows.get(row.path);
    if (!held) {
      held = this.#makeOwn(row.path);
      this.#rows.set(row.path, held);
    }
    const { li, head, name, link, value, accept } = held;
    const problem = this.#problem(row);
    const isOpen = this.#open === row.path;
    const state = problem ? "problem" : row.direction === "none" ? "removed" : row.isMapped ? "mapped" : suggestion ? "suggested" : "unmapped";
    li.dataset.state = state;
    li.classList.toggle("armed", this.#armed?.side === "own" && this.#armed.path === row.path);
    head.setAttribute("aria-expanded", String(isOpen));
    fill(name, ...pathName(row.path), el("span", { class: "m-type" }, row.type), ...this.#marks(row));
    fill(link, ...this.#link(row, suggestion, problem));
    fill(value, this.#value(row, suggestion));
    accept.hidden = !suggestion || !this.world.store.mayEdit;
    if (suggestion) accept.setAttribute("aria-label", `Map ${row.path} to ${suggestion.vendorPath}`);
    held.suggestion = suggestion;
    if (isOpen) this.#renderPanel(held, row, suggestion, problem);
    else if (held.panel) {
      held.panel.root.remove();
      held.panel = null;
    }
    return li;
  }

  #makeOwn(path) {
    const held = { path, suggestion: null, panel: null };
    held.name = el("span", { class: "m-name" });
    held.link = el("span", { class: "m-link" });
    held.value = el("span", { class: "m-value" });
    held.head = el(
      "button",
      { type: "button", class: "m-head", tabindex: "-1", onclick: () => this.#clickOwn(path) },
      el("span", { class: "m-grip", "aria-hidden": "true" }), held.name, held.link, held.value,
    );
    held.accept = el(
      "button",
      { type: "button", class: "button small m-accept", tabindex: "-1", onclick: () => this.#accept(held) },
      icon("check"), "Accept",
    );
    held.li = el("li", { class: "m-field", data: { path, drop: "own" } }, held.head, held.accept);
    return held;
  }

  #marks(row) {
    const found = [];
    if (row.isNew) found.push(el("span", { class: "m-mark new" }, "new"));
    if (row.isCustom) found.push(el("span", { class: "m-mark custom", title: `Defined at the ${row.definedAt} level` }, `custom · ${row.definedAt}`));
    if (!row.definedAt) found.push(el("span", { class: "m-mark", title: "Mapped, and not in the definition" }, "mapped only"));
    if (row.level && row.level !== this.world.store.level) {
      found.push(el("span", { class: "m-mark level", title: `Inherited from the ${row.level} level` }, icon("up"), row.level));
    }
    return found;
  }

  #link(row, suggestion, problem) {
    if (row.direction === "none") return [icon("none"), el("span", { class: "quiet" }, "removed")];
    if (row.vendorPath) {
      const [text, symbol] = DIRECTIONS[row.direction];
      const more = problem || row.pattern;
      return [
        icon(problem ? "alert" : symbol),
        el("span", { class: "m-path" }, el("span", { class: "hidden" }, `${text}: `), pathText(row.vendorPath)),
        more ? el("span", { class: "m-why", title: more }, more) : "",
      ];
    }
    if (row.default !== "") return [icon("from"), el("span", {}, `always ${short(row.default, 30)}`)];
    if (suggestion) {
      return [icon("spark"), el("span", { class: "m-path" }, el("span", { class: "hidden" }, "Suggested: "), pathText(suggestion.vendorPath)), el("span", { class: "m-why", title: reasons(suggestion) }, reasons(suggestion))];
    }
    return [el("span", { class: "quiet" }, "not mapped")];
  }

  #value(row, suggestion) {
    const { world } = this;
    if (!world.record) return "";
    if (row.isMapped && row.direction !== "none") return short(read(world.preview?.read?.value, row.path));
    return suggestion ? short(read(world.record, suggestion.vendorPath)) : "";
  }

  /** What is wrong with a field, in a few words; empty: nothing. */
  #problem(row) {
    const { world } = this;
    const fault = world.faults.get(row.path);
    if (fault) return fault.message;
    const covered = world.coverage?.fields.find((one) => one.path === row.path);
    if (covered?.conflicts?.length) {
      const [one] = covered.conflicts;
      return `${short(one.sample, 30)} is no ${one.declared}`;
    }
    if (!row.vendorPath || row.direction === "none" || !world.sample.fields.length) return "";
    return world.isKnown(row.vendorPath) ? "" : "never seen at the vendor";
  }

  #renderVendor(rows) {
    const { world } = this;
    const wanted = words(this.find("vendor-search").value);
    const show = this.find("vendor-show").value;
    const used = new Map();
    for (const row of rows) {
      if (!row.vendorPath || row.direction === "none") continue;
      const key = general(row.vendorPath);
      for (const one of new Set([key, key.replace(/\[\*\]$/, "")])) used.set(one, [...(used.get(one) ?? []), row.path]);
    }
    const passes = world.store.passes().fromVendor;
    const shown = world.sample.fields.map((field) => {
      const paths = usedBy(used, field.path);
      return { field, paths, value: world.record ? read(world.record, field.path) : undefined };
    }).filter(({ field, paths, value }) => {
      if (show === "unmapped" && paths.length) return false;
      if (show === "filled" && (value === undefined || value === null || value === "")) return false;
      return wanted.every((word) => `${field.path} ${field.displayName ?? ""} ${short(value)}`.toLowerCase().includes(word));
    });
    sync(this.vendor, shown.map((one) => this.#vendorRow(one, passes)));
    this.#rove(this.vendor);
    fill(this.find("vendor-count"), world.sample.fields.length ? plural(world.sample.fields.length, "field") : "");
    const empty = this.find("vendor-empty");
    empty.hidden = shown.length > 0 || world.sample.isLoading || Boolean(world.sample.error);
    const { vendorName } = world.store.now.mapping;
    fill(empty, world.sample.fields.length ? "No field is like that." : vendorName ? `Nothing is known of ${vendorName}: it has no record and no description. Type paths by hand.` : "Which object of the vendor is it?");
    const chips = this.find("objects");
    chips.hidden = Boolean(vendorName) || !world.store.mayEdit;
    if (!chips.hidden && !chips.children.length) {
      const button = (name) => el("button", { type: "button", class: "button small", onclick: () => world.store.setVendorName(name) }, name);
      chips.append(...world.data.vendorNames.slice(0, 40).map(button));
    }
  }

  #vendorRow({ field, paths, value }, passes) {
    let held = this.#vendors.get(field.path);
    if (!held) {
      held = this.#makeVendor(field.path);
      this.#vendors.set(field.path, held);
    }
    const { world } = this;
    const isArmed = this.#armed?.side === "vendor" && this.#armed.path === field.path;
    held.li.classList.toggle("armed", isArmed);
    held.li.classList.toggle("paired", paths.includes(this.#open));
    held.head.setAttribute("aria-pressed", String(isArmed));
    held.li.dataset.state = paths.length ? "mapped" : passes ? "passes" : "dropped";
    const title = field.displayName && general(field.displayName) !== general(field.path) ? field.displayName : "";
    fill(held.name, ...pathName(field.path), el("span", { class: "m-type" }, field.type ?? ""),
      ...(field.custom ? [el("span", { class: "m-mark custom" }, "custom")] : []),
      ...(title ? [el("span", { class: "m-title" }, title)] : []));
    const text = value === undefined ? (world.record ? "—" : short(field.samples?.[0])) : short(value, 80);
    fill(held.value, el("span", { class: value === undefined || value === "" ? "quiet" : "" }, text || "—"));
    const state = paths.length
      ? [icon("check"), el("span", { class: "m-path" }, paths.length > 1 ? `${paths[0]} +${paths.length - 1}` : paths[0])]
      : [el("span", { class: "quiet" }, passes ? "passes" : "dropped")];
    fill(held.link, ...state);
    held.take.hidden = !world.store.mayEdit;
    return held.li;
  }

  #makeVendor(path) {
    const held = { path };
    held.name = el("span", { class: "m-name" });
    held.value = el("span", { class: "m-value" });
    held.link = el("span", { class: "m-link" });
    held.head = el(
      "button",
      { type: "button", class: "m-head", tabindex: "-1", "aria-pressed": "false", onclick: () => this.#clickVendor(path) },
      el("span", { class: "m-grip", "aria-hidden": "true" }), held.name, held.value, held.link,
    );
    held.take = el(
      "button",
      { type: "button", class: "button small icon-only m-take", tabindex: "-1", title: "Add as a new field, mapped", onclick: () => this.#take(path) },
      icon("plus"), el("span", { class: "hidden" }, `Add ${path} as a new field`),
    );
    held.li = el("li", { class: "m-field theirs", data: { path, drop: "vendor" } }, held.head, held.take);
    return held;
  }

  // -- the panel of a field --

  #renderPanel(held, row, suggestion, problem) {
    held.panel ??= this.#makePanel(held, row.path);
    const { world } = this;
    const panel = held.panel;
    const set = (input, value) => {
      if (input.value !== value && (document.activeElement !== input || panel.isReset)) input.value = value;
    };
    set(panel.vendorPath, row.vendorPath);
    fill(panel.type, ...options(this.#types(row), row.field?.type ?? (row.isNew ? row.type : "")));
    panel.type.value = row.isNew ? row.type : row.field?.type ?? "";
    panel.direction.value = row.direction;
    set(panel.pattern, row.pattern);
    set(panel.default, row.default);
    const fault = world.faults.get(row.path);
    panel.vendorPath.setAttribute("aria-invalid", String(Boolean(fault && fault.part !== "pattern")));
    panel.pattern.setAttribute("aria-invalid", String(fault?.part === "pattern"));
    fill(panel.problem, ...(problem ? [icon("alert"), problem] : []));
    panel.problem.hidden = !problem;
    const hint = suggestion ? `Suggested: ${suggestion.vendorPath} ${reasons(suggestion)}.` : "";
    fill(panel.hint, hint || (row.definedAt ? `Defined as ${row.definedType} at the ${row.definedAt} level.` : "Mapped here, and not in the definition."));
    for (const input of panel.root.querySelectorAll("input, select")) input.disabled = !world.store.mayEdit;
    const inherited = world.store.inherited(row.path);
    panel.unmap.hidden = !row.isMapped && !row.isOwn;
    panel.reset.hidden = !(inherited && row.isOwn);
    if (inherited) fill(panel.reset, `Use the ${inherited.level}'s`);
    panel.remove.hidden = !(row.definedAt && world.store.layer(row.definedAt).mayEdit);
    fill(panel.remove, row.isNew ? "Discard this field" : `Remove from ${world.data.name}`);
    panel.actions.hidden = !world.store.mayEdit;
    panel.isReset = false;
  }

  #types(row) {
    const own = row.isNew ? [] : [["", `as defined (${row.definedType ?? "string"})`]];
    const known = new Set(this.world.data.types);
    if (row.field?.type) known.add(row.field.type);
    return [...own, ...[...known].map((type) => [type, type])];
  }

  #makePanel(held, path) {
    const { store } = this.world;
    const id = `panel-${[...path].map((one) => (/[\w]/.test(one) ? one : `_${one.charCodeAt(0)}`)).join("")}`;
    const field = (label, input, { more = "", shown = input } = {}) =>
      el("div", { class: `field ${more}` }, el("label", { for: input.id }, label), shown);
    const panel = { isReset: true };
    panel.vendorPath = el("input", { id: `${id}-vendor`, autocomplete: "off", spellcheck: "false", placeholder: "a.b, list[*].x, list[0].x" });
    panel.type = el("select", { id: `${id}-type`, onchange: () => store.setType(path, panel.type.value) });
    panel.direction = el(
      "select",
      { id: `${id}-direction`, onchange: () => store.setDirection(path, panel.direction.value) },
      Object.entries(DIRECTIONS).map(([value, [text]]) => el("option", { value }, text)),
    );
    panel.pattern = el("input", { id: `${id}-pattern`, list: `${id}-patterns`, autocomplete: "off", spellcheck: "false", placeholder: "yyyy-MM-dd" });
    typed(panel.pattern, () => store.setPattern(path, panel.pattern.value.trim()));
    panel.default = el("input", { id: `${id}-default`, autocomplete: "off", placeholder: "when there is none" });
    typed(panel.default, () => store.setDefault(path, panel.default.value));
    panel.problem = el("p", { class: "error", role: "status", hidden: true });
    panel.hint = el("p", { class: "help" });
    const button = (text, act, kind = "") => el("button", { type: "button", class: `button small ${kind}`, onclick: act }, text);
    panel.unmap = button("Remove the mapping", () => store.unmap(path));
    panel.reset = button("Use the inherited", () => store.reset(path));
    panel.remove = button("Remove the field", () => {
      this.#open = null;
      store.removeField(path);
      this.focusList(this.own);
    }, "bad");
    panel.actions = el("div", { class: "actions" }, panel.unmap, panel.reset, panel.remove);
    panel.root = el(
      "div",
      { class: "m-panel", id, role: "group", "aria-label": `Details of ${path}`, onkeydown: (event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        this.toggle(path, false);
        held.head.focus();
      } },
      field("Vendor path", panel.vendorPath, { more: "wide", shown: combobox(this.world, panel.vendorPath, path) }),
      panel.problem,
      field("Type", panel.type), field("Direction", panel.direction),
      field("Date pattern", panel.pattern), field("Default value", panel.default),
      el("datalist", { id: `${id}-patterns` }, PATTERNS.map((value) => el("option", { value }))),
      panel.hint, panel.actions,
    );
    held.head.setAttribute("aria-controls", id);
    held.li.append(panel.root);
    return panel;
  }

  /** Let inputs follow the draft although one of them has the focus: it was undone. */
  reset() {
    const panel = this.#rows.get(this.#open)?.panel;
    if (panel) panel.isReset = true;
  }

  // -- mapping --

  #clickOwn(path) {
    if (this.#armed?.side === "vendor") {
      this.#map(path, this.#armed.path);
      return;
    }
    this.toggle(path, this.#open !== path);
  }

  toggle(path, isOpen) {
    this.#open = isOpen ? path : null;
    this.#armed = isOpen ? { side: "own", path } : null;
    this.world.render();
    const li = this.#rows.get(path)?.li;
    if (isOpen && li) {
      const box = li.getBoundingClientRect();
      const around = this.own.getBoundingClientRect();
      if (box.bottom > around.bottom) this.own.scrollTop += Math.min(box.bottom - around.bottom, box.top - around.top);
      const other = this.vendor.querySelector(".paired");
      if (other) this.vendor.scrollTop += other.getBoundingClientRect().top - this.vendor.getBoundingClientRect().top - this.vendor.clientHeight / 3;
    }
  }

  #clickVendor(path) {
    if (this.#armed?.side === "own") {
      this.#map(this.#armed.path, path);
      return;
    }
    this.#arm(this.#armed?.path === path ? null : "vendor", path);
  }

  #arm(side, path) {
    if (side === "own" && this.#open && this.#open !== path) this.#open = null;
    this.#armed = side ? { side, path } : null;
    if (side === "vendor") this.world.say(`${path}: choose a field of ${this.world.data.name} for it.`);
    this.world.render();
  }

  #map(path, vendorPath) {
    this.#armed = this.#open === path ? { side: "own", path } : null;
    if (!this.world.store.mayEdit) return;
    this.world.store.map(path, vendorPath);
    const held = this.#rows.get(path);
    if (held?.panel) held.panel.vendorPath.value = vendorPath;
  }

  #dropped(source, target) {
    if (target.side === "new") this.#take(source.path);
    else if (source.side === "vendor") this.#map(target.path, source.path);
    else this.#map(source.path, target.path);
  }

  #accept(held) {
    if (!held.suggestion) return;
    this.world.store.map(held.path, held.suggestion.vendorPath);
    held.head.focus();
  }

  #acceptAll() {
    const found = this.#suggested(this.world.store.rows());
    this.world.store.mapAll([...found.values()].map(({ path, vendorPath }) => ({ path, vendorPath })));
    this.focusList(this.own);
  }

  // -- new fields --

  #add(event) {
    event.preventDefault();
    const { store } = this.world;
    const form = event.currentTarget;
    const { path, type, level } = form.elements;
    const wanted = path.value.trim();
    if (!wanted || store.rows().some((row) => row.path === wanted && row.definedAt)) {
      path.setCustomValidity(wanted ? `There is a field ${wanted} already.` : "Name the field.");
      form.reportValidity();
      return;
    }
    store.addField(level.value, wanted, type.value);
    path.value = "";
    this.#reveal(wanted);
    this.toggle(wanted, true);
    this.#rows.get(wanted)?.panel?.vendorPath.focus();
  }

  /** Take a vendor field over: a new field of its name, mapped. */
  #take(vendorPath) {
    const { store } = this.world;
    const level = this.find("add").elements.level.value;
    const known = new Set(store.rows().map((row) => row.path));
    let path = camel(vendorPath);
    for (let number = 2; known.has(path); number += 1) path = `${camel(vendorPath)}${number}`;
    const type = this.world.sample.fields.find((one) => one.path === vendorPath)?.type ?? "string";
    store.change(`add ${path} from ${vendorPath}`, (now) => {
      now.fields[level].push({ path, type });
      now.mapping.fields.push({ path, vendorPath, configuration: [] });
    });
    this.#reveal(path);
  }

  #reveal(path) {
    this.find("own-search").value = "";
    this.find("own-show").value = "all";
    this.world.render();
    this.#rows.get(path)?.li.scrollIntoView({ block: "nearest" });
  }

  /** Show a field, opened: what the console says of it is answered there. */
  show(path) {
    this.#reveal(path);
    this.toggle(path, true);
    this.#rows.get(path)?.li.scrollIntoView({ block: "nearest" });
    this.#rows.get(path)?.head.focus();
  }

  // -- keys --

  #keys(event, list) {
    const head = event.target.closest(".m-head, .m-accept, .m-take");
    if (!head || event.ctrlKey || event.metaKey || event.altKey) return;
    const li = head.closest("li");
    const all = [...list.children];
    const at = all.indexOf(li);
    const go = (place) => {
      event.preventDefault();
      this.#current(list, all[Math.max(0, Math.min(place, all.length - 1))]);
    };
    if (event.key === "ArrowDown") go(at + 1);
    else if (event.key === "ArrowUp") go(at - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(all.length - 1);
    else if (event.key === "PageDown") go(at + 10);
    else if (event.key === "PageUp") go(at - 10);
    else if (event.key === "ArrowRight" && list === this.own) {
      event.preventDefault();
      this.focusList(this.vendor);
    } else if (event.key === "ArrowLeft" && list === this.vendor) {
      event.preventDefault();
      this.focusList(this.own);
    } else if (event.key === "/") {
      event.preventDefault();
      this.find(list === this.own ? "own-search" : "vendor-search").focus();
    } else if (event.key === "Escape" && this.#armed) {
      event.preventDefault();
      if (this.#open) this.toggle(this.#open, false);
      else this.#arm(null);
    } else if ((event.key === "Delete" || event.key === "Backspace") && list === this.own && this.world.store.mayEdit) {
      event.preventDefault();
      this.world.store.unmap(li.dataset.path);
    }
  }

  focusList(list) {
    const current = list.querySelector("[tabindex='0'].m-head") ?? list.querySelector(".m-head");
    if (current) this.#current(list, current.closest("li"));
  }

  #current(list, li) {
    if (!li) return;
    for (const one of list.querySelectorAll(".m-head, .m-accept, .m-take")) one.tabIndex = one.closest("li") === li ? 0 : -1;
    list.mapperCurrent = li.dataset.path;
    li.querySelector(".m-head").focus();
  }

  /** One stop of the Tab key a list: where one was last, else its first row. */
  #rove(list) {
    const rows = [...list.children];
    const current = rows.find((one) => one.dataset.path === list.mapperCurrent) ?? rows[0];
    for (const li of rows) {
      for (const one of li.querySelectorAll(".m-head, .m-accept, .m-take")) one.tabIndex = li === current ? 0 : -1;
    }
  }
}

const reasons = ({ why }) => `by ${Object.keys(WHY).filter((one) => why.includes(one)).map((one) => WHY[one]).join(", ")}`;

function usedBy(used, path) {
  const key = general(path);
  const found = used.get(key) ?? used.get(key.replace(/\[\*\]$/, ""));
  if (found) return found;
  // What is taken whole takes what is in it.
  for (let cut = key.lastIndexOf("."); cut > 0; cut = key.lastIndexOf(".", cut - 1)) {
    const whole = used.get(key.slice(0, cut).replace(/\[\*\]$/, ""));
    if (whole) return whole;
  }
  return [];
}

const options = (pairs, chosen) =>
  pairs.map(([value, text]) => el("option", { value, ...(value === chosen ? { selected: "" } : {}) }, text));

/** Make a list hold these rows in this order, moving none that stands right. */
function sync(list, nodes) {
  const wanted = new Set(nodes);
  for (const node of [...list.children]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, at) => {
    if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
  });
}

function camel(path) {
  const name = path.replace(/\[[^\]]*\]/g, "").split(".").at(-1);
  const parts = name.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return parts.map((one, at) => (at ? one[0].toUpperCase() + one.slice(1) : one[0].toLowerCase() + one.slice(1))).join("") || "field";
}

// What stands below the columns: preview both ways, the script, coverage, and what a level does.

import { el, fill, icon, once, plural, short } from "./mapper-dom.js";
import { inherits } from "./mapper-state.js";

const FIELD_STATES = {
  mapped: ["check", "mapped", "good"],
  unmapped: ["none", "not mapped", "quiet"],
  neverSeen: ["alert", "never seen", "bad"],
  empty: ["alert", "no value yet", "warn"],
};
const VENDOR_STATES = {
  mapped: ["check", "mapped", "good"],
  passed: ["arrow", "passes", "quiet"],
  dropped: ["alert", "dropped", "warn"],
};

export class Dock {
  #body = null; // an edited body of the way to the vendor; null: what was read

  constructor(root, world) {
    this.world = world;
    this.find = (name) => root.querySelector(`[data-${name}]`);
    this.#preview();
    this.#script();
    this.#settings();
  }

  get body() {
    return this.#body;
  }

  get method() {
    return this.find("method").value;
  }

  render() {
    this.#renderPreview();
    this.#renderScript();
    this.#renderSettings();
    this.#renderCoverage();
  }

  // -- preview --

  #preview() {
    const area = this.find("body");
    const help = this.find("body-help");
    const isEdited = this.find("body-edit");
    const parse = () => {
      let fault = "";
      try {
        this.#body = JSON.parse(area.value);
        if (!this.#body || typeof this.#body !== "object") fault = "A body is an object.";
      } catch (error) {
        fault = `This is not JSON: ${error.message}`;
      }
      area.setAttribute("aria-invalid", String(Boolean(fault)));
      fill(help, ...(fault ? [icon("alert"), fault] : []));
      help.hidden = !fault;
      if (!fault) this.world.preview.ask();
    };
    area.addEventListener("input", once(300, parse));
    isEdited.addEventListener("click", () => {
      const isOn = isEdited.getAttribute("aria-pressed") !== "true";
      isEdited.setAttribute("aria-pressed", String(isOn));
      this.#body = isOn ? (this.world.preview.read?.value ?? {}) : null;
      if (isOn) area.value = json(this.#body);
      area.setAttribute("aria-invalid", "false");
      help.hidden = true;
      this.world.preview.ask();
      this.render();
      if (isOn) area.focus();
    });
    this.find("method").addEventListener("change", () => this.world.preview.ask());
  }

  #renderPreview() {
    const { world } = this;
    const { preview } = world;
    const isEdited = this.#body !== null;
    this.find("body").hidden = !isEdited;
    this.find("read").hidden = isEdited;
    fill(this.find("record-json"), world.record ? json(world.record) : world.sample.error ? "No record: the vendor could not be asked." : world.sample.isLoading ? "Reading…" : "There is no record yet.");
    lines(this.find("read"), preview.read?.value, this.#mappedKeys());
    lines(this.find("write"), preview.write?.value, null, world.record && !isEdited ? changed(preview.write?.value, world.record) : null);
    for (const way of ["read", "write"]) {
      const note = this.find(`${way}-note`);
      const text = preview[way]?.error || preview[way]?.warning || "";
      fill(note, ...(text ? [icon("alert"), text] : []));
      note.hidden = !text;
    }
    const isRound = Boolean(world.record && !isEdited && preview.write);
    const lost = isRound ? Object.keys(world.record).filter((key) => !(key in (preview.write.value ?? {}))) : [];
    const differing = isRound ? (changed(preview.write.value, world.record)?.size ?? 0) : 0;
    const more = lost.length > 6 ? ` and ${lost.length - 6} more` : "";
    fill(
      this.find("round"),
      lost.length ? `Not sent back: ${lost.slice(0, 6).join(", ")}${more}. ` : isRound ? "Every part of the record is sent back. " : isEdited ? "" : "Edit a body to try this way without a record.",
      differing ? el("span", {}, el("mark", { class: "differs inline" }, "Marked"), " parts differ from the record.") : "",
    );
  }

  #mappedKeys() {
    return new Set(this.world.store.rows().filter((row) => row.isMapped).map((row) => row.path.split(/[.[]/)[0]));
  }

  // -- the script --

  #script() {
    const area = this.find("script");
    const { store } = this.world;
    let isLeaving = false;
    const put = (text, from, to) => {
      area.setRangeText(text, from, to, "end");
      area.dispatchEvent(new Event("input"));
    };
    area.addEventListener("input", () => {
      this.#number();
      later();
    });
    const later = once(350, () => store.setScript(area.value));
    area.addEventListener("blur", () => store.setScript(area.value));
    area.addEventListener("scroll", () => (this.find("gutter").scrollTop = area.scrollTop));
    area.addEventListener("keydown", (event) => {
      const { selectionStart: from, selectionEnd: to, value } = area;
      const begin = value.lastIndexOf("\n", from - 1) + 1;
      if (event.key === "Escape") {
        isLeaving = true;
        this.world.say("Tab leaves the editor now.");
        return;
      }
      if (event.key === "Tab" && !isLeaving) {
        event.preventDefault();
        const block = value.slice(begin, to);
        if (event.shiftKey) {
          area.setSelectionRange(begin, to);
          put(block.replace(/^ {1,2}/gm, ""), begin, to);
        } else if (from !== to && block.includes("\n")) {
          put(block.replace(/^/gm, "  "), begin, to);
          area.setSelectionRange(begin, area.selectionEnd);
        } else put("  ", from, to);
      } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
        const indent = /^ */.exec(value.slice(begin, from))[0];
        const more = /[{([]$/.test(value.slice(begin, from).trimEnd()) ? "  " : "";
        if (indent || more) {
          event.preventDefault();
          put(`\n${indent}${more}`, from, to);
        }
      }
      if (event.key !== "Shift") isLeaving = false;
    });
    area.addEventListener("focus", () => (isLeaving = false));
    this.find("drops-empty").addEventListener("change", (event) => store.setDropsEmpty(event.target.checked));
    for (const button of document.querySelectorAll("[data-script-sample]")) {
      button.addEventListener("click", () => {
        const text = button.dataset.scriptSample;
        const before = area.value.trimEnd();
        area.value = before ? `${before}\n\n${text}\n` : `${text}\n`;
        store.setScript(area.value);
        area.focus();
      });
    }
  }

  #number() {
    const area = this.find("script");
    const gutter = this.find("gutter");
    const line = this.world.preview.line;
    const count = area.value.split("\n").length;
    const key = `${count} ${line}`;
    if (gutter.dataset.key === key) return;
    gutter.dataset.key = key;
    gutter.replaceChildren(...Array.from({ length: count }, (_, at) => el("span", { class: at + 1 === line ? "bad" : "" }, String(at + 1))));
    gutter.scrollTop = area.scrollTop;
  }

  #renderScript() {
    const { store, preview } = this.world;
    const area = this.find("script");
    const own = store.now.mapping.script;
    const text = own?.body ?? "";
    if (area.value !== text && document.activeElement !== area) area.value = text;
    else if (area.value !== text && preview.isReset) area.value = text;
    preview.isReset = false;
    area.readOnly = !store.mayEdit;
    const drops = this.find("drops-empty");
    drops.checked = own?.filterEmptyResponse === true;
    drops.disabled = !own || !store.mayEdit;
    const fault = preview.scriptFault;
    area.setAttribute("aria-invalid", String(Boolean(fault)));
    const note = this.find("script-note");
    fill(note, ...(fault ? [icon("alert"), preview.line ? `Line ${preview.line}: ${fault}` : fault] : []));
    note.hidden = !fault;
    this.#number();
    lines(this.find("script-read"), preview.read?.value, this.#mappedKeys());
    const before = inherits(store.now.mapping) ? store.above.scripts : [];
    const shown = this.find("script-above");
    shown.hidden = before.length === 0;
    if (before.length) {
      fill(shown, el("summary", {}, `Runs first: the script of the ${before.map((one) => one.level).join(" and the ")} level`),
        ...before.map((one) => el("pre", { class: "code", tabindex: "0", role: "region", "aria-label": `Script of the ${one.level} level` }, one.script.body)));
    }
    fill(this.find("script-tab"), ...(fault ? [icon("alert")] : text.trim() ? [el("span", { class: "m-dot" }), el("span", { class: "hidden" }, "written")] : []));
  }

  // -- what a level does --

  #settings() {
    const { store } = this.world;
    this.find("pass-from").addEventListener("change", (event) => store.setPasses("fromVendor", event.target.checked));
    this.find("pass-to").addEventListener("change", (event) => store.setPasses("toVendor", event.target.checked));
    this.find("inherit").addEventListener("change", (event) => store.toggle("inherit", event.target.checked));
    this.find("documented").addEventListener("change", (event) => store.toggle("addToDocumentation", event.target.checked));
  }

  #renderSettings() {
    const { store } = this.world;
    const passes = store.passes();
    const set = (name, isOn, isDisabled = false) => {
      const box = this.find(name);
      box.checked = isOn;
      box.disabled = isDisabled || !store.mayEdit;
    };
    set("pass-from", passes.fromVendor);
    set("pass-to", passes.toVendor);
    set("inherit", inherits(store.now.mapping), store.level === "organization");
    const documented = store.has("addToDocumentation");
    set("documented", Boolean(documented), Boolean(documented) && documented.level !== store.level);
    const from = (name, found) =>
      fill(this.find(`${name}-source`), found && found !== store.level ? `Inherited from the ${found} level.` : "");
    from("pass", passes.level);
    from("documented", documented?.level);
    this.find("giving-up").hidden = !store.isStored || !store.mayEdit;
    fill(this.find("unmap-help"), `${plural(store.layer(store.level).mapping?.fields.length ?? 0, "field")} of the ${store.level} level.`);
    fill(this.find("inherit-help"), store.level === "organization" ? "There is no level above the organization's." : inherits(store.now.mapping) ? "What is mapped here is laid over the levels above." : "What is mapped here counts alone.");
  }

  // -- coverage --

  #renderCoverage() {
    const { coverage, coverageError, store } = this.world;
    const root = this.find("coverage");
    if (!coverage) {
      fill(root, el("p", { class: coverageError ? "error" : "quiet" }, coverageError || "Counting over the records at hand…"));
      return;
    }
    const count = (list, state) => list.filter((one) => one.state === state).length;
    const conflicts = coverage.fields.filter((one) => one.conflicts?.length);
    const tile = (number, text, tone) => el("li", { class: `m-tile ${number ? tone : ""}` }, el("strong", {}, String(number)), el("span", {}, text));
    const { fields, vendorFields } = coverage;
    fill(
      root,
      el("ul", { class: "m-tiles" },
        tile(count(fields, "mapped") + count(fields, "empty"), "fields mapped", "good"),
        tile(count(fields, "unmapped"), "fields not mapped", ""),
        tile(count(fields, "neverSeen"), "never seen at the vendor", "bad"),
        tile(conflicts.length, "type conflicts", "warn"),
        tile(count(vendorFields, "mapped"), "vendor fields mapped", "good"),
        tile(count(vendorFields, "passed"), "pass as they are", ""),
        tile(count(vendorFields, "dropped"), "dropped", "warn")),
      this.#bar(vendorFields, count),
      el("p", { class: "quiet" }, `Counted over ${plural(coverage.recordCount, "record")} and the vendor's description${store.isDirty ? ", with what is not saved yet" : ""}.${coverage.scripted ? " The script comes after it and may change any of it." : ""}`),
      el("div", { class: "columns" },
        this.#table(`Fields of ${this.world.data.name}`, ["Field", "From", "State"], fields.map((one) => [
          el("button", { type: "button", class: "m-go", onclick: () => this.world.board.show(one.path) }, one.path),
          one.vendorPath ?? "—",
          [state(FIELD_STATES[one.state] ?? ["check", one.state, "quiet"]), ...(one.writable === false && one.vendorPath ? [el("span", { class: "m-type" }, "read only")] : []),
            ...(one.conflicts ?? []).slice(0, 2).map((conflict) => el("p", { class: "error" }, icon("alert"), `${short(conflict.sample, 40)} is ${conflict.found}, not ${conflict.declared}`))],
        ])),
        this.#table("Vendor fields", ["Field", "Seen", "State"], vendorFields.map((one) => [
          el("span", { class: "m-path" }, one.path), coverage.recordCount ? `${one.seen ?? 0} of ${coverage.recordCount}` : "—",
          [state(VENDOR_STATES[one.state] ?? ["check", one.state, "quiet"]), ...(one.mappedTo.length ? [el("span", { class: "m-type" }, one.mappedTo.join(", "))] : [])],
        ]))),
    );
  }

  #bar(vendorFields, count) {
    const total = vendorFields.length || 1;
    const parts = ["mapped", "passed", "dropped"].map((name) => {
      const part = el("span", { class: `m-part ${name}`, title: `${count(vendorFields, name)} ${VENDOR_STATES[name][1]}` });
      part.style.flexGrow = String(count(vendorFields, name) / total);
      return part;
    });
    return el("div", { class: "m-bar-of", "aria-hidden": "true" }, parts);
  }

  #table(title, heads, rows) {
    return el("section", {},
      el("h3", {}, title),
      el("div", { class: "scroll m-tall", tabindex: "0", role: "region", "aria-label": title },
        el("table", {},
          el("thead", {}, el("tr", {}, heads.map((one) => el("th", { scope: "col" }, one)))),
          el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell) => el("td", {}, cell))))))));
  }
}

const state = ([symbol, text, tone]) => el("span", { class: `badge ${tone}` }, icon(symbol), text);
export const json = (value) => JSON.stringify(value, null, 2);

/** Show JSON line by line; what only passes is set back, what differs is marked. */
function lines(node, value, mapped, differs) {
  if (value === undefined) {
    fill(node, "");
    return;
  }
  const text = json(value);
  const key = `${text}${mapped ? [...mapped] : ""}${differs ? [...differs] : ""}`;
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  node.mapperKey = undefined;
  let top = "";
  node.replaceChildren(
    ...text.split("\n").map((line) => {
      const found = /^ {2}"((?:[^"\\]|\\.)*)":/.exec(line);
      if (found) top = JSON.parse(`"${found[1]}"`);
      const isInside = line.startsWith("  ");
      const quiet = isInside && mapped && !mapped.has(top);
      const marked = isInside && differs?.has(top);
      return el("span", { class: `${quiet ? "passed" : ""}${marked ? "differs" : ""}` }, `${line}\n`);
    }),
  );
}

function changed(value, record) {
  if (!value || typeof value !== "object") return null;
  return new Set(Object.keys(value).filter((key) => JSON.stringify(value[key]) !== JSON.stringify(record[key])));
}

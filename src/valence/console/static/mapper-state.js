// The draft of one level, what it comes to with the levels above, and its history. No DOM here.

export const LEVELS = ["organization", "account", "instance"];

const clone = (value) => structuredClone(value);
const isTrue = (value) => value === true || String(value).trim().toLowerCase() === "true";
const isFalse = (value) => value === false || String(value).trim().toLowerCase() === "false";
const optionOf = (configuration, type) => (configuration ?? []).find((one) => one.type === type);
const without = (configuration, ...types) => (configuration ?? []).filter((one) => !types.includes(one.type));

// JSON whose keys are in one order, to compare by.
const sorted = (value) =>
  JSON.stringify(value, (_, one) =>
    one && typeof one === "object" && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );

export function inherits(mapping) {
  const found = optionOf(mapping?.configuration, "inherit");
  return Boolean(found) && !Object.values(found.properties ?? {}).some(isFalse);
}

/** Which ways values of a field go; `none`: removed. */
export function directionOf(field) {
  const remove = optionOf(field?.configuration, "remove")?.properties ?? {};
  const pass = optionOf(field?.configuration, "passThrough")?.properties ?? {};
  const read = !isTrue(remove.fromVendor) && !isFalse(pass.fromVendor);
  const written = !isTrue(remove.toVendor) && !isFalse(pass.toVendor);
  return read ? (written ? "both" : "fromVendor") : written ? "toVendor" : "none";
}

export const patternOf = (field) => optionOf(field?.configuration, "transformDate")?.properties?.pattern ?? "";

/** A default as a person types it: text as it is, anything else as JSON. */
export function defaultOf(field) {
  const found = optionOf(field?.configuration, "defaultValue")?.properties;
  if (!found || !("value" in found)) return "";
  return typeof found.value === "string" && !isJson(found.value) ? found.value : JSON.stringify(found.value);
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What levels come to, given from the general on; every part knows its level. */
export function merged(layers) {
  let found = null;
  for (const { level, mapping } of layers) {
    if (!mapping) continue;
    const own = {
      vendorName: mapping.vendorName,
      fields: new Map(mapping.fields.map((field) => [field.path, { field, level }])),
      options: new Map((mapping.configuration ?? []).map((option) => [option.type, { option, level }])),
      scripts: mapping.script?.body ? [{ script: mapping.script, level }] : [],
    };
    if (!found || !inherits(mapping)) {
      found = own;
      continue;
    }
    found = {
      vendorName: own.vendorName,
      fields: new Map([...found.fields, ...own.fields]),
      options: new Map([...found.options, ...own.options]),
      scripts: [...found.scripts, ...own.scripts],
    };
  }
  return found ?? { vendorName: "", fields: new Map(), options: new Map(), scripts: [] };
}

export class Store extends EventTarget {
  #past = [];
  #future = [];
  #key = "";
  #at = 0;

  constructor(data) {
    super();
    this.data = data;
    this.load(data.levels, data.level);
  }

  // -- what is stored --

  /** Begin anew with what the server has, at a level. */
  load(levels, level) {
    this.levels = levels;
    this.level = level;
    this.#past = [];
    this.#future = [];
    this.now = this.#stored();
    this.base = clone(this.now);
    this.#tell("load");
  }

  /** Take what was stored as the new ground; the history stays. */
  settle(levels) {
    this.levels = levels;
    const stored = this.#stored();
    this.base = clone(stored);
    this.now = stored;
    this.#key = "";
    this.#tell("settle");
  }

  #stored() {
    const index = LEVELS.indexOf(this.level);
    const above = merged(this.levels.slice(0, index));
    const own = this.layer(this.level).mapping;
    const fields = Object.fromEntries(this.levels.map((one) => [one.level, clone(one.fields)]));
    const mapping = own ?? {
      vendorName: above.vendorName || this.data.guess,
      configuration: above.vendorName ? [{ type: "inherit" }] : [],
      fields: [],
    };
    return { mapping: plain(mapping), fields };
  }

  layer(level) {
    return this.levels.find((one) => one.level === level);
  }

  get isStored() {
    return Boolean(this.layer(this.level).mapping);
  }

  get mayEdit() {
    return this.layer(this.level).mayEdit;
  }

  get isDirty() {
    return sorted(this.now) !== sorted(this.base);
  }

  /** Levels below the edited one that decide instead of it for this instance. */
  get overridden() {
    const below = this.levels.slice(LEVELS.indexOf(this.level) + 1).filter((one) => one.mapping);
    return below.map((one) => ({ level: one.level, replaces: !inherits(one.mapping) }));
  }

  // -- what it comes to --

  get above() {
    return merged(this.levels.slice(0, LEVELS.indexOf(this.level)));
  }

  get effective() {
    const index = LEVELS.indexOf(this.level);
    return merged([...this.levels.slice(0, index), { level: this.level, mapping: this.now.mapping }]);
  }

  /** Every field of the common resource, defined or only mapped, with its mapping. */
  rows() {
    const effective = this.effective;
    const known = new Map();
    const stored = new Map();
    for (const level of LEVELS) {
      for (const field of this.base.fields[level] ?? []) stored.set(field.path, field);
      for (const field of this.now.fields[level] ?? []) known.set(field.path, { ...field, definedAt: level });
    }
    for (const path of effective.fields.keys()) if (!known.has(path)) known.set(path, { path });
    return [...known.values()].map((one) => {
      const found = effective.fields.get(one.path);
      const field = found?.field;
      return {
        path: one.path,
        displayName: one.displayName,
        definedType: one.type,
        definedAt: one.definedAt,
        type: field?.type || one.type || "string",
        isNew: Boolean(one.definedAt) && !stored.has(one.path),
        isCustom: one.definedAt === "account" || one.definedAt === "instance",
        field,
        level: found?.level,
        isOwn: Boolean(found) && found.level === this.level && this.#own(one.path) !== undefined,
        vendorPath: field?.vendorPath ?? "",
        direction: directionOf(field),
        pattern: patternOf(field),
        default: defaultOf(field),
        isMapped: Boolean(field?.vendorPath) || Boolean(optionOf(field?.configuration, "defaultValue")),
      };
    });
  }

  row(path) {
    return this.rows().find((one) => one.path === path);
  }

  inherited(path) {
    return inherits(this.now.mapping) ? this.above.fields.get(path) : undefined;
  }

  /** Whether unmapped fields pass, both ways, and who says so. */
  passes() {
    const found = this.effective.options.get("passThrough");
    const given = found?.option.properties ?? {};
    return { fromVendor: !isFalse(given.fromVendor), toVendor: !isFalse(given.toVendor), level: found?.level };
  }

  has(type) {
    return this.effective.options.get(type);
  }

  // -- changes --

  map(path, vendorPath) {
    this.change(`map ${path} to ${vendorPath}`, (now) => {
      const field = this.#owned(now, path);
      field.vendorPath = vendorPath;
    });
  }

  /** Map several at once, as one step of the history. */
  mapAll(pairs) {
    this.change(`map ${pairs.length} fields`, (now) => {
      for (const { path, vendorPath } of pairs) this.#owned(now, path).vendorPath = vendorPath;
    });
  }

  unmap(path) {
    this.change(`remove the mapping of ${path}`, (now) => {
      now.mapping.fields = now.mapping.fields.filter((one) => one.path !== path);
      if (this.inherited(path)) now.mapping.fields.push({ path, configuration: [] });
    });
  }

  /** Give up what this level says of a field: what is inherited counts again. */
  reset(path) {
    this.change(`inherit ${path}`, (now) => {
      now.mapping.fields = now.mapping.fields.filter((one) => one.path !== path);
    });
  }

  setVendorPath(path, text) {
    if (!this.#differs(path, "vendorPath", text)) return;
    this.change(`change the vendor path of ${path}`, (now) => {
      const field = this.#owned(now, path);
      if (text) field.vendorPath = text;
      else delete field.vendorPath;
      this.#tidy(now, path);
    }, `vendor ${path}`);
  }

  setType(path, type) {
    this.change(`change the type of ${path}`, (now) => {
      const isNew = this.row(path)?.isNew;
      for (const level of isNew ? LEVELS : []) {
        for (const one of now.fields[level]) if (one.path === path) one.type = type || "string";
      }
      if (isNew) return;
      const field = this.#owned(now, path);
      if (type) field.type = type;
      else delete field.type;
      this.#tidy(now, path);
    });
  }

  setPattern(path, pattern) {
    if (!this.#differs(path, "pattern", pattern)) return;
    this.change(`change the date pattern of ${path}`, (now) => {
      const field = this.#owned(now, path);
      field.configuration = without(field.configuration, "transformDate");
      if (pattern) {
        field.configuration.push({ type: "transformDate", properties: { pattern } });
        field.vendorType ??= "date";
      } else if (field.vendorType === "date") {
        delete field.vendorType;
      }
      this.#tidy(now, path);
    }, `pattern ${path}`);
  }

  setDefault(path, text) {
    if (!this.#differs(path, "default", text)) return;
    this.change(`change the default of ${path}`, (now) => {
      const field = this.#owned(now, path);
      field.configuration = without(field.configuration, "defaultValue");
      if (text !== "") {
        const value = isJson(text) ? JSON.parse(text) : text;
        field.configuration.push({ type: "defaultValue", properties: { value } });
      }
      this.#tidy(now, path);
    }, `default ${path}`);
  }

  setDirection(path, direction) {
    if (!this.#differs(path, "direction", direction)) return;
    this.change(`change the direction of ${path}`, (now) => {
      const field = this.#owned(now, path);
      field.configuration = without(field.configuration, "remove", "passThrough");
      if (direction !== "both") {
        const properties = { fromVendor: direction !== "fromVendor", toVendor: direction !== "toVendor" };
        field.configuration.push({ type: "remove", properties });
      }
      this.#tidy(now, path);
    });
  }

  setVendorName(name) {
    this.change("choose the vendor's object", (now) => (now.mapping.vendorName = name), "vendor name");
  }

  setPasses(direction, passes) {
    const { fromVendor, toVendor } = { ...this.passes(), [direction]: passes };
    this.change("change what passes", (now) => {
      now.mapping.configuration = without(now.mapping.configuration, "passThrough");
      const above = inherits(now.mapping) && this.above.options.has("passThrough");
      if (!fromVendor || !toVendor || above) {
        now.mapping.configuration.push({ type: "passThrough", properties: { fromVendor, toVendor } });
      }
    });
  }

  toggle(type, isOn) {
    this.change(type === "inherit" ? "change the inheritance" : "change the documentation", (now) => {
      now.mapping.configuration = without(now.mapping.configuration, type);
      if (isOn) now.mapping.configuration.push({ type });
    });
  }

  setScript(body) {
    this.change("edit the script", (now) => {
      if (body.trim()) now.mapping.script = { filterEmptyResponse: false, ...now.mapping.script, body };
      else delete now.mapping.script;
    }, "script");
  }

  setDropsEmpty(isOn) {
    this.change("edit the script", (now) => {
      if (now.mapping.script) now.mapping.script.filterEmptyResponse = isOn;
    });
  }

  addField(level, path, type) {
    this.change(`add ${path}`, (now) => now.fields[level].push({ path, type }));
  }

  removeField(path) {
    this.change(`remove ${path}`, (now) => {
      for (const level of LEVELS) {
        if (this.layer(level).mayEdit) now.fields[level] = now.fields[level].filter((one) => one.path !== path);
      }
      now.mapping.fields = now.mapping.fields.filter((one) => one.path !== path);
    });
  }

  // -- history --

  /** Do one thing that can be undone; what has the same key soon after is one step with it. */
  change(label, act, key = "") {
    const before = clone(this.now);
    const next = clone(this.now);
    act(next);
    if (sorted(next) === sorted(before)) return;
    const isSame = key && key === this.#key && Date.now() - this.#at < 1500 && this.#past.length > 0;
    if (!isSame) this.#past.push({ label, state: before });
    this.#past.splice(0, this.#past.length - 200);
    this.#future = [];
    this.#key = key;
    this.#at = Date.now();
    this.now = next;
    this.#tell("change", label);
  }

  get undoLabel() {
    return this.#past.at(-1)?.label;
  }

  get redoLabel() {
    return this.#future.at(-1)?.label;
  }

  undo() {
    this.#move(this.#past, this.#future, "undo");
  }

  redo() {
    this.#move(this.#future, this.#past, "redo");
  }

  #move(from, to, kind) {
    const step = from.pop();
    if (!step) return;
    to.push({ label: step.label, state: this.now });
    this.now = step.state;
    this.#key = "";
    this.#tell(kind, step.label);
  }

  /** What is sent: the draft, and which definitions have changed. */
  changes() {
    const found = { level: this.level, versions: {}, definitions: {} };
    if (sorted(this.now.mapping) !== sorted(this.base.mapping)) found.transformation = this.now.mapping;
    for (const level of LEVELS) {
      if (sorted(this.now.fields[level]) === sorted(this.base.fields[level])) continue;
      found.definitions[level] = this.now.fields[level];
    }
    for (const one of this.levels) found.versions[one.level] = one.version;
    return found;
  }

  /** Whether a field is there and another value is wanted: to leave an input is no change. */
  #differs(path, name, wanted) {
    const row = this.row(path);
    return row !== undefined && row[name] !== wanted;
  }

  #own(path, now = this.now) {
    return now.mapping.fields.find((one) => one.path === path);
  }

  #owned(now, path) {
    const own = this.#own(path, now);
    if (own) return own;
    const above = this.inherited(path)?.field;
    const made = above ? plainField(above) : { path, configuration: [] };
    now.mapping.fields.push(made);
    return made;
  }

  /** A field that says nothing is none, unless it hides what is inherited. */
  #tidy(now, path) {
    const own = this.#own(path, now);
    const says = Object.keys(own).some((key) => key !== "path" && key !== "configuration");
    if (says || own.configuration.length || this.inherited(path)) return;
    now.mapping.fields = now.mapping.fields.filter((one) => one !== own);
  }

  #tell(kind, label = "") {
    this.dispatchEvent(new CustomEvent("change", { detail: { kind, label } }));
  }
}

// What the server adds to what is sent, and a draft does not need.
function plainField({ level, ...field }) {
  return { ...clone(field), configuration: (field.configuration ?? []).map(plainOption) };
}

const plainOption = ({ level, ...option }) => clone(option);

function plain(mapping) {
  const { vendorName, isLegacy, script } = mapping;
  const found = {
    vendorName,
    configuration: (mapping.configuration ?? []).map(plainOption),
    fields: mapping.fields.map(plainField),
  };
  if (isLegacy) found.isLegacy = true;
  if (script?.body) found.script = { body: script.body, filterEmptyResponse: script.filterEmptyResponse === true };
  return found;
}

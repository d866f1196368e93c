// Small things: elements, icons, paths into a record, values as short text.

/** Make an element; `on…` are listeners, `data` its data, what is null or false is left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Put text or nodes into an element, and leave it alone where nothing changed. */
export function fill(node, ...children) {
  const key = children.map((one) => one?.outerHTML ?? one ?? "").join("\u0000");
  if (node.mapperKey === key) return node;
  node.mapperKey = key;
  node.replaceChildren(...children.filter((one) => one !== null && one !== undefined && one !== false && one !== ""));
  return node;
}

/** Act once when nothing more came for a while. */
export function once(wait, act) {
  let timer;
  const later = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...given), wait);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** Commit what is typed: soon while it is typed, at once when the input is left. */
export function typed(input, commit) {
  const later = once(400, commit);
  input.addEventListener("input", later);
  input.addEventListener("blur", () => {
    later.cancel();
    commit();
  });
}

export const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

// A name, one in back quotes (dots and brackets belong to it), or what stands in brackets.
const STEP = /`((?:[^`]|``)*)`|([^.[\]`]+)|\[(\*|\d+)\]/g;

/** Read a path such as `a.b`, `list[*].x` or `list[0].x`; undefined: not there, or another kind. */
export function read(value, path) {
  const rest = path.replace(STEP, "").replace(/\./g, "");
  if (rest) return undefined;
  let found = value;
  let isMany = false;
  for (const [, quoted, plain, index] of path.matchAll(STEP)) {
    const name = quoted?.replaceAll("``", "`") ?? plain;
    if (index === "*") {
      if (!isMany && !Array.isArray(found)) return undefined;
      found = isMany ? found.flatMap((one) => (Array.isArray(one) ? one : [])) : found;
      isMany = true;
      continue;
    }
    const step = (one) => (index === undefined ? one?.[name] ?? folded(one, name) : one?.[Number(index)]);
    found = isMany ? found.map(step).filter((one) => one !== undefined) : step(found);
    if (found === undefined) return undefined;
  }
  return isMany && found.length === 0 ? undefined : found;
}

function folded(one, name) {
  if (!one || typeof one !== "object" || name in one) return undefined;
  const key = Object.keys(one).find((other) => other.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : one[key];
}

/** The path as samples tell it: any element of an array stands for all. */
export const general = (path) =>
  path
    .replace(/\[[^\]]*\]/g, "[*]")
    .replace(/\.size\(\)$/, "")
    .toLowerCase();

export function short(value, most = 60) {
  if (value === undefined) return "";
  if (value === null) return "null";
  if (value === "") return "empty text";
  const isPlain = Array.isArray(value) && value.length > 0 && value.every((one) => one === null || typeof one !== "object");
  const text = typeof value === "string" ? value : isPlain ? value.join(", ") : JSON.stringify(value);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** A path with what leads to its last name set back. */
export function pathText(path) {
  const [lead, last] = pathParts(path);
  return lead ? [el("span", { class: "m-lead" }, lead), el("wbr"), last] : [last];
}

/** The same with what leads to the name above it. */
export function pathName(path) {
  const [lead, last] = pathParts(path);
  return [lead ? el("span", { class: "m-lead", title: path }, lead) : null, el("span", { class: "m-path" }, last)].filter(Boolean);
}

function pathParts(path) {
  const cut = (/^(?:.*\.)?(?=`)/.exec(path)?.[0] ?? path.slice(0, path.lastIndexOf(".") + 1)).length;
  return [path.slice(0, cut), path.slice(cut)];
}

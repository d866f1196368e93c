// The part of Node's util that does not touch the system.
function shown(value, depth, seen) {
  if (typeof value === "string") return depth.level === 0 && depth.isBare ? value : "'" + value.replace(/\\/g, "\\\\").replace(/'/g, "\\'").replace(/\n/g, "\\n") + "'";
  if (typeof value === "bigint") return value + "n";
  if (typeof value === "function") return value.name ? "[Function: " + value.name + "]" : "[Function (anonymous)]";
  if (value === null || typeof value !== "object") return Object.is(value, -0) ? "-0" : String(value);
  if (seen.includes(value)) return "[Circular *1]";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Error) return value.stack ? value.name + ": " + value.message : "[" + value.name + ": " + value.message + "]";
  const isEmpty = Object.keys(value).length === 0 && !(value instanceof Map) && !(value instanceof Set);
  if (depth.level > depth.limit && !isEmpty) return Array.isArray(value) ? "[Array]" : "[Object]";
  const below = { ...depth, level: depth.level + 1 };
  const inner = (item) => shown(item, below, [...seen, value]);
  if (value instanceof Map) return "Map(" + value.size + ") " + braces("{", [...value].map(([key, item]) => inner(key) + " => " + inner(item)), "}");
  if (value instanceof Set) return "Set(" + value.size + ") " + braces("{", [...value].map(inner), "}");
  if (value instanceof Promise) return "Promise";
  const pairs = () => Object.keys(value).map((key) => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : shown(key, below, [])) + ": " + inner(value[key]));
  if (Array.isArray(value)) {
    const items = Array.from(value.slice(0, 100), inner);
    if (value.length > 100) items.push("... " + (value.length - 100) + " more items");
    return braces("[", items, "]");
  }
  const maker = Object.getPrototypeOf(value) === null ? "[Object: null prototype] " : value.constructor && value.constructor !== Object ? value.constructor.name + " " : "";
  return maker + braces("{", pairs(), "}");
}

function braces(open, items, close) {
  if (items.length === 0) return open + close;
  const line = open + " " + items.join(", ") + " " + close;
  return line.length <= 72 && !line.includes("\n") ? line : open + "\n  " + items.join(",\n").replace(/\n/g, "\n  ") + "\n" + close;
}

function inspect(value, options) {
  const limit = options && options.depth !== undefined ? (options.depth === null ? Infinity : options.depth) : 2;
  return shown(value, { level: 0, limit, isBare: false }, []);
}

function format(first, ...values) {
  if (typeof first !== "string") return [first, ...values].map((value) => (typeof value === "string" ? value : inspect(value))).join(" ");
  const text = first.replace(/%[sdifjoOc%]/g, (sign) => {
    if (sign === "%%") return "%";
    if (values.length === 0) return sign;
    const value = values.shift();
    if (sign === "%s") return typeof value === "object" && value !== null ? inspect(value, { depth: 0 }) : String(value);
    if (sign === "%d") return String(Number(value));
    if (sign === "%i") return String(parseInt(value, 10));
    if (sign === "%f") return String(parseFloat(value));
    if (sign === "%j") return JSON.stringify(value);
    return sign === "%c" ? "" : inspect(value);
  });
  return [text, ...values.map((value) => (typeof value === "string" ? value : inspect(value)))].join(" ");
}

function isDeepStrictEqual(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (a instanceof RegExp) return String(a) === String(b);
  if (a instanceof Map || a instanceof Set) return a.size === b.size && isDeepStrictEqual([...a], [...b]);
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isDeepStrictEqual(a[key], b[key]));
}

const promisify = (act) => (...values) =>
  new Promise((resolve, reject) => act(...values, (error, value) => (error ? reject(error) : resolve(value))));
const callbackify = (act) => (...values) => {
  const callback = values.pop();
  act(...values).then((value) => callback(null, value), (error) => callback(error));
};
const is = (name) => (value) => typeof value === name;
Object.assign(exports, {
  inspect, format, isDeepStrictEqual, promisify, callbackify,
  inherits: (child, parent) => { child.super_ = parent; Object.setPrototypeOf(child.prototype, parent.prototype); },
  deprecate: (act) => act,
  isArray: Array.isArray, isString: is("string"), isNumber: is("number"), isBoolean: is("boolean"),
  isFunction: is("function"), isUndefined: is("undefined"), isSymbol: is("symbol"),
  isNull: (value) => value === null, isNullOrUndefined: (value) => value === null || value === undefined,
  isObject: (value) => value !== null && typeof value === "object", isPrimitive: (value) => value === null || !["object", "function"].includes(typeof value),
  isDate: (value) => value instanceof Date, isRegExp: (value) => value instanceof RegExp, isError: (value) => value instanceof Error,
  types: {
    isDate: (value) => value instanceof Date, isRegExp: (value) => value instanceof RegExp, isPromise: (value) => value instanceof Promise,
    isMap: (value) => value instanceof Map, isSet: (value) => value instanceof Set, isNativeError: (value) => value instanceof Error,
  },
});

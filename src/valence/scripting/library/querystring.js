// Node's querystring.
const text = (value) => (["string", "number", "boolean", "bigint"].includes(typeof value) ? String(value) : "");

function unescape(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function stringify(values, separator = "&", equals = "=") {
  if (values === null || typeof values !== "object") return "";
  return Object.keys(values)
    .flatMap((key) =>
      (Array.isArray(values[key]) ? values[key] : [values[key]]).map(
        (value) => encodeURIComponent(key) + equals + encodeURIComponent(text(value)),
      ),
    )
    .join(separator);
}

function parse(query, separator = "&", equals = "=") {
  const found = {};
  for (const pair of String(query || "").split(separator)) {
    if (pair === "") continue;
    const place = pair.indexOf(equals);
    const plain = (value) => unescape(value.replace(/\+/g, " "));
    const key = plain(place < 0 ? pair : pair.slice(0, place));
    const value = place < 0 ? "" : plain(pair.slice(place + equals.length));
    if (!Object.hasOwn(found, key))
      Object.defineProperty(found, key, { value, writable: true, enumerable: true, configurable: true });
    else if (Array.isArray(found[key])) found[key].push(value);
    else found[key] = [found[key], value];
  }
  return found;
}

Object.assign(exports, { parse, decode: parse, stringify, encode: stringify, escape: encodeURIComponent, unescape });

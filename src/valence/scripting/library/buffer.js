// Buffer as Node has it, for the parts that scripts use: text, bases, slices, numbers.
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function utf8Bytes(text) {
  const escaped = unescape(encodeURIComponent(text.toWellFormed()));
  const out = new Uint8Array(escaped.length);
  for (let i = 0; i < escaped.length; i += 1) out[i] = escaped.charCodeAt(i);
  return out;
}

function latin(bytes, mask) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4096)
    text += String.fromCharCode(...bytes.subarray(i, i + 4096).map((byte) => byte & mask));
  return text;
}

// Malformed sequences become U+FFFD, one for each byte that fits nowhere.
function utf8Text(bytes) {
  try {
    return decodeURIComponent(escape(latin(bytes, 255)));
  } catch {
    const points = [];
    for (let i = 0; i < bytes.length; ) {
      const first = bytes[i];
      const more = first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : -1;
      const rest = Array.from(bytes.subarray(i + 1, i + 1 + Math.max(more, 0)));
      let point = 0xfffd;
      if (more >= 0 && rest.length === more && rest.every((byte) => (byte & 0xc0) === 0x80)) {
        const value = rest.reduce((sum, byte) => (sum << 6) | (byte & 0x3f), more ? first & (0x3f >> more) : first);
        const isWhole = value <= 0x10ffff && value >= [0, 0x80, 0x800, 0x10000][more] && (value < 0xd800 || value > 0xdfff);
        if (isWhole) {
          point = value;
          i += more;
        }
      }
      points.push(String.fromCodePoint(point));
      i += 1;
    }
    return points.join("");
  }
}

function base64Text(bytes) {
  const out = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i] << 16) | ((bytes[i + 1] || 0) << 8) | (bytes[i + 2] || 0);
    out.push(
      BASE64[word >> 18] + BASE64[(word >> 12) & 63] +
      (i + 1 < bytes.length ? BASE64[(word >> 6) & 63] : "=") + (i + 2 < bytes.length ? BASE64[word & 63] : "="),
    );
  }
  return out.join("");
}

function base64Bytes(text) {
  const clean = text.replace(/-/g, "+").replace(/_/g, "/").replace(/=.*$/s, "").replace(/[^A-Za-z0-9+/]/g, "");
  const out = new Uint8Array(Math.floor((clean.length * 3) / 4));
  let [bits, count, at] = [0, 0, 0];
  for (let i = 0; i < clean.length; i += 1) {
    bits = ((bits << 6) | BASE64.indexOf(clean[i])) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      if (at < out.length) out[at] = (bits >> count) & 255;
      at += 1;
    }
  }
  return out;
}

function hexBytes(text) {
  const pairs = (text.match(/^(?:[0-9a-f]{2})*/i)[0].match(/../g) || []).map((pair) => parseInt(pair, 16));
  return Uint8Array.from(pairs);
}

const wide = (text) => {
  const out = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i += 1) {
    out[2 * i] = text.charCodeAt(i) & 255;
    out[2 * i + 1] = text.charCodeAt(i) >> 8;
  }
  return out;
};
const wideText = (bytes) => {
  let text = "";
  for (let i = 0; i + 1 < bytes.length; i += 2) text += String.fromCharCode(bytes[i] | (bytes[i + 1] << 8));
  return text;
};
const narrow = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 255);
const LATIN = [narrow, (bytes) => latin(bytes, 255)];
const UTF8 = [utf8Bytes, utf8Text];
const WIDE = [wide, wideText];
const ENCODINGS = {
  utf8: UTF8, "utf-8": UTF8, hex: [hexBytes, (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")],
  base64: [base64Bytes, base64Text],
  base64url: [base64Bytes, (bytes) => base64Text(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")],
  latin1: LATIN, binary: LATIN, ascii: [narrow, (bytes) => latin(bytes, 127)],
  utf16le: WIDE, "utf-16le": WIDE, ucs2: WIDE, "ucs-2": WIDE,
};

function coding(encoding) {
  const name = encoding === undefined || encoding === null ? "utf8" : String(encoding).toLowerCase();
  if (!Object.hasOwn(ENCODINGS, name)) throw new TypeError("Unknown encoding: " + encoding);
  return ENCODINGS[name];
}

class Bytes extends Uint8Array {
  toString(encoding, start = 0, end = this.length) {
    return coding(encoding)[1](this.subarray(start, end));
  }
  toJSON() {
    return { type: "Buffer", data: Array.from(this) };
  }
  equals(other) {
    return Buffer.compare(this, other) === 0;
  }
  compare(other) {
    return Buffer.compare(this, other);
  }
  slice(start, end) {
    return this.subarray(start, end);
  }
  write(text, at = 0, length, encoding) {
    const [place, name] = typeof at === "string" ? [0, at] : [at, typeof length === "string" ? length : encoding];
    const bytes = coding(name)[0](String(text)).subarray(0, this.length - place);
    this.set(bytes, place);
    return bytes.length;
  }
  copy(target, at = 0, start = 0, end = this.length) {
    const part = this.subarray(start, Math.min(end, start + target.length - at));
    target.set(part, at);
    return part.length;
  }
  indexOf(value, from = 0) {
    if (typeof value === "number") return super.indexOf(value, from);
    const wanted = Buffer.from(value);
    for (let i = from; i + wanted.length <= this.length; i += 1)
      if (wanted.every((byte, place) => this[i + place] === byte)) return i;
    return -1;
  }
  includes(value, from) {
    return this.indexOf(value, from) >= 0;
  }
}

// The methods readUInt8, readInt16LE, writeUInt32BE, readDoubleLE and so on, and their Uint twins.
for (const [name, size] of [["Int8", 1], ["Uint8", 1], ["Int16", 2], ["Uint16", 2], ["Int32", 4], ["Uint32", 4], ["Float32", 4], ["Float64", 8]])
  for (const order of size === 1 ? [""] : ["LE", "BE"]) {
    const read = function (at = 0) {
      return new DataView(this.buffer, this.byteOffset, this.byteLength)["get" + name](at, order === "LE");
    };
    const write = function (value, at = 0) {
      new DataView(this.buffer, this.byteOffset, this.byteLength)["set" + name](at, value, order === "LE");
      return at + size;
    };
    const plain = { Float32: "Float", Float64: "Double" }[name] || name;
    for (const one of new Set([plain, plain.replace("Uint", "UInt")])) {
      Object.defineProperty(Bytes.prototype, "read" + one + order, { value: read });
      Object.defineProperty(Bytes.prototype, "write" + one + order, { value: write });
    }
  }

function Buffer(value, encoding, length) {
  return typeof value === "number" ? Buffer.alloc(value) : Buffer.from(value, encoding, length);
}
Buffer.prototype = Bytes.prototype;
Buffer.from = (value, encoding, length) => {
  if (typeof value === "string") {
    const bytes = coding(encoding)[0](value);
    return new Bytes(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  if (value instanceof ArrayBuffer) return new Bytes(value, encoding, length);
  if (value && value.type === "Buffer" && Array.isArray(value.data)) return Bytes.from(value.data);
  if (value && typeof value === "object" && "length" in value) return Bytes.from(value);
  throw new TypeError("Buffer.from takes a string, an array, a Buffer or an ArrayBuffer");
};
Buffer.alloc = (size, fill, encoding) => {
  const out = new Bytes(size);
  if (typeof fill === "number") out.fill(fill);
  else if (fill !== undefined && fill.length > 0) {
    const bytes = Buffer.from(fill, encoding);
    for (let i = 0; i < size; i += 1) out[i] = bytes[i % bytes.length];
  }
  return out;
};
Buffer.allocUnsafe = (size) => new Bytes(size);
Buffer.isBuffer = (value) => value instanceof Bytes;
Buffer.isEncoding = (name) => Object.hasOwn(ENCODINGS, String(name).toLowerCase());
Buffer.byteLength = (value, encoding) => (typeof value === "string" ? coding(encoding)[0](value).length : value.byteLength);
Buffer.concat = (list, length) => {
  const size = length === undefined ? list.reduce((sum, part) => sum + part.length, 0) : length;
  const out = new Bytes(size);
  let at = 0;
  for (const part of list) {
    out.set(part.subarray(0, size - at), at);
    at = Math.min(size, at + part.length);
  }
  return out;
};
Buffer.compare = (first, second) => {
  for (let i = 0; i < Math.min(first.length, second.length); i += 1)
    if (first[i] !== second[i]) return first[i] < second[i] ? -1 : 1;
  return Math.sign(first.length - second.length);
};
exports.Buffer = Buffer;

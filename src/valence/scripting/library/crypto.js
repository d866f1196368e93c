// The part of Node's crypto that makes digests, signatures with a shared secret, and random bytes.
const { Buffer } = require("buffer");
const { hash, hmac, check, names } = internal.load(":hashes");

const bytesOf = (value, encoding) => (typeof value === "string" ? Buffer.from(value, encoding) : Buffer.from(value));

function collecting(finish) {
  const parts = [];
  let isFinished = false;
  return {
    update(value, encoding) {
      if (isFinished) throw new Error("Digest already called");
      parts.push(bytesOf(value, encoding));
      return this;
    },
    digest(encoding) {
      if (isFinished) throw new Error("Digest already called");
      isFinished = true;
      const out = Buffer.from(finish(Buffer.concat(parts)));
      return encoding === undefined || encoding === "buffer" ? out : out.toString(encoding);
    },
  };
}

exports.createHash = (algorithm) => {
  check(algorithm);
  return collecting((bytes) => hash(algorithm, bytes));
};
exports.createHmac = (algorithm, key) => {
  check(algorithm);
  const secret = bytesOf(key);
  return collecting((bytes) => hmac(algorithm, secret, bytes));
};
exports.getHashes = () => names.slice();
exports.hash = (algorithm, value, encoding = "hex") => exports.createHash(algorithm).update(value).digest(encoding);

// Randomness comes from the system once, as a seed that only this module has; the rest is a hash of
// the seed and a counter, which cannot be run backwards.
let counter = 0;
const seed = Buffer.from(internal.seed, "hex");
exports.randomBytes = (size, callback) => {
  const blocks = [];
  for (let made = 0; made < size; made += 32) {
    counter += 1;
    blocks.push(Buffer.from(hmac("sha256", seed, Buffer.from(String(counter)))));
  }
  const out = Buffer.concat(blocks, size);
  if (callback === undefined) return out;
  Promise.resolve().then(() => callback(null, out));
  return undefined;
};
exports.randomUUID = () => {
  const bytes = exports.randomBytes(16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};
exports.randomInt = (low, high) => {
  const [from, to] = high === undefined ? [0, low] : [low, high];
  return from + Math.floor((exports.randomBytes(6).reduce((sum, byte) => sum * 256 + byte, 0) / 2 ** 48) * (to - from));
};
exports.timingSafeEqual = (first, second) => {
  if (first.length !== second.length) throw new RangeError("Input buffers must have the same byte length");
  return first.reduce((sum, byte, place) => sum | (byte ^ second[place]), 0) === 0;
};

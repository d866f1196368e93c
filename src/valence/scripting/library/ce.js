// CE: what scripts of this platform have at hand without asking.
const { Buffer } = require("buffer");
const { hash, hmac, check } = internal.load(":hashes");
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

const bytesOf = (value) => (typeof value === "string" ? Buffer.from(value) : Buffer.from(value));
const encoded = (bytes, encoding) => Buffer.from(bytes).toString(encoding);
const keyed = (algorithm, encoding) => (secret, text) =>
  encoded(hmac(algorithm, bytesOf(secret), bytesOf(text)), encoding);

const CE = {
  randomString(length = 10) {
    let text = "";
    for (let i = 0; i < length; i += 1) text += LETTERS[Math.floor(Math.random() * LETTERS.length)];
    return text;
  },
  randomEmail: () => CE.randomString() + "@" + CE.randomString() + ".com",
  md5: (text) => encoded(hash("md5", bytesOf(text)), "hex"),
  b64: (text) => bytesOf(text).toString("base64"),
  decode64: (text) => Buffer.from(String(text), "base64").toString("utf8"),
  hmac: (algorithm) => {
    check(algorithm);
    return (encoding) => keyed(algorithm, encoding);
  },
};
for (const name of ["Md5", "Sha1", "Sha224", "Sha256", "Sha384", "Sha512"]) {
  CE["hmac" + name + "Hex"] = keyed(name, "hex");
  for (const ending of ["", "Base64", "base64"]) CE["hmac" + name + ending] = keyed(name, "base64");
}
module.exports = CE;

// Bodies of requests and answers between scripts and whoever makes the requests: bytes travel as base64.
const { Buffer } = require("buffer");

exports.sent = (body) => (body === undefined || body === null ? null : Buffer.from(body).toString("base64"));
exports.received = (answer) =>
  answer.base64 === undefined ? Buffer.from(answer.text) : Buffer.from(answer.base64, "base64");
exports.texts = (headers) => {
  const out = {};
  for (const name of Object.keys(headers || {}))
    if (headers[name] !== undefined && headers[name] !== null) out[name] = [].concat(headers[name]).map(String).join(", ");
  return out;
};

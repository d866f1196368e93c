// Requests of scripts: handed to the worker, answered from outside. Bodies travel as base64.
const { Buffer } = require("buffer");
const asked = new Map();
let outgoing = [];
let numbers = 0;

internal.outgoing = () => {
  if (outgoing.length === 0) return "";
  const list = outgoing;
  outgoing = [];
  return internal.stringify(list);
};

internal.deliver = (id, text) => {
  const waiting = asked.get(id);
  asked.delete(id);
  if (!waiting) return;
  const told = internal.parse(text);
  if (told.error === undefined) waiting.resolve(told);
  else waiting.reject(new Error(told.error));
};

exports.fetch = (request) =>
  new Promise((resolve, reject) => {
    numbers += 1;
    asked.set(numbers, { resolve, reject });
    outgoing.push({ id: numbers, ...request });
  });
exports.sent = (body) => (body === undefined || body === null ? null : Buffer.from(body).toString("base64"));
exports.received = (answer) =>
  answer.base64 === undefined ? Buffer.from(answer.text) : Buffer.from(answer.base64, "base64");
exports.texts = (headers) => {
  const out = {};
  for (const name of Object.keys(headers || {}))
    if (headers[name] !== undefined && headers[name] !== null) out[name] = [].concat(headers[name]).map(String).join(", ");
  return out;
};

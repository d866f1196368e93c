// http.request and http.get in Node's style, with the events that usual scripts listen to.
const { Buffer } = require("buffer");
const { URL } = require("url");
const { fetch, sent, received, texts } = internal.load(":bodies");

class Emitter {
  #listeners = new Map();
  on(event, act) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, []);
    this.#listeners.get(event).push(act);
    return this;
  }
  once(event, act) {
    const once = (...values) => {
      this.off(event, once);
      act(...values);
    };
    return this.on(event, once);
  }
  off(event, act) {
    this.#listeners.set(event, (this.#listeners.get(event) || []).filter((one) => one !== act));
    return this;
  }
  emit(event, ...values) {
    const acts = this.#listeners.get(event) || [];
    for (const act of acts) act.apply(this, values);
    return acts.length > 0;
  }
}
Emitter.prototype.addListener = Emitter.prototype.on;
Emitter.prototype.removeListener = Emitter.prototype.off;

class Answer extends Emitter {
  #encoding = null;
  constructor(told) {
    super();
    this.statusCode = told.status;
    this.statusMessage = STATUS_CODES[told.status] || "";
    this.headers = told.headers;
    this.complete = false;
  }
  setEncoding(encoding) {
    this.#encoding = encoding || "utf8";
    return this;
  }
  resume() {
    return this;
  }
  play(body) {
    if (body.length > 0) this.emit("data", this.#encoding ? body.toString(this.#encoding) : body);
    this.complete = true;
    this.emit("end");
    this.emit("close");
  }
}

class Request extends Emitter {
  #wanted;
  #parts = [];
  #isOver = false;
  constructor(wanted) {
    super();
    this.#wanted = wanted;
  }
  setHeader(name, value) {
    this.removeHeader(name);
    this.#wanted.headers[name] = texts({ name: value }).name;
    return this;
  }
  getHeader(name) {
    return this.#wanted.headers[this.#named(name)];
  }
  removeHeader(name) {
    delete this.#wanted.headers[this.#named(name)];
  }
  #named(name) {
    return Object.keys(this.#wanted.headers).find((one) => one.toLowerCase() === name.toLowerCase());
  }
  setTimeout(milliseconds, act) {
    this.#wanted.timeout = milliseconds;
    if (act) this.once("timeout", act);
    return this;
  }
  write(value, encoding) {
    this.#parts.push(typeof value === "string" ? Buffer.from(value, typeof encoding === "string" ? encoding : "utf8") : value);
    return true;
  }
  end(value, encoding) {
    if (typeof value === "string" || (value && typeof value !== "function")) this.write(value, encoding);
    if (this.#isOver) return this;
    this.#isOver = true;
    const body = this.#parts.length > 0 ? sent(Buffer.concat(this.#parts)) : null;
    fetch({ ...this.#wanted, body }).then(
      (told) => {
        if (this.destroyed) return;
        const answer = new Answer(told);
        this.emit("response", answer);
        answer.play(received(told));
        this.emit("close");
      },
      (error) => this.destroy(error),
    );
    return this;
  }
  destroy(error) {
    this.destroyed = true;
    this.#isOver = true;
    if (error && !this.emit("error", error)) throw error;
    return this;
  }
  abort() {
    return this.destroy();
  }
}

const STATUS_CODES = {
  200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified",
  400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict",
  410: "Gone", 422: "Unprocessable Entity", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
  503: "Service Unavailable", 504: "Gateway Timeout",
};
const METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

function addressOf(options, scheme) {
  const protocol = options.protocol || scheme;
  const host = String(options.hostname || options.host || "localhost").replace(/:\d+$/, "");
  const port = options.port || (/:(\d+)$/.exec(options.host || "") || [])[1];
  return protocol + "//" + host + (port ? ":" + port : "") + (options.path || "/");
}

function room(scheme) {
  function request(first, second, third) {
    const isAddress = typeof first === "string" || first instanceof URL;
    const options = (isAddress ? (typeof second === "object" ? second : {}) : first) || {};
    const callback = [second, third].find((value) => typeof value === "function");
    const headers = texts(options.headers);
    const given = isAddress ? new URL(String(first)) : null;
    const auth = options.auth || (given && given.username ? decodeURIComponent(given.username + ":" + given.password) : null);
    if (given) given.username = given.password = "";
    if (auth && !Object.keys(headers).some((name) => name.toLowerCase() === "authorization"))
      headers.Authorization = "Basic " + Buffer.from(auth).toString("base64");
    const url = given ? given.href.replace(/#.*/, "") : addressOf(options, scheme);
    const made = new Request({ method: String(options.method || "GET"), url, headers, timeout: options.timeout });
    if (callback) made.once("response", callback);
    return made;
  }
  return { request, get: (...values) => request(...values).end(), STATUS_CODES, METHODS, Agent: class Agent {} };
}

module.exports = { ...room("http:"), room };

// URL and URLSearchParams (WHATWG) for addresses with a host, and Node's older url functions.
const querystring = require("querystring");
const PARTS = /^([a-z][a-z0-9+.-]*:)?(\/\/(?:([^/?#]*)@)?([^/?#:@]*|\[[^\]]*\])(?::(\d*))?)?([^?#]*)(\?[^#]*)?(#.*)?$/i;
const PORTS = { "http:": "80", "https:": "443", "ftp:": "21", "ws:": "80", "wss:": "443" };
const formEncoded = (value) =>
  encodeURIComponent(value).replace(/%20/g, "+").replace(/[!'()~]/g, (letter) => "%" + letter.charCodeAt(0).toString(16).toUpperCase());

class URLSearchParams {
  #pairs = [];
  #changed = () => {};
  constructor(given = "", changed) {
    if (typeof given === "string") {
      for (const pair of given.replace(/^\?/, "").split("&").filter(Boolean)) {
        const [key, ...rest] = pair.split("=");
        const plain = (value) => querystring.unescape(value.replace(/\+/g, " "));
        this.#pairs.push([plain(key), plain(rest.join("="))]);
      }
    } else if (given && given[Symbol.iterator]) for (const [key, value] of given) this.append(key, value);
    else for (const key of Object.keys(given || {})) this.append(key, given[key]);
    if (changed) this.#changed = changed;
  }
  get size() { return this.#pairs.length; }
  append(key, value) { this.#pairs.push([String(key), String(value)]); this.#changed(); }
  delete(key) { this.#pairs = this.#pairs.filter((pair) => pair[0] !== key); this.#changed(); }
  get(key) { const found = this.#pairs.find((pair) => pair[0] === key); return found ? found[1] : null; }
  getAll(key) { return this.#pairs.filter((pair) => pair[0] === key).map((pair) => pair[1]); }
  has(key) { return this.#pairs.some((pair) => pair[0] === key); }
  set(key, value) {
    const place = this.#pairs.findIndex((pair) => pair[0] === key);
    if (place < 0) { this.append(key, value); return; }
    this.#pairs = this.#pairs.filter((pair, at) => at === place || pair[0] !== key);
    this.#pairs[place] = [String(key), String(value)];
    this.#changed();
  }
  sort() { this.#pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)); this.#changed(); }
  forEach(act) { for (const [key, value] of this.#pairs) act(value, key, this); }
  keys() { return this.#pairs.map((pair) => pair[0]).values(); }
  values() { return this.#pairs.map((pair) => pair[1]).values(); }
  entries() { return this.#pairs.map((pair) => pair.slice()).values(); }
  [Symbol.iterator]() { return this.entries(); }
  toString() { return this.#pairs.map(([key, value]) => formEncoded(key) + "=" + formEncoded(value)).join("&"); }
}

function withoutDots(path) {
  const out = [];
  const steps = path.split("/");
  steps.forEach((step, place) => {
    const isLast = place === steps.length - 1;
    if (step === "..") { if (out.length > 1) out.pop(); if (isLast) out.push(""); }
    else if (step === ".") { if (isLast) out.push(""); }
    else out.push(step);
  });
  return out.join("/");
}

const quoted = (value) => encodeURI(value).replace(/%25(?=[0-9a-f]{2})/gi, "%").replace(/%5B/g, "[").replace(/%5D/g, "]");

class URL {
  constructor(address, base) {
    const text = String(address).trim();
    let parts = PARTS.exec(text) || [];
    if (!parts[1] && base !== undefined) {
      const from = new URL(base);
      const resolved = resolve(from.href, text);
      parts = PARTS.exec(resolved) || [];
    }
    if (!parts[1] || (parts[1].toLowerCase() in PORTS && !parts[4])) throw new TypeError("Invalid URL: " + text);
    this.protocol = parts[1].toLowerCase();
    const [user, ...password] = (parts[3] || "").split(":");
    this.username = user;
    this.password = password.join(":");
    this.hostname = (parts[4] || "").toLowerCase();
    this.port = !parts[5] || parts[5] === PORTS[this.protocol] ? "" : parts[5];
    this.pathname = quoted(parts[2] ? withoutDots(parts[6] || "/") : parts[6]);
    this.hash = quoted(parts[8] || "").replace(/^#$/, "");
    let search = quoted(parts[7] || "").replace(/'/g, "%27").replace(/^\?$/, "");
    const made = (query) =>
      new URLSearchParams(query, () => { const now = this.searchParams.toString(); search = now ? "?" + now : ""; });
    this.searchParams = made(search);
    Object.defineProperty(this, "search", {
      enumerable: true,
      get: () => search,
      set: (value) => { search = value ? "?" + String(value).replace(/^\?/, "") : ""; this.searchParams = made(search); },
    });
  }
  get host() { return this.hostname + (this.port && ":" + this.port); }
  get origin() { return this.protocol in PORTS ? this.protocol + "//" + this.host : "null"; }
  get href() {
    const user = this.username && this.username + (this.password && ":" + this.password) + "@";
    return this.protocol + (this.hostname ? "//" + user + this.host : "") + this.pathname + this.search + this.hash;
  }
  toString() { return this.href; }
  toJSON() { return this.href; }
  static canParse(address, base) { try { return Boolean(new URL(address, base)); } catch { return false; } }
}

function parse(address, withQuery = false) {
  const [, protocol = null, slashes, auth = null, host = null, port = null, path = "", search = null, hash = null] = PARTS.exec(String(address).trim()) || [];
  const pathname = path || (host ? "/" : null);
  const found = {
    protocol: protocol && protocol.toLowerCase(), slashes: slashes ? true : null, auth, port: port || null,
    host: host === null ? null : host.toLowerCase() + (port ? ":" + port : ""), hostname: host && host.toLowerCase(), hash, search, pathname,
    query: withQuery ? querystring.parse((search || "").slice(1)) : search && search.slice(1),
    path: pathname === null && search === null ? null : (pathname || "") + (search || ""),
  };
  return { ...found, href: format(found) };
}

function format(parts) {
  if (typeof parts === "string" || parts instanceof URL) return String(parts);
  const protocol = parts.protocol ? String(parts.protocol).replace(/:?$/, ":") : "";
  const host = parts.host || (parts.hostname ? parts.hostname + (parts.port ? ":" + parts.port : "") : "");
  const auth = parts.auth ? parts.auth + "@" : "";
  const query = parts.query && typeof parts.query === "object" ? querystring.stringify(parts.query) : "";
  const search = parts.search || (query && "?" + query);
  const path = host && parts.pathname && !parts.pathname.startsWith("/") ? "/" + parts.pathname : parts.pathname || "";
  const hash = parts.hash ? String(parts.hash).replace(/^#?/, "#") : "";
  return protocol + (host || parts.slashes ? "//" : "") + auth + host + path + (search ? String(search).replace(/^\??/, "?") : "") + hash;
}

function resolve(base, relative) {
  const to = PARTS.exec(String(relative).trim());
  const from = PARTS.exec(String(base).trim());
  if (to[1]) return String(relative);
  if (to[2]) return (from[1] || "") + relative;
  const root = (from[1] || "") + (from[2] || "");
  if (!to[6]) return root + (from[6] || "/") + (to[7] || from[7] || "") + (to[8] || "");
  const path = to[6].startsWith("/") ? to[6] : (from[6] || "/").replace(/[^/]*$/, "") + to[6];
  return root + withoutDots(path) + (to[7] || "") + (to[8] || "");
}

Object.assign(exports, { URL, URLSearchParams, parse, format, resolve });

// The part of axios that scripts use: one request, its answer or an error that carries it.
const { Buffer } = require("buffer");
const { fetch, sent, received, texts } = internal.load(":bodies");

class AxiosError extends Error {
  constructor(message, code, config, response) {
    super(message);
    this.name = "AxiosError";
    this.isAxiosError = true;
    this.code = code;
    this.config = config;
    this.response = response;
    this.status = response && response.status;
  }
  toJSON() {
    return { message: this.message, name: this.name, code: this.code, status: this.status };
  }
}

const lowered = (headers) =>
  Object.fromEntries(Object.entries(texts(headers)).map(([name, value]) => [name.toLowerCase(), value]));

function queryOf(params) {
  if (!params) return "";
  if (typeof params.keys === "function" && typeof params.get === "function") return String(params);
  const pairs = [];
  const encoded = (value) => encodeURIComponent(value).replace(/%3A/gi, ":").replace(/%24/g, "$").replace(/%2C/gi, ",").replace(/%20/g, "+");
  const add = (key, value) => {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) value.forEach((item) => add(key + "[]", item));
    else if (value instanceof Date) add(key, value.toISOString());
    else if (typeof value === "object") for (const name of Object.keys(value)) add(key + "[" + name + "]", value[name]);
    else pairs.push(encoded(key).replace(/%5B/gi, "[").replace(/%5D/gi, "]") + "=" + encoded(value));
  };
  for (const key of Object.keys(params)) add(key, params[key]);
  return pairs.join("&");
}

function addressOf(config) {
  const isWhole = /^([a-z][a-z\d+.-]*:)?\/\//i.test(config.url || "");
  const base = config.baseURL && !isWhole ? String(config.baseURL).replace(/\/+$/, "") : "";
  const path = base && config.url ? "/" + String(config.url).replace(/^\/+/, "") : config.url || "";
  const query = config.paramsSerializer ? serialized(config) : queryOf(config.params);
  const address = (base + path).replace(/#.*$/, "");
  return query ? address + (address.includes("?") ? "&" : "?") + query : address;
}

function serialized({ paramsSerializer, params }) {
  return typeof paramsSerializer === "function" ? paramsSerializer(params) : paramsSerializer.serialize(params);
}

function bodyOf(config, headers) {
  const { data } = config;
  if (data === undefined || data === null) return null;
  if (typeof data === "string" || Buffer.isBuffer(data) || data instanceof Uint8Array) {
    headers["content-type"] ??= "application/x-www-form-urlencoded";
    return data;
  }
  const isForm = typeof data.append === "function" && typeof data.getAll === "function";
  if (isForm || /^application\/x-www-form-urlencoded/.test(headers["content-type"] || "")) {
    headers["content-type"] ??= "application/x-www-form-urlencoded;charset=utf-8";
    return isForm ? String(data) : queryOf(data);
  }
  headers["content-type"] ??= "application/json";
  return JSON.stringify(data);
}

function dataOf(config, told) {
  const bytes = received(told);
  if (config.responseType === "arraybuffer") return bytes;
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (config.responseType === "text") return text;
  try {
    return text === "" ? "" : JSON.parse(text);
  } catch {
    return text;
  }
}

function merged(defaults, config) {
  return { ...defaults, ...config, headers: { ...lowered(defaults.headers), ...lowered(config.headers) } };
}

async function send(config) {
  const headers = { accept: "application/json, text/plain, */*", ...config.headers };
  const method = String(config.method || "get").toUpperCase();
  if (config.auth) headers.authorization = "Basic " + Buffer.from((config.auth.username || "") + ":" + (config.auth.password || "")).toString("base64");
  const body = bodyOf(config, headers);
  let told;
  try {
    told = await fetch({ method, url: addressOf(config), headers, body: sent(body), timeout: config.timeout });
  } catch (error) {
    throw new AxiosError(error.message, "ERR_NETWORK", config);
  }
  const response = { data: dataOf(config, told), status: told.status, statusText: "", headers: told.headers, config, request: {} };
  const isFine = config.validateStatus === undefined ? told.status >= 200 && told.status < 300 : !config.validateStatus || config.validateStatus(told.status);
  if (isFine) return response;
  const code = told.status >= 500 ? "ERR_BAD_RESPONSE" : "ERR_BAD_REQUEST";
  throw new AxiosError("Request failed with status code " + told.status, code, config, response);
}

function made(defaults) {
  const axios = (first, second) =>
    send(merged(defaults, typeof first === "string" ? { ...second, url: first } : { ...first }));
  axios.request = axios;
  axios.defaults = defaults;
  for (const method of ["get", "delete", "head", "options"])
    axios[method] = (url, config) => axios({ ...config, method, url });
  for (const method of ["post", "put", "patch"])
    axios[method] = (url, data, config) => axios({ ...config, method, url, data });
  axios.create = (config = {}) => made(merged(defaults, config));
  axios.all = (list) => Promise.all(list);
  axios.spread = (act) => (list) => act(...list);
  axios.isAxiosError = (error) => Boolean(error && error.isAxiosError);
  axios.AxiosError = AxiosError;
  return axios;
}

module.exports = made({ headers: {} });
module.exports.default = module.exports;

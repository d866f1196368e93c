// What every script sees, and the way back. Evaluated in a fresh context before each call; gives the
// worker one function, `host`, that no script can reach. Kept small: it is compiled for every call.
(function () {
  "use strict";
  const { stringify, parse } = JSON;
  const indirect = eval;
  const give = Object.defineProperty;
  const sources = Object.create(null);
  const loaded = Object.create(null);
  const inputs = Object.create(null);
  const lines = [];
  const effects = [];
  const timers = [];
  const outgoing = [];
  const asked = new Map();
  let limits = { lines: 0, characters: 0, effects: 0 };
  let answered = false;
  let answer;
  let same = [];
  let failure = null;
  let dropped = 0;
  let now = 0;
  let numbers = 0;
  let legacy = false;
  let seed = "";

  function describe(error) {
    try {
      if (error === null) return { name: "", message: "null", stack: "" };
      if (typeof error === "object" && "message" in error)
        return {
          name: String(error.name || "Error"),
          message: String(error.message).slice(0, 2000),
          stack: String(error.stack || "").slice(0, 20000),
        };
      return { name: "", message: (typeof error === "string" ? error : stringify(error)) + "", stack: "" };
    } catch {
      return { name: "", message: "an error that cannot be shown", stack: "" };
    }
  }

  function fail(error) {
    const told = describe(error);
    if (answered) note(["Error after done: " + (told.name && told.name + ": ") + told.message]);
    else if (failure === null) failure = told;
  }

  function done(value) {
    if (answered || failure) return;
    try {
      answer = stringify(value);
    } catch (error) {
      const told = describe(error);
      const why = /circular/.test(told.message)
        ? "done was given a value that refers to itself"
        : "done was given a value that JSON cannot hold: " + told.message;
      failure = { name: "", message: why, stack: told.stack + "\n" + new Error().stack };
      return;
    }
    answered = true;
    if (value !== null && typeof value === "object")
      same = Object.keys(value).filter(
        (key) => value[key] !== null && typeof value[key] === "object" && value[key] === inputs[key],
      );
  }

  function shown(value) {
    if (typeof value === "string") return value;
    try {
      if (value instanceof Error) return value.name + ": " + value.message;
      const text = typeof value === "function" ? "[function]" : stringify(value);
      return text === undefined ? String(value) : text;
    } catch {
      return "[a value that cannot be shown]";
    }
  }

  function note(values) {
    if (lines.length < limits.lines) lines.push(values.map(shown).join(" ").slice(0, limits.characters));
    else dropped += 1;
  }

  function later(act, milliseconds, values, every) {
    if (typeof act !== "function") throw new TypeError("setTimeout and setInterval take a function");
    const wait = Math.max(Number(milliseconds) || 0, every ? 1 : 0);
    numbers += 1;
    timers.push({ id: numbers, due: now + wait, act, values, every: every ? wait : null });
    return numbers;
  }

  function cancel(id) {
    const place = timers.findIndex((timer) => timer.id === id);
    if (place >= 0) timers.splice(place, 1);
  }

  // Nothing sleeps: when promises are at rest, the clock is put forward to the next timer.
  function tick() {
    if (answered || failure || timers.length === 0) return false;
    let next = timers[0];
    for (const timer of timers) if (timer.due < next.due) next = timer;
    now = next.due;
    if (next.every === null) cancel(next.id);
    else next.due += next.every;
    try {
      next.act(...next.values);
    } catch (error) {
      fail(error);
    }
    return true;
  }

  function fetch(request) {
    return new Promise((resolve, reject) => {
      numbers += 1;
      asked.set(numbers, { resolve, reject });
      outgoing.push({ id: numbers, ...request });
    });
  }

  function deliver(id, text) {
    const waiting = asked.get(id);
    asked.delete(id);
    if (!waiting) return;
    const given = parse(text);
    if (given.error === undefined) waiting.resolve(given);
    else waiting.reject(new Error(given.error));
  }

  function load(name) {
    if (!(name in loaded)) {
      const module = { exports: {} };
      const make = indirect("(function (module, exports, require, internal) {" + sources[name] + "\n})");
      loaded[name] = module;
      make.call(globalThis, module, module.exports, require, { fetch, load, seed });
    }
    return loaded[name].exports;
  }

  function require(name) {
    const plain = String(name).replace(/^node:/, "");
    if (!/^[a-z]/.test(plain) || !plain in sources)
      throw new Error("require cannot find '" + plain + "'");
    return load(plain);
  }

  function lazy(name, make) {
    give(globalThis, name, {
      configurable: true,
      enumerable: false,
      get: () => {
        const value = make();
        give(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
        return value;
      },
      set: (value) => {
        give(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
      },
    });
  }

  function visible(name, value) {
    give(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }

  const noted = (...values) => note(values);
  const noJava = (name) => () => {
    throw new Error("Java." + name + " is not available: scripts run without Java");
  };
  visible("done", done);
  visible("console", { log: noted, info: noted, warn: noted, error: noted, debug: noted });
  visible("setTimeout", (act, wait, ...values) => later(act, wait, values, false));
  visible("setInterval", (act, wait, ...values) => later(act, wait, values, true));
  visible("setImmediate", (act, ...values) => later(act, 0, values, false));
  visible("clearTimeout", cancel);
  visible("clearInterval", cancel);
  visible("clearImmediate", cancel);
  visible("require", require);
  visible("Java", { type: noJava("type"), to: noJava("to"), from: noJava("from"), extend: noJava("extend") });
  visible("notify", {
    email(to, subject, body) {
      if (effects.length >= limits.effects) throw new Error("notify.email was called too often");
      effects.push({ kind: "email", to: shown(to), subject: shown(subject), body: shown(body) });
    },
  });
  visible("getArray", () => {
    const list = [];
    give(list, "add", { value: (item) => list.push(item) > 0 });
    return list;
  });
  lazy("CE", () => load(":ce"));
  lazy("Buffer", () => load("buffer").Buffer);
  lazy("URL", () => load("url").URL);
  lazy("URLSearchParams", () => load("url").URLSearchParams);
  // Memory shared between threads can only block the one thread that there is.
  delete globalThis.Atomics;
  delete globalThis.SharedArrayBuffer;

  function begin(variables, givenLimits, isLegacy) {
    limits = parse(givenLimits);
    legacy = isLegacy;
    for (const name of Object.keys(variables)) {
      const value = variables[name];
      const [owner, key] = name.split(".", 2);
      if (key === undefined) {
        inputs[name] = value;
        visible(name, value);
      } else if (inputs[owner] !== null && typeof inputs[owner] === "object")
        give(inputs[owner], key, { value, writable: true, configurable: true, enumerable: false });
    }
  }

  function run(script) {
    try {
      const returned = script();
      if (!legacy) returned.then(undefined, fail);
      else if (returned instanceof Promise)
        returned.then((value) => value === undefined || done(value), fail);
      else if (returned !== undefined) done(returned);
    } catch (error) {
      fail(error);
    }
  }

  function result(keptNames) {
    if (dropped > 0) lines.push("(" + dropped + " more lines were dropped)");
    const told = ',"console":' + stringify(lines) + ',"effects":' + stringify(effects) + "}";
    if (failure) return '{"failure":' + stringify(failure) + told;
    if (!answered && !legacy) return '{"failure":null' + told;
    const kept = {};
    for (const name of parse(keptNames)) kept[name] = inputs[name];
    let states;
    try {
      states = stringify(kept);
    } catch {
      failure = { name: "", message: "a variable that is kept refers to itself", stack: "" };
      return '{"failure":' + stringify(failure) + told;
    }
    return (
      '{"value":' + (answer === undefined ? "null" : answer) + ',"same":' + stringify(same) +
      ',"kept":' + states + told
    );
  }

  return function host(act, first, second, third) {
    if (act === "source") sources[first] = second;
    else if (act === "seed") seed = first;
    else if (act === "begin") begin(first, second, third);
    else if (act === "run") run(first);
    else if (act === "tick") return tick();
    else if (act === "outgoing") return outgoing.length === 0 ? "" : stringify(outgoing.splice(0));
    else if (act === "deliver") deliver(first, second);
    else if (act === "result") return result(first);
    return null;
  };
})();

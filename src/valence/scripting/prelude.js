// The way into a script and back. Evaluated in a fresh context before each call; gives the worker one
// function, `host`, that no script can reach. It is compiled anew every time, at 60 us a kilobyte, so
// whatever not every script needs stands in `surroundings/` and `library/`, as text until it is used.
(function () {
  "use strict";
  const { stringify, parse } = JSON;
  const indirect = eval;
  const define = Object.defineProperty;
  const keysOf = Object.keys;
  const sources = Object.create(null);
  const loaded = Object.create(null);
  const inputs = Object.create(null);
  const inner = {
    answered: false, answer: undefined, same: [], failure: null, lines: [], dropped: 0, effects: [],
    limits: null, seed: "", sources, inputs, stringify, parse, load, fail, done, visible,
    tick: () => false, outgoing: () => "", deliver: null, require: null,
  };

  function visible(name, value, owner = globalThis) {
    define(owner, name, { value, writable: true, configurable: true, enumerable: false });
  }

  function load(name) {
    if (!(name in loaded)) {
      const module = { exports: {} };
      loaded[name] = module;
      const make = indirect("(function (module, exports, require, internal) {" + sources[name] + "\n})");
      make.call(globalThis, module, module.exports, inner.require, inner);
    }
    return loaded[name].exports;
  }

  function fail(error) {
    load("+errors").fail(error);
  }

  function done(value) {
    if (inner.answered || inner.failure) return;
    try {
      inner.answer = stringify(value);
    } catch (error) {
      load("+errors").refuse(error);
      return;
    }
    inner.answered = true;
    if (value !== null && typeof value === "object")
      for (const key of keysOf(value)) {
        const one = value[key];
        if (one !== null && typeof one === "object" && one === inputs[key]) inner.same.push(key);
      }
  }

  function begin(variables, limits) {
    inner.limits = limits;
    for (const name of keysOf(sources)) if (name[0] === "+" && name !== "+errors") load(name);
    visible("done", done);
    for (const name of keysOf(variables)) {
      const place = name.indexOf(".");
      if (place < 0) visible(name, (inputs[name] = variables[name]));
      else if (Object(inputs[name.slice(0, place)]) === inputs[name.slice(0, place)])
        visible(name.slice(place + 1), variables[name], inputs[name.slice(0, place)]);
    }
    // Memory shared between threads could only block the one thread that there is.
    delete globalThis.Atomics;
    delete globalThis.SharedArrayBuffer;
  }

  function run(script, isLegacy) {
    try {
      const returned = script();
      if (!isLegacy) returned.then(undefined, fail);
      else if (returned instanceof Promise) returned.then((value) => value === undefined || done(value), fail);
      else if (returned !== undefined) done(returned);
    } catch (error) {
      fail(error);
    }
  }

  function told(isLegacy, keep) {
    if (inner.failure) return '{"failure":' + stringify(inner.failure) + "}";
    if (!inner.answered && !isLegacy) return '{"failure":null}';
    const kept = {};
    for (const name of keep) kept[name] = inputs[name];
    // Joined, not added: a long sum is kept in pieces, which the way out of the engine does not take.
    return [
      '{"value":', inner.answer ?? "null", ',"same":', stringify(inner.same), ',"kept":', stringify(kept),
      ',"console":', stringify(inner.lines), ',"effects":', stringify(inner.effects), "}",
    ].join("");
  }

  return function host(act, first, second) {
    if (act === "source") sources[first] = second;
    else if (act === "begin") begin(first, second);
    else if (act === "run") run(first, second);
    else if (act === "tick") return inner.answered || inner.failure ? false : inner.tick();
    else if (act === "outgoing") return inner.outgoing();
    else if (act === "deliver") inner.deliver(first, second);
    else if (act === "result") return told(first, parse(second));
    else if (act === "console") return stringify(inner.lines);
    else if (act === "seed") inner.seed = first;
    return null;
  };
})();

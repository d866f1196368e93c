// The globals of a script that names more than `done` and its variables, or that can look at the global
// object itself. Gives the worker a second function that no script can reach.
(function (inner, variables, told) {
  "use strict";
  const { limits, seed } = told;
  const sources = Object.assign(Object.create(null), told.sources);
  const indirect = eval;
  const define = Object.defineProperty;
  const keysOf = Object.keys;
  const loaded = Object.create(null);
  const inputs = Object.create(null);
  Object.assign(inner, {
    lines: [], dropped: 0, effects: [], limits, seed, sources, inputs, parse: JSON.parse, load, visible,
    tick: () => false, outgoing: () => "", deliver: null, require: null,
  });

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

  for (const name of keysOf(sources)) if (name[0] === "+") load(name);
  visible("done", inner.done);
  for (const name of keysOf(variables)) {
    const place = name.indexOf(".");
    if (place < 0) visible(name, (inputs[name] = variables[name]));
    else if (Object(inputs[name.slice(0, place)]) === inputs[name.slice(0, place)])
      visible(name.slice(place + 1), variables[name], inputs[name.slice(0, place)]);
  }
  // Memory shared between threads could only block the one thread that there is.
  delete globalThis.Atomics;
  delete globalThis.SharedArrayBuffer;

  return (act, first, second) => {
    if (act === "tick") return inner.answer || inner.failure ? false : inner.tick();
    if (act === "outgoing") return inner.outgoing();
    if (act === "console") return inner.stringify(inner.lines);
    inner.deliver(first, second);
    return null;
  };
});

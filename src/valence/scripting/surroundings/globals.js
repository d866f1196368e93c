// Globals that are modules of the library, loaded when they are first looked at.
function lazy(name, module, make) {
  if (!(module in internal.sources)) return;
  Object.defineProperty(globalThis, name, {
    configurable: true,
    enumerable: false,
    get() {
      const value = make(internal.load(module));
      internal.visible(name, value);
      return value;
    },
    set(value) {
      internal.visible(name, value);
    },
  });
}

lazy("CE", ":ce", (module) => module);
lazy("Buffer", "buffer", (module) => module.Buffer);
lazy("URL", "url", (module) => module.URL);
lazy("URLSearchParams", "url", (module) => module.URLSearchParams);

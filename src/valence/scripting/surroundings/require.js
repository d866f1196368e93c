// require: a module of the library by its name.
internal.require = function require(name) {
  const plain = String(name).replace(/^node:/, "");
  if (!/^[a-z]/.test(plain) || !(plain in internal.sources)) throw new Error("require cannot find '" + plain + "'");
  return internal.load(plain);
};
internal.visible("require", internal.require);

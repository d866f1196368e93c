// What older scripts may look for: a list with `add`, and Java, which there is not.
internal.visible("getArray", () => {
  const list = [];
  internal.visible("add", (item) => list.push(item) > 0, list);
  return list;
});
const missing = (name) => () => {
  throw new Error("Java." + name + " is not available: scripts run without Java");
};
internal.visible("Java", Object.fromEntries(["type", "to", "from", "extend"].map((name) => [name, missing(name)])));

// All that can be told of a script at its end: its failure as values that Python can read, or its answer
// with what it logged, asked for and left in its variables.
(function (inner, { isLegacy, keep }, same) {
  const { stringify, answer, lines = [], effects = [], inputs } = inner;

  function described(error) {
    try {
      if (error === null) return { name: "", message: "null", stack: "" };
      if (typeof error === "object" && "message" in error)
        return {
          name: String(error.name || "Error"),
          message: String(error.message).slice(0, 2000),
          stack: String(error.stack || "").slice(0, 20000),
        };
      return { name: "", message: String(typeof error === "string" ? error : stringify(error)), stack: "" };
    } catch {
      return { name: "", message: "an error that cannot be shown", stack: "" };
    }
  }

  function refusal(error, place) {
    const { message, stack } = described(error);
    const why = /circular/.test(message)
      ? "done was given a value that refers to itself"
      : "done was given a value that JSON cannot hold: " + message;
    return { name: "", message: why, stack: stack + "\n" + place };
  }

  // The last failure is the first at hand; each has the one before it.
  const failures = [];
  for (let one = inner.failure; one; one = one[3]) failures.unshift(one);
  let failure = null;
  for (const [error, place, late] of failures) {
    const told = place ? refusal(error, place) : described(error);
    if (late) lines.push("Error after done: " + (told.name && told.name + ": ") + told.message);
    else failure ??= told;
  }
  if (failure || !(answer || isLegacy))
    return '{"failure":' + stringify(failure) + ',"console":' + stringify(lines) + "}";
  const kept = {};
  for (const name of keep) kept[name] = inputs[name];
  // Joined, not added: a long sum is kept in pieces, which the way out of the engine does not take.
  return [
    '{"value":', answer?.[0] ?? "null", ',"same":', same, ',"kept":', stringify(kept), ',"console":',
    stringify(lines), ',"effects":', stringify(effects), "}",
  ].join("");
});

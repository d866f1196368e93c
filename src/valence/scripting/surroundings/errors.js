// An error as values: whatever was thrown, Python can read it.
function described(error) {
  try {
    if (error === null) return { name: "", message: "null", stack: "" };
    if (typeof error === "object" && "message" in error)
      return {
        name: String(error.name || "Error"),
        message: String(error.message).slice(0, 2000),
        stack: String(error.stack || "").slice(0, 20000),
      };
    return { name: "", message: String(typeof error === "string" ? error : internal.stringify(error)), stack: "" };
  } catch {
    return { name: "", message: "an error that cannot be shown", stack: "" };
  }
}

exports.fail = (error) => {
  const told = described(error);
  if (internal.answered) internal.lines.push("Error after done: " + (told.name && told.name + ": ") + told.message);
  else internal.failure ??= told;
};

exports.refuse = (error) => {
  const { message, stack } = described(error);
  const why = /circular/.test(message)
    ? "done was given a value that refers to itself"
    : "done was given a value that JSON cannot hold: " + message;
  internal.failure = { name: "", message: why, stack: stack + "\n" + new Error().stack };
};

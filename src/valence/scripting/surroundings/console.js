// console: what is logged is told with the answer, up to a number of lines of a length.
function shown(value) {
  if (typeof value === "string") return value;
  try {
    if (value instanceof Error) return value.name + ": " + value.message;
    const text = typeof value === "function" ? "[function]" : internal.stringify(value);
    return text === undefined ? String(value) : text;
  } catch {
    return "[a value that cannot be shown]";
  }
}

function log(...values) {
  const { lines, limits } = internal;
  if (lines.length < limits.console_lines)
    lines.push(values.map(shown).join(" ").slice(0, limits.console_characters));
  else {
    internal.dropped += 1;
    lines[limits.console_lines] = "(" + internal.dropped + " more were dropped)";
  }
}

internal.visible("console", { log, info: log, warn: log, error: log, debug: log });

// Timers on a clock of their own: nothing sleeps. When promises and requests are at rest, the clock is
// put forward to the next timer. After `done` no timer fires.
const waiting = [];
let now = 0;
let numbers = 0;

function later(act, milliseconds, values, isRepeated) {
  if (typeof act !== "function") throw new TypeError("a timer takes a function");
  const wait = Math.max(Number(milliseconds) || 0, isRepeated ? 1 : 0);
  numbers += 1;
  waiting.push({ id: numbers, due: now + wait, act, values, every: isRepeated ? wait : null });
  return numbers;
}

function cancel(id) {
  const place = waiting.findIndex((timer) => timer.id === id);
  if (place >= 0) waiting.splice(place, 1);
}

internal.tick = () => {
  if (waiting.length === 0) return false;
  let next = waiting[0];
  for (const timer of waiting) if (timer.due < next.due) next = timer;
  now = next.due;
  if (next.every === null) cancel(next.id);
  else next.due += next.every;
  try {
    next.act(...next.values);
  } catch (error) {
    internal.fail(error);
  }
  return true;
};

internal.visible("setTimeout", (act, wait, ...values) => later(act, wait, values, false));
internal.visible("setInterval", (act, wait, ...values) => later(act, wait, values, true));
internal.visible("setImmediate", (act, ...values) => later(act, 0, values, false));
for (const name of ["clearTimeout", "clearInterval", "clearImmediate"]) internal.visible(name, cancel);

// What every script needs, and no more: it is compiled anew for each call, at 60 us a kilobyte. Gives the
// worker one function, `host`, that no script can reach. What only some scripts need stands in
// `surroundings/` and `library/`, as text until it is used.
(({ stringify }, { assign }) => {
  const inner = { __proto__: null, stringify, done, fail };
  function fail(error, stack) {
    inner.failure = [error, stack, inner.answer, inner.failure];
  }
  function done(value) {
    if (!inner.answer && !inner.failure)
      try {
        inner.answer = [stringify(value), value];
      } catch (error) {
        fail(error, new Error().stack);
      }
  }
  return (act, value, more, most) => {
    if (act === "begin") assign(globalThis, (inner.inputs = value), { done });
    else if (act === "run")
      try {
        value().then(undefined, fail);
      } catch (error) {
        fail(error);
      }
    else if (act === "answer") return inner.failure ? null : inner.answer?.[0];
    else return value(inner, more, most);
  };
})(JSON, Object);

// Running a legacy script: it is no promise, and what it returns is its answer.
(function ({ done, fail }, script) {
  try {
    const returned = script();
    if (returned instanceof Promise) returned.then((value) => value === undefined || done(value), fail);
    else if (returned !== undefined) done(returned);
  } catch (error) {
    fail(error);
  }
});

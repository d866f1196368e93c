// Which variables' very objects stand in the answer under their own names.
(function ({ answer, inputs, stringify }) {
  const value = answer[1];
  const isSame = (key) => value[key] === inputs[key] && Object(value[key]) === value[key];
  return Object(value) === value ? stringify(Object.keys(value).filter(isSame)) : "[]";
});

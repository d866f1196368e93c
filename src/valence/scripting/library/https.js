// Node's https: as http, with the other scheme where a script names none.
module.exports = require("http").room("https:");

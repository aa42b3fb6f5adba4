// Node.js, by require.
const densely = require("densely");
const article = require("densely/article");
const { relaxed } = require("densely/relaxed");

import("../suite.js")
  .then(({ conform }) => conform({ densely, article, relaxed }))
  .then((report) => console.log(JSON.stringify(report)));

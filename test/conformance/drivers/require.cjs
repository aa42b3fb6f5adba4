// Node.js, by require.
const densely = require("densely");
const article = require("densely/article");
const formats = require("densely/formats");
const { lbfgs } = require("densely/lbfgs");
const files = require("densely/node");
const { relaxed } = require("densely/relaxed");

import("../suite.js")
  .then(({ conform }) => conform({ densely: { ...densely, lbfgs }, article, relaxed, formats, files }))
  .then((report) => console.log(JSON.stringify(report)));

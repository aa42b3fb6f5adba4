// Node.js, by require.
const densely = require("densely");
const article = require("densely/article");
const formats = require("densely/formats");
const files = require("densely/node");
const { relaxed } = require("densely/relaxed");

import("../suite.js")
  .then(({ conform }) => conform({ densely, article, relaxed, formats, files }))
  .then((report) => console.log(JSON.stringify(report)));

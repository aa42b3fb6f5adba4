// Node.js, Deno and Bun.
import * as densely from "densely";
import * as article from "densely/article";
import * as formats from "densely/formats";
import { lbfgs } from "densely/lbfgs";
import * as files from "densely/node";
import { relaxed } from "densely/relaxed";
import { conform } from "../suite.js";

console.log(
  JSON.stringify(await conform({ densely: { ...densely, lbfgs }, article, relaxed, formats, files })),
);

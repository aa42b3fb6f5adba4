// Node.js, Deno and Bun, with threads.
import * as densely from "densely";
import * as article from "densely/article";
import { lbfgs } from "densely/lbfgs";
import { relaxed } from "densely/relaxed";
import { threads } from "densely/threads";
import { conformOnThreads } from "../threads.js";

console.log(
  JSON.stringify(await conformOnThreads({ densely: { ...densely, lbfgs }, article, relaxed, threads })),
);

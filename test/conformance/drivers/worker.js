// Cloudflare Workers.
import * as densely from "densely";
import * as article from "densely/article";
import * as formats from "densely/formats";
import { lbfgs } from "densely/lbfgs";
import { relaxed } from "densely/relaxed";
import { conform } from "../suite.js";

export default {
  fetch: async () =>
    Response.json(await conform({ densely: { ...densely, lbfgs }, article, relaxed, formats })),
};

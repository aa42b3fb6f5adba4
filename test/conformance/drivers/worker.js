// Cloudflare Workers.
import * as densely from "densely";
import * as article from "densely/article";
import * as formats from "densely/formats";
import { relaxed } from "densely/relaxed";
import { conform } from "../suite.js";

export default { fetch: async () => Response.json(await conform({ densely, article, relaxed, formats })) };

/** Builds the site and serves it while the tests run. SITE_URL names a site that is served already. */

import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { serve } from "../../scripts/browsers.js";

declare module "vitest" {
  interface ProvidedContext {
    site: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const given = process.env.SITE_URL;
  if (given) {
    project.provide("site", given);
    return () => {};
  }
  const { status } = spawnSync("npm", ["run", "site:build"], { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error("npm run site:build failed.");
  const { url, close } = await serve(resolve("site/dist"));
  project.provide("site", url);
  return close;
}

import { buildCore, buildDebugCore } from "../scripts/core.js";

/** Rebuilds the core before the tests if its sources changed. */
export async function setup(): Promise<void> {
  await buildCore();
  if (process.env.DENSELY_CORE === "debug") await buildDebugCore();
}

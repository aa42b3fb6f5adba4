import { buildCore } from "../scripts/core.js";

/** Rebuilds the core before the tests if its sources changed. */
export const setup = buildCore;

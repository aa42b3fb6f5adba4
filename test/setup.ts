import { buildCore } from "../scripts/core.js";

/** Tests run the core as it stands in assembly/, built anew where its sources changed. */
export const setup = buildCore;

import code from "../../build/strict.js";
import type { MathBuild } from "./build.js";

/** The build in which every multiplication and addition is rounded by itself: the same bits on every engine. */
export const strict: MathBuild = { name: "strict", code };

import code from "../../build/strict.js";
import type { MathBuild } from "./build.js";

/** The build whose every multiply and add rounds by itself: the same bits on every engine. */
export const strict: MathBuild = { name: "strict", code };

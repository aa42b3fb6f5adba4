import code from "../../build/basic.js";
import type { MathBuild } from "./build.js";

/** The strict build without the instructions that densely/core does not have: in that bundle it stands for strict.ts. */
export const strict: MathBuild = { name: "strict", code };

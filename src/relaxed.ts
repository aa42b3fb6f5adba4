import code from "../build/relaxed.js";
import type { MathBuild } from "./machine/build.js";

/**
 * The build with fused multiply-add, faster where products dominate: `new Network({ math: relaxed, ... })`. Engines without
 * relaxed SIMD (Node 20, Safari) run the strict build instead, and `network.math` says so.
 */
export const relaxed: MathBuild = { name: "relaxed", code };

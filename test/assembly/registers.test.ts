/** How V8 compiles the core: no result shows it, but a product takes twice as long where registers run short. */

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

// All functions at once by the optimizing compiler, which then prints the phases that it went through.
const FLAGS = [
  "--no-liftoff",
  "--no-wasm-dynamic-tiering",
  "--no-wasm-lazy-compilation",
  "--experimental-wasm-relaxed-simd",
  "--turbo-stats-wasm",
];

/** Whether this is a V8 that has a second, hasty allocator of registers for large functions: see scripts/core.ts. */
const isHasty = process.versions.v8.startsWith("11.3.");

test.runIf(isHasty).each(["strict", "relaxed"])("no function of %s is too large", (build) => {
  const compile = `new WebAssembly.Module(require("node:fs").readFileSync("build/${build}.wasm"))`;
  const { stdout } = spawnSync(process.execPath, [...FLAGS, "-e", compile], { encoding: "utf8" });
  expect(stdout).toContain("V8.TFAllocateFPRegisters");
  expect(stdout).not.toContain("V8.TFMidTierRegisterAllocator");
});

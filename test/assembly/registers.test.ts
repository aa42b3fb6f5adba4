/** The register allocation of V8: no result depends on it, but a product takes twice as long if vectors are spilled to memory. */

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

// The optimizing compiler compiles all functions at once and prints the phases that it went through.
const FLAGS = [
  "--no-liftoff",
  "--no-wasm-dynamic-tiering",
  "--no-wasm-lazy-compilation",
  "--experimental-wasm-relaxed-simd",
  "--turbo-stats-wasm",
];

/** True if this V8 has a second, fast and poor allocator of registers for large functions: see scripts/core.ts. */
const hasFastAllocator = process.versions.v8.startsWith("11.3.");

test.runIf(hasFastAllocator).each(["strict", "relaxed"])(
  "no function of %s is too large for the optimizing register allocator",
  (build) => {
    const compile = `new WebAssembly.Module(require("node:fs").readFileSync("build/${build}.wasm"))`;
    const { stdout } = spawnSync(process.execPath, [...FLAGS, "-e", compile], { encoding: "utf8" });
    expect(stdout).toContain("V8.TFAllocateFPRegisters");
    const remedy = "a function of the core is too large: lower LARGEST_INLINED in scripts/core.ts";
    expect(stdout, remedy).not.toContain("V8.TFMidTierRegisterAllocator");
  },
);

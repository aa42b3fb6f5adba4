import { defineConfig } from "vitest/config";

// Node 20 knows the instructions of the relaxed build, behind a flag; later versions need none.
const execArgv = Number.parseInt(process.versions.node, 10) < 22 ? ["--experimental-wasm-relaxed-simd"] : [];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/setup.ts",
    // A slow machine is no failure.
    testTimeout: 30_000,
    execArgv,
  },
});

import { defineConfig } from "vitest/config";

// Node 20 knows the instructions of the relaxed build, behind a flag; later versions need none.
const execArgv = Number.parseInt(process.versions.node, 10) < 22 ? ["--experimental-wasm-relaxed-simd"] : [];

/** The tests that run on the debug core. The others pin addresses, builds or workers, or run no core at all. */
const ON_DEBUG_CORE = ["assembly", "debug", "fit", "network", "evaluation", "data"];

const isDebug = process.env.DENSELY_CORE === "debug";

export default defineConfig({
  test: {
    include: isDebug ? ON_DEBUG_CORE.map((room) => `test/${room}/**/*.test.ts`) : ["test/**/*.test.ts"],
    exclude: isDebug ? ["test/fit/worker.test.ts"] : ["test/debug/**"],
    globalSetup: "test/setup.ts",
    setupFiles: isDebug ? ["test/debug/setup.ts"] : [],
    // A slow machine is no failure.
    testTimeout: 30_000,
    execArgv,
  },
});

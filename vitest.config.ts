import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Node 20 knows the instructions of the relaxed build, behind a flag; later versions need none.
const execArgv = Number.parseInt(process.versions.node, 10) < 22 ? ["--experimental-wasm-relaxed-simd"] : [];

/** The tests that run on the debug core. The others pin addresses, builds or workers, or run no core at all. */
const ON_DEBUG_CORE = ["assembly", "debug", "fit", "network", "evaluation", "data"];

const isDebug = process.env.DENSELY_CORE === "debug";

/**
 * The tests that each need a process of their own: they import few modules, replace globals, measure memory, or change what a
 * process is. All others share the modules of a process, which takes half of the time.
 */
const APART = [
  "test/data/flags.test.ts",
  "test/fuzz/files.test.ts",
  "test/machine/**/*.test.ts",
  "test/node/progress.test.ts",
  "test/speed.test.ts",
  "test/threads/{lost,option}.test.ts",
  "test/fit/{loop,worker}.test.ts",
  "test/lbfgs/door.test.ts",
  "test/network/{few-kinds,lifetime}.test.ts",
  "test/storage/network-file.test.ts",
  "test/faults/{dispose,memory,waits,worker}.test.ts",
];

const common = {
  globalSetup: "test/setup.ts",
  // A slow machine is no failure.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  execArgv,
};

const debug = {
  ...common,
  include: ON_DEBUG_CORE.map((room) => `test/${room}/**/*.test.ts`),
  exclude: ["test/fit/{jobs,worker}.test.ts"],
  setupFiles: "test/debug/setup.ts",
};
const shared = {
  ...common,
  name: "shared",
  include: ["test/**/*.test.ts"],
  // npm run test:redis
  exclude: ["test/debug/**", "test/**/*.redis.test.ts", ...APART],
  isolate: false,
};
const apart = { ...common, name: "apart", include: APART };

const projects = [{ test: shared }, { test: apart }];

// As many processes as cores, and one more for tests that wait: Vitest alone leaves a core of two idle.
const maxWorkers = availableParallelism() + 1;

export default defineConfig({ test: { maxWorkers, ...(isDebug ? debug : { projects }) } });

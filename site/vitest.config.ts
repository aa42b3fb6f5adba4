import { defineConfig } from "vitest/config";
import { packageAlias } from "./vite/package-alias.js";

// Two browsers on two cores: the files run one after the other, so that a page has the time it needs.
export default defineConfig({
  resolve: { alias: packageAlias },
  test: {
    include: ["site/test/**/*.test.ts"],
    globalSetup: "site/test/setup.ts",
    // A slow machine is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    isolate: false,
  },
});

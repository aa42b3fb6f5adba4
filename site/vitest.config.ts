import { defineConfig } from "vitest/config";

// Two browsers on two cores: the files run one after the other, so that a page has the time it needs.
export default defineConfig({
  test: {
    include: ["site/test/**/*.test.ts"],
    globalSetup: "site/test/setup.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    isolate: false,
  },
});

/** npm run test:redis: the tests of densely/bullmq that need a redis-server. */

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "test/setup.ts",
    include: ["test/bullmq/*.redis.test.ts"],
    // A slow machine is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 240_000 } },
    // Each file has a Redis and worker processes of its own.
    fileParallelism: false,
  },
});

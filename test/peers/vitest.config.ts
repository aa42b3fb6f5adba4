import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/peers/*.peer.ts"],
    globalSetup: "test/setup.ts",
    testTimeout: 120_000,
  },
});

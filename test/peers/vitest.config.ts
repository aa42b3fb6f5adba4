import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "test/setup.ts",
    // A slow machine is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      { extends: true, test: { name: "peers", include: ["test/peers/*.peer.ts"] } },
      // The table of layers, losses and optimizers once more, on the other backend of TensorFlow.js for Node.
      {
        extends: true,
        test: {
          name: "wasm",
          include: ["test/peers/accelerate-table.peer.ts"],
          env: { TFJS_BACKEND: "wasm" },
        },
      },
    ],
  },
});

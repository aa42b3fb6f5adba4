/**
 * One cold start, in a process that start.ts starts: node lib/cold.js LIBRARY predict|step. It is JavaScript because the
 * loader of TypeScript would be in its figures.
 */

import { fileURLToPath } from "node:url";

const x = new Float32Array(32 * 784).fill(0.5);
const labels = Int32Array.from({ length: 32 }, (_, row) => row % 10);

const libraries = {
  async densely() {
    const { Network, dense, sgd } = await import("../../dist/index.js");
    const network = new Network({
      inputs: 784,
      layers: [dense(128, "relu"), dense(10, "softmax")],
      optimizer: sgd({ learningRate: 0.1 }),
    });
    return { predict: () => network.predict(x), step: () => network.trainOnBatch(x, labels) };
  },
  async tfjs() {
    return actsOf(await import("@tensorflow/tfjs"));
  },
  async "tfjs-wasm"() {
    const [tf, { setWasmPaths }] = await Promise.all([
      import("@tensorflow/tfjs"),
      import("@tensorflow/tfjs-backend-wasm"),
    ]);
    const folder = new URL("../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url);
    setWasmPaths(fileURLToPath(folder));
    await tf.setBackend("wasm");
    return actsOf(tf);
  },
};

/** The same network in TensorFlow.js, on the current backend. */
function actsOf(tf) {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [784], units: 128, activation: "relu" }),
      tf.layers.dense({ units: 10, activation: "softmax" }),
    ],
  });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: "sparseCategoricalCrossentropy" });
  const inputs = tf.tensor2d(x, [32, 784]);
  return {
    predict: () => model.predict(inputs).dataSync(),
    step: () => model.trainOnBatch(inputs, tf.tensor1d(labels, "float32")),
  };
}

const [library, act] = process.argv.slice(2);
const begin = performance.now();
await (await libraries[library]())[act]();
// performance.now() counts from the start of the process.
const end = performance.now();
process.stdout.write(JSON.stringify({ sinceStart: end, sinceImport: end - begin }));
process.exit(0);

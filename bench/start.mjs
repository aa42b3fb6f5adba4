import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { median } from "./lib/judge.mjs";
import { hintIfNotInstalled, isInstalled, rerunUnderNode24 } from "./lib/node.mjs";
import { keep, machine, threeDigits } from "./lib/report.mjs";

// npm run bench:start: from import to first prediction, and to first trained step, each in a fresh process.

const x = new Float32Array(32 * 784).fill(0.5);
const labels = Int32Array.from({ length: 32 }, (_, row) => row % 10);

const libraries = {
  async densely() {
    const { Network, dense, sgd } = await import("../dist/index.js");
    const network = new Network({
      inputs: 784,
      layers: [dense(128, "relu"), dense(10, "softmax")],
      optimizer: sgd({ learningRate: 0.1 }),
    });
    return { predict: () => network.predict(x), step: () => network.trainOnBatch(x, labels) };
  },
  async "tfjs-wasm"() {
    const [tf, { setWasmPaths }] = await Promise.all([
      import("@tensorflow/tfjs"),
      import("@tensorflow/tfjs-backend-wasm"),
    ]);
    setWasmPaths(fileURLToPath(new URL("node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url)));
    await tf.setBackend("wasm");
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
  },
};

const [library, act] = process.argv.slice(2);
if (act) {
  const begin = performance.now();
  await (await libraries[library]())[act]();
  process.stdout.write(String(performance.now() - begin));
  process.exit(0);
}

rerunUnderNode24();
hintIfNotInstalled();
const runs = 11;
const present = [
  existsSync(new URL("../dist/index.js", import.meta.url)) && "densely",
  isInstalled("@tensorflow/tfjs") && "tfjs-wasm",
].filter(Boolean);

const milliseconds = Object.fromEntries(present.map((name) => [name, { predict: [], step: [] }]));
for (let run = 0; run < runs; run++) {
  for (const name of present) {
    for (const act of ["predict", "step"]) milliseconds[name][act].push(timeInFreshProcess(name, act));
  }
}

const { date, processor, node } = machine();
console.log(`cold start of 784-128-10, batch 32   medians of ${runs}, ${date}, ${processor}, Node ${node}`);
const contestants = present.map((name) => {
  const [prediction, trainedStep] = ["predict", "step"].map((act) => median(milliseconds[name][act]));
  const [a, b] = [prediction, trainedStep].map(threeDigits);
  console.log(`  ${name.padEnd(10)} import to first prediction ${a} ms, to first trained step ${b} ms`);
  return { name, prediction, trainedStep };
});
if (contestants.length === 2) {
  const [own, peer] = contestants;
  console.log(
    `  tfjs-wasm / densely: ${threeDigits(peer.prediction / own.prediction)}x and ${threeDigits(peer.trainedStep / own.trainedStep)}x`,
  );
}
keep({ workload: "start", milliseconds: contestants });

function timeInFreshProcess(name, act) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name, act]);
  if (status !== 0) throw new Error(`${name} did not start: ${stderr}`);
  return Number(stdout);
}

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { median } from "./lib/judge.mjs";
import { hintIfNotInstalled, isInstalled, rerunUnderNode24 } from "./lib/node.mjs";
import { keep, machine, threeDigits } from "./lib/report.mjs";

// npm run bench:start: to the first prediction, from the start of the process and from import, and from import to the
// first trained step, each in a fresh process.

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
  async tfjs() {
    return actsOf(await import("@tensorflow/tfjs"));
  },
  async "tfjs-wasm"() {
    const [tf, { setWasmPaths }] = await Promise.all([
      import("@tensorflow/tfjs"),
      import("@tensorflow/tfjs-backend-wasm"),
    ]);
    setWasmPaths(fileURLToPath(new URL("node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url)));
    await tf.setBackend("wasm");
    return actsOf(tf);
  },
};

/** The same network in TensorFlow.js, on the backend that is set. */
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
if (act) {
  const begin = performance.now();
  await (await libraries[library]())[act]();
  // performance.now() counts from the start of the process.
  const end = performance.now();
  process.stdout.write(JSON.stringify({ sinceStart: end, sinceImport: end - begin }));
  process.exit(0);
}

rerunUnderNode24();
hintIfNotInstalled();
const runs = 11;
const present = [
  existsSync(new URL("../dist/index.js", import.meta.url)) && "densely",
  ...(isInstalled("@tensorflow/tfjs") ? ["tfjs", "tfjs-wasm"] : []),
].filter(Boolean);

const times = Object.fromEntries(present.map((name) => [name, { predict: [], step: [] }]));
for (let run = 0; run < runs; run++) {
  for (const name of present) {
    for (const act of ["predict", "step"]) times[name][act].push(timeInFreshProcess(name, act));
  }
}

const { date, processor, node } = machine();
console.log(`cold start of 784-128-10, batch 32   medians of ${runs}, ${date}, ${processor}, Node ${node}`);
const contestants = present.map((name) => {
  const { predict, step } = times[name];
  const milliseconds = {
    startToPrediction: median(predict.map(({ sinceStart }) => sinceStart)),
    prediction: median(predict.map(({ sinceImport }) => sinceImport)),
    trainedStep: median(step.map(({ sinceImport }) => sinceImport)),
  };
  const [start, prediction, trainedStep] = Object.values(milliseconds).map(threeDigits);
  console.log(
    `  ${name.padEnd(10)} first prediction ${start} ms after the start of the process, ${prediction} ms after import; first trained step ${trainedStep} ms after import`,
  );
  return { name, ...milliseconds };
});
const [own, ...peers] = contestants;
for (const peer of peers) {
  const ratios = Object.keys(peer).filter((key) => key !== "name");
  const list = ratios.map((key) => `${threeDigits(peer[key] / own[key])}x`).join(", ");
  console.log(`  ${peer.name} / densely: ${list}`);
}
keep({ workload: "start", milliseconds: contestants });

function timeInFreshProcess(name, act) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name, act]);
  if (status !== 0) throw new Error(`${name} did not start: ${stderr}`);
  return JSON.parse(stdout);
}

/**
 * The contestants. `note` says for a workload what a contestant does otherwise than asked: null (the very same
 * arithmetic), a few words, or undefined where it cannot take part. A contestant with a `squaredError` trains by that
 * loss and is judged by it.
 * @typedef {import("../workloads/index.mjs").Workload} Workload
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} [module] of a peer in JavaScript
 * @property {string} [script] of a peer in Python
 * @property {string} [package] whose version is printed
 * @property {string[]} [imports] what the script needs
 * @property {string} [dtype] the script's numbers
 * @property {boolean} [squaredError]
 * @property {(workload: Workload) => string | null | undefined} note
 */

const always = () => null;
const isAdam = ({ optimizer }) => optimizer.kind === "adam";
const isBinary = ({ layers }) => layers.at(-1).activation === "sigmoid";
const isLarge = ({ inputs, layers }) =>
  inputs * layers[0].units + layers[0].units * (layers[1]?.units ?? 0) > 500_000;
const join = (...notes) => notes.filter(Boolean).join(", ") || null;
const twoClasses = (workload) => isBinary(workload) && "two softmax outputs";

function perSample(workload) {
  if (isLarge(workload)) return undefined;
  return join(
    workload.batchSize > 1 && "an update a sample",
    "squared error",
    !isBinary(workload) && "relu outputs",
  );
}

function synaptic(workload) {
  // The code that it generates for more inputs than these takes minutes to compile.
  if (isAdam(workload) || workload.inputs > 24) return undefined;
  return join(workload.batchSize > 1 && "an update a sample", !isBinary(workload) && "sigmoid outputs");
}

const lacksBatchNorm = (note) => (workload) => {
  const other = note(workload);
  return other === undefined ? undefined : join(other, workload.batchNorm && "without batchNorm");
};

const densely = { module: "./densely.mjs", note: always };
const tfjs = { module: "./tfjs.mjs", package: "@tensorflow/tfjs" };
const brain = { module: "./brain.mjs", squaredError: true, note: perSample };
const numpy = { script: "numpy_peer.py", imports: ["numpy"], note: always };

/** @type {Contestant[]} */
const all = [
  { ...densely, name: "densely", math: "relaxed" },
  { ...densely, name: "densely strict", math: "strict" },
  { ...densely, name: "densely fit", math: "relaxed", awaited: true },
  { ...tfjs, name: "tfjs-wasm loop", backend: "wasm", note: always },
  { ...tfjs, name: "tfjs-wasm fit", backend: "wasm", fit: true, note: always },
  { ...tfjs, name: "tfjs-cpu loop", backend: "cpu", note: always },
  { name: "jax-js", module: "./jax.mjs", package: "@jax-js/jax", note: always },
  { name: "numpy-ts", module: "./numpy-ts.mjs", package: "numpy-ts", note: always },
  { ...brain, name: "brain.js 1", package: "brain.js-1" },
  { ...brain, name: "brain.js 2", package: "brain.js-2" },
  { name: "synaptic", module: "./synaptic.mjs", package: "synaptic", note: synaptic },
  {
    name: "convnetjs",
    module: "./convnetjs.mjs",
    package: "convnetjs",
    note: (workload) => (isAdam(workload) ? undefined : join(twoClasses(workload))),
  },
  {
    name: "ml-fnn",
    module: "./ml-fnn.mjs",
    package: "ml-fnn",
    note: (workload) => (isAdam(workload) ? undefined : join("tanh", twoClasses(workload))),
  },
  {
    name: "toygrad",
    module: "./toygrad.mjs",
    package: "toygrad",
    note: (workload) => join(isAdam(workload) && "its own form of Adam", twoClasses(workload)),
  },
  { ...numpy, name: "NumPy f32", dtype: "float32" },
  { ...numpy, name: "NumPy f64", dtype: "float64" },
  { name: "PyTorch", script: "torch_peer.py", imports: ["torch", "numpy"], dtype: "float32", note: always },
  { name: "scikit-learn", script: "sklearn_peer.py", imports: ["sklearn"], dtype: "float32", note: always },
];

const HAVE_BATCH_NORM = ["densely", "densely strict", "densely fit", "tfjs-wasm fit", "PyTorch"];

/** @type {Contestant[]} */
export const contestants = all.map((contestant) => {
  if (HAVE_BATCH_NORM.includes(contestant.name)) return contestant;
  return { ...contestant, note: lacksBatchNorm(contestant.note) };
});

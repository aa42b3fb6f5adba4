import type { Task, Workload } from "../workloads/index.js";

/** One library, or one way to use it, as it takes part in a race. */
export interface Contestant {
  readonly name: string;
  /** The module of a peer in JavaScript, which exports `create` (a Create). */
  readonly module?: string;
  /** The script of a peer in Python. */
  readonly script?: string;
  /** The package whose version is printed. */
  readonly package?: string;
  /** The modules that the script needs. */
  readonly imports?: readonly string[];
  /** The type of the script's numbers. */
  readonly dtype?: string;
  /** Trains by the squared error, and is judged by it. */
  readonly squaredError?: boolean;
  /** The build of densely. */
  readonly math?: "strict" | "relaxed";
  /** Calls densely's asynchronous fit. */
  readonly awaited?: boolean;
  /** The backend of TensorFlow.js. */
  readonly backend?: string;
  /** Calls the fit of TensorFlow.js. */
  readonly fit?: boolean;
  /** Differences from the task: null for none, a few words, or undefined where the contestant cannot take part. */
  readonly note: (workload: Workload) => string | null | undefined;
}

/** A contestant's training. */
export interface Run {
  /** Makes `steps` updates from the first row on: whole epochs, or less than one. */
  train(steps: number): void | Promise<void>;
  /** The outputs of the first rows. */
  predict(rows: number): ArrayLike<number> | Promise<ArrayLike<number>>;
  dispose?(): void;
}

/** Makes a contestant's training with the task's data and starting weights. */
export type Create = (task: Task, contestant: Contestant) => Run | Promise<Run>;

type Note = Contestant["note"];

const always: Note = () => null;
const isAdam = ({ optimizer }: Workload) => optimizer.kind === "adam";
const isBinary = ({ layers }: Workload) => layers[layers.length - 1].activation === "sigmoid";
const isLarge = ({ inputs, layers }: Workload) =>
  inputs * layers[0].units + layers[0].units * (layers[1]?.units ?? 0) > 500_000;
const join = (...notes: (string | false | null | undefined)[]) => notes.filter(Boolean).join(", ") || null;
const twoClasses = (workload: Workload) => isBinary(workload) && "two softmax outputs";

const perSample: Note = (workload) => {
  if (isLarge(workload)) return undefined;
  const updates = workload.batchSize > 1 && "an update per sample";
  return join(updates, "squared error", !isBinary(workload) && "relu outputs");
};

const synaptic: Note = (workload) => {
  // synaptic generates code, which takes minutes to compile for more inputs than these.
  if (isAdam(workload) || workload.inputs > 24) return undefined;
  return join(workload.batchSize > 1 && "an update per sample", !isBinary(workload) && "sigmoid outputs");
};

const withoutAdam =
  (note: (workload: Workload) => string | null): Note =>
  (workload) =>
    isAdam(workload) ? undefined : note(workload);

const densely = { module: "./densely.js", note: always };
const tfjs = { module: "./tfjs.js", package: "@tensorflow/tfjs", note: always };
const brain = { module: "./brain.js", squaredError: true, note: perSample };
const numpy = { script: "numpy_peer.py", imports: ["numpy"], note: always };

const all: readonly Contestant[] = [
  { ...densely, name: "densely", math: "relaxed" },
  { ...densely, name: "densely strict", math: "strict" },
  { ...densely, name: "densely fit", math: "relaxed", awaited: true },
  { ...tfjs, name: "tfjs-wasm loop", backend: "wasm" },
  { ...tfjs, name: "tfjs-wasm fit", backend: "wasm", fit: true },
  { ...tfjs, name: "tfjs-cpu loop", backend: "cpu" },
  { name: "jax-js", module: "./jax.js", package: "@jax-js/jax", note: always },
  { name: "numpy-ts", module: "./numpy-ts.js", package: "numpy-ts", note: always },
  { ...brain, name: "brain.js 1", package: "brain.js-1" },
  { ...brain, name: "brain.js 2", package: "brain.js-2" },
  { name: "synaptic", module: "./synaptic.js", package: "synaptic", note: synaptic },
  {
    name: "convnetjs",
    module: "./convnetjs.js",
    package: "convnetjs",
    note: withoutAdam((workload) => join(twoClasses(workload))),
  },
  {
    name: "ml-fnn",
    module: "./ml-fnn.js",
    package: "ml-fnn",
    note: withoutAdam((workload) => join("tanh", twoClasses(workload))),
  },
  {
    name: "toygrad",
    module: "./toygrad.js",
    package: "toygrad",
    note: (workload) => join(isAdam(workload) && "its own form of Adam", twoClasses(workload)),
  },
  { ...numpy, name: "NumPy f32", dtype: "float32" },
  { ...numpy, name: "NumPy f64", dtype: "float64" },
  { name: "PyTorch", script: "torch_peer.py", imports: ["torch", "numpy"], dtype: "float32", note: always },
  { name: "scikit-learn", script: "sklearn_peer.py", imports: ["sklearn"], dtype: "float32", note: always },
];

const HAVE_BATCH_NORM = ["densely", "densely strict", "densely fit", "tfjs-wasm fit", "PyTorch"];

/** Notes that a contestant trains without batch normalisation where the workload asks for it. */
function lackingBatchNorm({ note }: Contestant): Note {
  return (workload) => {
    const other = note(workload);
    return other === undefined ? undefined : join(other, workload.batchNorm && "without batchNorm");
  };
}

export const contestants: readonly Contestant[] = all.map((contestant) =>
  HAVE_BATCH_NORM.includes(contestant.name)
    ? contestant
    : { ...contestant, note: lackingBatchNorm(contestant) },
);

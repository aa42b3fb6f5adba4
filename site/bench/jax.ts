/** jax-js on WebAssembly: a whole update is one jitted function, on batches that are made beforehand. */

import type { Array as JaxArray } from "@jax-js/jax";
import { version } from "../node_modules/@jax-js/jax/package.json";
import type { Contestant } from "./contestant.js";
import type { FirstLayer, Task } from "./tasks.js";

type Library = typeof import("@jax-js/jax");
type Parameters = { W: JaxArray; b: JaxArray }[];
/** Means of the gradients and of their squares, and both decay rates to the power of the step. */
type Moments = { m: Parameters; v: Parameters; beta1: JaxArray; beta2: JaxArray };
/** The parameters, and the moments if the optimizer has some. A call consumes its arrays; `.ref` keeps one for later. */
type State = { parameters: Parameters; moments: Moments[] };

function logitsOf({ numpy, nn }: Library, layers: readonly FirstLayer[]) {
  const activations = { relu: nn.relu, sigmoid: nn.sigmoid, softmax: nn.softmax };
  return (parameters: Parameters, x: JaxArray): JaxArray =>
    parameters.reduce((A, { W, b }, i) => {
      const Z = numpy.matmul(A, W).add(b);
      return i === parameters.length - 1 ? Z : activations[layers[i].activation](Z);
    }, x);
}

/** Gradients of the mean loss by the parameters. */
function gradientsOf(jax: Library, { layers }: Task) {
  const { nn, numpy, tree, grad } = jax;
  const logits = logitsOf(jax, layers);
  const isSoftmax = layers[layers.length - 1].activation === "softmax";
  const gradients = grad((parameters: Parameters, x: JaxArray, y: JaxArray) => {
    const Z = logits(parameters, x);
    return isSoftmax
      ? nn.logSoftmax(Z).mul(y).sum(-1).mean().neg()
      : numpy.mean(nn.softplus(Z.ref).sub(Z.mul(y)));
  });
  return (parameters: Parameters, x: JaxArray, y: JaxArray) =>
    gradients(tree.ref(parameters), x, y) as Parameters;
}

function sgd(jax: Library, task: Task) {
  const gradients = gradientsOf(jax, task);
  const rate = task.optimizer.learningRate;
  return jax.jit(({ parameters, moments }: State, x: JaxArray, y: JaxArray): State => {
    const g = gradients(parameters, x, y);
    const next = jax.tree.map((p: JaxArray, dp: JaxArray) => p.sub(dp.mul(rate)), parameters, g);
    return { parameters: next as Parameters, moments };
  });
}

/** Adam by the formulas of Kingma and Ba (2015), at their defaults. */
function adam(jax: Library, task: Task) {
  const { numpy, tree } = jax;
  const gradients = gradientsOf(jax, task);
  return jax.jit(({ parameters, moments: [last] }: State, x: JaxArray, y: JaxArray): State => {
    const g = gradients(parameters, x, y);
    const [beta1, beta2] = [last.beta1.mul(0.9), last.beta2.mul(0.999)];
    const m = tree.map((m: JaxArray, g: JaxArray) => m.mul(0.9).add(g.mul(0.1)), last.m, tree.ref(g));
    const v = tree.map((v: JaxArray, g: JaxArray) => v.mul(0.999).add(numpy.square(g).mul(0.001)), last.v, g);
    const root = numpy.sqrt(numpy.subtract(1, beta2.ref));
    const rate = root.ref.div(numpy.subtract(1, beta1.ref)).mul(task.optimizer.learningRate);
    const epsilon = root.mul(1e-8);
    const next = tree.map(
      (p: JaxArray, m: JaxArray, v: JaxArray) => p.sub(m.mul(rate.ref).div(numpy.sqrt(v).add(epsilon.ref))),
      parameters,
      tree.ref(m),
      tree.ref(v),
    );
    rate.dispose();
    epsilon.dispose();
    return { parameters: next, moments: [{ m, v, beta1, beta2 }] } as State;
  });
}

/** @throws Error if the browser cannot run it. */
export async function jaxFor(jax: Library, task: Task): Promise<Contestant> {
  const { blockUntilReady, init, nn, numpy, tree } = jax;
  if (!(await init("wasm")).includes("wasm")) throw new Error("this browser cannot run its WebAssembly");
  const { layers, inputs, outputs, batches: count, batchSize, rows } = task;
  const matrix = (values: Float32Array<ArrayBuffer>, width: number) =>
    numpy.array(values).reshape([values.length / width, width]);
  const batches = Array.from({ length: count }, (_, i) => {
    const [begin, end] = [i * batchSize, Math.min(rows, (i + 1) * batchSize)];
    return [
      matrix(task.x.slice(begin * inputs, end * inputs), inputs),
      matrix(task.y.slice(begin * outputs, end * outputs), outputs),
    ];
  });
  const parameters = layers.map(({ W, b, inputs: width }) => ({
    W: numpy.transpose(matrix(W, width)),
    b: numpy.array(b),
  }));
  const zeros = () => tree.map((p: JaxArray) => numpy.zerosLike(p), tree.ref(parameters)) as Parameters;
  const isAdam = task.optimizer.kind === "adam";
  const first = (): Moments => ({ m: zeros(), v: zeros(), beta1: numpy.array(1), beta2: numpy.array(1) });
  let state: State = { parameters, moments: isAdam ? [first()] : [] };
  const update = (isAdam ? adam : sgd)(jax, task);
  const logits = logitsOf(jax, layers);
  return {
    name: "jax-js, wasm",
    version,
    async train(steps) {
      for (let step = 0; step < steps; step++) {
        const [x, y] = batches[step % count];
        state = update(state, x.ref, y.ref);
        // Waiting for each step is faster than queueing many, as jax-js advises.
        await blockUntilReady(state);
      }
    },
    async predict() {
      const Z = logits(tree.ref(state.parameters), matrix(task.x, inputs));
      const isSoftmax = layers[layers.length - 1].activation === "softmax";
      return (isSoftmax ? nn.softmax(Z) : nn.sigmoid(Z)).data();
    },
    dispose() {
      tree.dispose(state);
      tree.dispose(batches);
      update.dispose();
    },
  };
}

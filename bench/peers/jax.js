import { blockUntilReady, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { batchRange } from "../workloads/index.js";

const activations = { relu: nn.relu, sigmoid: nn.sigmoid };

/** One jitted function makes the whole update. A call consumes its arrays; `.ref` keeps one for later. */
export async function create(task) {
  await init("wasm");
  const { data, inputs, outputs, optimizer } = task;
  const last = task.initial.at(-1).activation;
  const matrix = (values, rows, columns) => np.array(values).reshape([rows, columns]);
  const batches = Array.from({ length: task.batches }, (_, step) => {
    const [begin, end] = batchRange(task, step);
    return [
      matrix(data.x.slice(begin * inputs, end * inputs), end - begin, inputs),
      matrix(data.y.slice(begin * outputs, end * outputs), end - begin, outputs),
    ];
  });

  function logits(parameters, x) {
    let A = x;
    for (const [i, { W, b }] of parameters.entries()) {
      A = np.matmul(A, W).add(b);
      if (i < parameters.length - 1) A = activations[task.initial[i].activation](A);
    }
    return A;
  }
  function loss(parameters, x, y) {
    const Z = logits(parameters, x);
    if (last === "softmax") return nn.logSoftmax(Z).mul(y).sum(-1).mean().neg();
    return np.mean(nn.softplus(Z.ref).sub(Z.mul(y)));
  }
  const gradients = valueAndGrad(loss);
  const zeros = (parameters) => tree.map((p) => np.zerosLike(p), tree.ref(parameters));

  const sgd = jit(({ parameters, ...state }, x, y) => {
    const [value, g] = gradients(tree.ref(parameters), x, y);
    value.dispose();
    return {
      ...state,
      parameters: tree.map((p, dp) => p.sub(dp.mul(optimizer.learningRate)), parameters, g),
    };
  });
  const adam = jit(({ parameters, m, v, beta1, beta2 }, x, y) => {
    const [value, g] = gradients(tree.ref(parameters), x, y);
    value.dispose();
    const next = { beta1: beta1.mul(0.9), beta2: beta2.mul(0.999) };
    next.m = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), m, tree.ref(g));
    next.v = tree.map((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), v, g);
    const rate = np
      .sqrt(np.subtract(1, next.beta2.ref))
      .div(np.subtract(1, next.beta1.ref))
      .mul(optimizer.learningRate);
    const epsilon = np.sqrt(np.subtract(1, next.beta2.ref)).mul(1e-8);
    next.parameters = tree.map(
      (p, m, v) => p.sub(m.mul(rate.ref).div(np.sqrt(v).add(epsilon.ref))),
      parameters,
      tree.ref(next.m),
      tree.ref(next.v),
    );
    rate.dispose();
    epsilon.dispose();
    return next;
  });
  const update = optimizer.kind === "sgd" ? sgd : adam;

  const parameters = task.initial.map(({ W, b, units, inputs }) => ({
    W: np.transpose(matrix(W, units, inputs)),
    b: np.array(b),
  }));
  let state = { parameters };
  if (optimizer.kind === "adam") {
    state = { ...state, m: zeros(parameters), v: zeros(parameters), beta1: np.array(1), beta2: np.array(1) };
  }

  return {
    async train(steps) {
      for (let step = 0; step < steps; step++) {
        const [x, y] = batches[step % batches.length];
        state = update(state, x.ref, y.ref);
        // Waiting for each step is faster than queueing many, as jax-js advises.
        await blockUntilReady(state);
      }
    },
    predict(rows) {
      const Z = logits(tree.ref(state.parameters), matrix(data.x.slice(0, rows * inputs), rows, inputs));
      return (last === "softmax" ? nn.softmax(Z) : nn.sigmoid(Z)).data();
    },
    dispose() {
      tree.dispose(state);
      tree.dispose(batches);
      update.dispose();
    },
  };
}

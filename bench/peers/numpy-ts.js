import * as np from "numpy-ts";
import { batchRange } from "../workloads/index.js";

const rates = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** The usual training loop written by hand with NumPy, in float32. Samples are rows. */
export function create(task) {
  const { data, inputs, outputs, optimizer } = task;
  const matrix = (values, rows, columns) => np.array(values, "float32").reshape(rows, columns);
  const batches = Array.from({ length: task.batches }, (_, step) => {
    const [begin, end] = batchRange(task, step);
    return [
      matrix(data.x.slice(begin * inputs, end * inputs), end - begin, inputs),
      matrix(data.y.slice(begin * outputs, end * outputs), end - begin, outputs),
    ];
  });
  const layers = task.initial.map(({ W, b, units, inputs, activation }) => {
    return { activation, W: matrix(W, units, inputs).T.copy(), b: matrix(b, 1, units) };
  });
  const update = optimizer.kind === "sgd" ? sgd(optimizer) : adam(optimizer);

  function forward(x) {
    let A = x;
    return layers.map(({ W, b, activation }) => {
      A = activate(activation, A.matmul(W).add(b));
      return A;
    });
  }
  function step(x, y) {
    const A = forward(x);
    let dZ = A.at(-1).subtract(y).divide(y.shape[0]);
    const gradients = [];
    for (let i = layers.length - 1; i >= 0; i--) {
      const below = i === 0 ? x : A[i - 1];
      gradients[i] = [below.T.matmul(dZ), dZ.sum(0, true)];
      if (i > 0) dZ = dZ.matmul(layers[i].W.T).multiply(slope(layers[i - 1].activation, below));
    }
    update(layers, gradients);
  }

  return {
    train(steps) {
      for (let i = 0; i < steps; i++) step(...batches[i % batches.length]);
    },
    predict: (rows) =>
      forward(matrix(data.x.slice(0, rows * inputs), rows, inputs))
        .at(-1)
        .flatten().data,
  };
}

function activate(activation, Z) {
  if (activation === "relu") return np.maximum(Z, 0);
  if (activation === "sigmoid") return np.reciprocal(np.exp(Z.negative()).add(1));
  const E = np.exp(Z.subtract(Z.max(1, true)));
  return E.divide(E.sum(1, true));
}

function slope(activation, A) {
  if (activation === "relu") return A.greater(0).astype("float32");
  return A.multiply(A.negative().add(1));
}

function sgd({ learningRate }) {
  return (layers, gradients) => {
    for (const [i, layer] of layers.entries()) {
      const [dW, db] = gradients[i];
      layer.W = layer.W.subtract(dW.multiply(learningRate));
      layer.b = layer.b.subtract(db.multiply(learningRate));
    }
  };
}

function adam({ learningRate }) {
  const { beta1, beta2, epsilon } = rates;
  const moments = new Map();
  let t = 0;
  function moved(key, p, g) {
    const [m0, v0] = moments.get(key) ?? [np.zeros(p.shape, "float32"), np.zeros(p.shape, "float32")];
    const m = m0.multiply(beta1).add(g.multiply(1 - beta1));
    const v = v0.multiply(beta2).add(np.square(g).multiply(1 - beta2));
    moments.set(key, [m, v]);
    const root = np.sqrt(v.divide(1 - beta2 ** t)).add(epsilon);
    return p.subtract(m.multiply(learningRate / (1 - beta1 ** t)).divide(root));
  }
  return (layers, gradients) => {
    t++;
    for (const [i, layer] of layers.entries()) {
      layer.W = moved(`W${i}`, layer.W, gradients[i][0]);
      layer.b = moved(`b${i}`, layer.b, gradients[i][1]);
    }
  };
}

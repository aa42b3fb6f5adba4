/**
 * The eight functions, each as lines of Python beside lines of JavaScript. The Python says what the article's says, with its
 * slips mended, in few lines; docs/article.md names each slip.
 */

/** A function of the article on this page. */
export interface ArticleFunction {
  readonly name: string;
  /** The text above it, in Markdown. */
  readonly text: string;
  readonly python: string;
  /** As many lines as the Python, and its closing brace. */
  readonly javascript: string;
  /** Functions of densely/article that it calls. */
  readonly calls: readonly string[];
  /** The program below it, which uses it and compares it with densely/article. */
  readonly use: string;
}

/** Code that the functions of this page need besides JavaScript. Matrices are arrays of rows, as in densely/article. */
export const HELPERS = `// NumPy's dot, .T, element-wise arithmetic (a column b is used for every sample), sum, and randn.
const dot = (A, B) => A.map((row) => Array.from(B[0], (_, c) => row.reduce((sum, a, k) => sum + a * B[k][c], 0)));
const T = (A) => Array.from(A[0], (_, c) => A.map((row) => row[c]));
const each = (f, ...Ms) => Ms[0].map((row, r) => Array.from(row, (_, c) => f(...Ms.map((M) => M[r][c] ?? M[r][0]))));
const sum = (A) => A.flatMap((row) => [...row]).reduce((total, a) => total + a, 0);
const matrix = (rows, cols, value) => Array.from({ length: rows }, () => Array.from({ length: cols }, value));
function seeded(seed) {
  const [numbers] = article.init_params([10_000, 1], seed).W1; // 0.01 · randn of np.random.seed(seed), one after the other
  let next = 0;
  return () => numbers[next++] / 0.01;
}
/** Says how far a result is from that of the same function of densely/article. */
const difference = (a, b) =>
  typeof a === "number" ? Math.abs(a - b) : Math.max(...Object.keys(a).map((key) => difference(a[key], b[key])));
const compare = (own, other) => {
  const far = difference(own, other);
  console.log(far === 0 ? "the same as densely/article" : "differs from densely/article by " + far.toExponential(0));
};`;

/** Three features of four samples, and one output. */
const DATA = `const X = [[0, 0, 1, 1], [0, 1, 0, 1]]; // features x samples
const Y = [[0, 0, 0, 1]]; // outputs x samples`;

export const FUNCTIONS: readonly ArticleFunction[] = [
  {
    name: "init_params",
    text: `A layer has a matrix **W** of weights, units x inputs, and a column **b** of biases. \`layer_dims\` are the sizes from the inputs to
the outputs: [2, 3, 1] makes W1 of 3 x 2 and W2 of 1 x 3. The weights begin as small random numbers, so that units differ from each
other; the biases as 0.`,
    python: `def init_params(layer_dims):
    np.random.seed(3)
    params = {}
    L = len(layer_dims)
    for l in range(1, L):
        params['W'+str(l)] = np.random.randn(layer_dims[l], layer_dims[l-1])*0.01
        params['b'+str(l)] = np.zeros((layer_dims[l], 1))

    return params`,
    javascript: `function init_params(layer_dims) {
  const randn = seeded(3);
  const params = {};
  const L = layer_dims.length;
  for (let l = 1; l < L; l++) {
    params["W" + l] = matrix(layer_dims[l], layer_dims[l - 1], () => randn() * 0.01);
    params["b" + l] = matrix(layer_dims[l], 1, () => 0);
  }
  return params;
}`,
    calls: [],
    use: `const params = init_params([2, 3, 1]);
console.log("W1 has", params.W1.length, "rows; the first is", params.W1[0]);
compare(params, article.init_params([2, 3, 1]));`,
  },
  {
    name: "sigmoid",
    text: `The activation bends any number into a probability: σ(z) = 1 / (1 + e^-z) is near 0 for very negative z, ½ at 0, near 1
for large z. Without it, two layers would be no more than one. Z is returned too, because the way back needs it.`,
    python: `def sigmoid(Z):
    A = 1/(1+np.exp(-Z))
    cache = Z
    return A, cache`,
    javascript: `function sigmoid(Z) {
  const A = each((z) => 1 / (1 + Math.exp(-z)), Z);
  const cache = Z;
  return [A, cache];
}`,
    calls: [],
    use: `const [A] = sigmoid([[-4, -1, 0, 1, 4]]);
console.log(A[0].map((a) => a.toFixed(3)).join("  "));
compare(A, article.sigmoid([[-4, -1, 0, 1, 4]])[0]);`,
  },
  {
    name: "forward_prop",
    text: `Each layer multiplies what comes in by its weights, adds its biases, and bends: **Z = W·A + b**, **A = σ(Z)**. One column is one
sample, so that one product computes all samples at once. The last A is the prediction.`,
    python: `def forward_prop(X, params):
    A = X
    caches = []
    L = len(params)//2
    for l in range(1, L+1):
        A_prev = A
        W, b = params['W'+str(l)], params['b'+str(l)]
        Z = np.dot(W, A_prev) + b
        linear_cache = (A_prev, W, b)
        A, activation_cache = sigmoid(Z)
        caches.append((linear_cache, activation_cache))

    return A, caches`,
    javascript: `function forward_prop(X, params) {
  let A = X, activation_cache;
  const caches = [];
  const L = Object.keys(params).length / 2;
  for (let l = 1; l < L + 1; l++) {
    const A_prev = A;
    const [W, b] = [params["W" + l], params["b" + l]];
    const Z = each((z, b) => z + b, dot(W, A_prev), b);
    const linear_cache = [A_prev, W, b];
    [A, activation_cache] = sigmoid(Z);
    caches.push([linear_cache, activation_cache]);
  }
  return [A, caches];
}`,
    calls: ["sigmoid", "init_params"],
    use: `${DATA}
const params = init_params([2, 3, 1]);
const [AL, caches] = forward_prop(X, params);
console.log("predictions", Array.from(AL[0], (a) => a.toFixed(4)).join("  "));
compare(AL, article.forward_prop(X, params)[0]);`,
  },
  {
    name: "cost_function",
    text: `How wrong are the predictions? The cost is the mean of -ln of the probability that was given to the truth:
**-1/m Σ (Y·ln A + (1 - Y)·ln(1 - A))** over the m samples. It is 0 for certain and right, ln 2 = 0.693 for "I do not know", and large
for certain and wrong.`,
    python: `def cost_function(AL, Y):
    m = Y.shape[1]
    cost = -1/m*np.sum(Y*np.log(AL) + (1-Y)*np.log(1-AL))
    return cost`,
    javascript: `function cost_function(AL, Y) {
  const m = Y[0].length;
  const cost = -1 / m * sum(each((a, y) => y * Math.log(a) + (1 - y) * Math.log(1 - a), AL, Y));
  return cost;
}`,
    calls: [],
    use: `const Y = [[0, 0, 0, 1]];
for (const AL of [[[0.5, 0.5, 0.5, 0.5]], [[0.1, 0.1, 0.1, 0.9]], [[0.9, 0.1, 0.1, 0.9]]]) {
  const cost = cost_function(AL, Y);
  console.log(cost.toFixed(4));
  compare(cost, article.cost_function(AL, Y));
}`,
  },
  {
    name: "one_layer_backward",
    text: `Which way should each weight move? The chain rule goes back through one layer. **dZ = dA·A·(1 - A)**, since A·(1 - A) is the slope of
σ. A weight matters as much as what it was multiplied by: **dW = 1/m dZ·A_prevᵀ**. A bias is a weight of 1: **db** is the mean of dZ. And what
came in gets its part: **dA_prev = Wᵀ·dZ**.`,
    python: `def one_layer_backward(dA, cache):
    linear_cache, Z = cache
    A, _ = sigmoid(Z)
    dZ = dA*A*(1-A)
    A_prev, W, b = linear_cache
    m = A_prev.shape[1]
    dW = 1/m*np.dot(dZ, A_prev.T)
    db = 1/m*np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db`,
    javascript: `function one_layer_backward(dA, cache) {
  const [linear_cache, Z] = cache;
  const [A] = sigmoid(Z);
  const dZ = each((d, a) => d * a * (1 - a), dA, A);
  const [A_prev, W, b] = linear_cache;
  const m = A_prev[0].length;
  const dW = each((d) => d / m, dot(dZ, T(A_prev)));
  const db = dZ.map((row) => [sum([row]) / m]);
  const dA_prev = dot(T(W), dZ);
  return [dA_prev, dW, db];
}`,
    calls: ["sigmoid", "init_params", "forward_prop"],
    use: `${DATA}
const [, caches] = forward_prop(X, init_params([2, 3, 1]));
const dA = [[0.5, 0.5, 0.5, -0.5]];
const [dA_prev, dW, db] = one_layer_backward(dA, caches[1]);
console.log("dW", dW[0].map((d) => d.toFixed(5)).join("  "), " db", db[0][0].toFixed(5));
compare([dA_prev, dW, db], article.one_layer_backward(dA, caches[1]));`,
  },
  {
    name: "backprop",
    text: `The way back begins with the slope of the cost, **dA = -(Y/A - (1 - Y)/(1 - A))**, and takes the layers from the last to the first.
Each layer hands its dA_prev to the one before.`,
    python: `def backprop(AL, Y, caches):
    grads = {}
    L = len(caches)
    dA = -(np.divide(Y, AL) - np.divide(1-Y, 1-AL))
    for l in reversed(range(L)):
        dA, dW, db = one_layer_backward(dA, caches[l])
        grads['dA'+str(l)] = dA
        grads['dW'+str(l+1)] = dW
        grads['db'+str(l+1)] = db

    return grads`,
    javascript: `function backprop(AL, Y, caches) {
  const grads = {};
  const L = caches.length;
  let dW, db, dA = each((y, a) => -(y / a - (1 - y) / (1 - a)), Y, AL);
  for (let l = L - 1; l >= 0; l--) {
    [dA, dW, db] = one_layer_backward(dA, caches[l]);
    grads["dA" + l] = dA;
    grads["dW" + (l + 1)] = dW;
    grads["db" + (l + 1)] = db;
  }
  return grads;
}`,
    calls: ["one_layer_backward", "init_params", "forward_prop"],
    use: `${DATA}
const [AL, caches] = forward_prop(X, init_params([2, 3, 1]));
const grads = backprop(AL, Y, caches);
console.log(Object.keys(grads).join(" "));
compare(grads, article.backprop(AL, Y, caches));`,
  },
  {
    name: "update_parameters",
    text: `A gradient points to where the cost grows. So every number takes a step the other way, as long as the learning rate says:
**W ← W - lr·dW**, **b ← b - lr·db**.`,
    python: `def update_parameters(params, grads, lr):
    L = len(params)//2
    new = {}
    for l in range(1, L+1):
        new['W'+str(l)] = params['W'+str(l)] - lr*grads['dW'+str(l)]
        new['b'+str(l)] = params['b'+str(l)] - lr*grads['db'+str(l)]

    return new`,
    javascript: `function update_parameters(params, grads, lr) {
  const L = Object.keys(params).length / 2;
  const updated = {};
  for (let l = 1; l < L + 1; l++) {
    updated["W" + l] = each((w, d) => w - lr * d, params["W" + l], grads["dW" + l]);
    updated["b" + l] = each((b, d) => b - lr * d, params["b" + l], grads["db" + l]);
  }
  return updated;
}`,
    calls: ["init_params", "forward_prop", "backprop", "cost_function"],
    use: `${DATA}
const params = init_params([2, 3, 1]);
const [AL, caches] = forward_prop(X, params);
const grads = backprop(AL, Y, caches);
const updated = update_parameters(params, grads, 1);
console.log("cost", cost_function(AL, Y).toFixed(4), "->", cost_function(forward_prop(X, updated)[0], Y).toFixed(4));
compare(updated, article.update_parameters(params, grads, 1));`,
  },
  {
    name: "train",
    text: `Learning is the same few lines, again and again. Here a network learns "and": 1 if both inputs are 1. Change \`layer_dims\`, the epochs or
the learning rate, or make Y \`[[0, 1, 1, 0]]\`, which is "exclusive or": from so small weights this network never learns it.`,
    python: `def train(X, Y, layer_dims, epochs, lr):
    params = init_params(layer_dims)
    cost_history = []
    for i in range(epochs):
        AL, caches = forward_prop(X, params)
        cost_history.append(cost_function(AL, Y))
        grads = backprop(AL, Y, caches)
        params = update_parameters(params, grads, lr)

    return params, cost_history`,
    javascript: `function train(X, Y, layer_dims, epochs, lr) {
  let params = init_params(layer_dims);
  const cost_history = [];
  for (let i = 0; i < epochs; i++) {
    const [AL, caches] = forward_prop(X, params);
    cost_history.push(cost_function(AL, Y));
    const grads = backprop(AL, Y, caches);
    params = update_parameters(params, grads, lr);
  }
  return [params, cost_history];
}`,
    calls: ["init_params", "forward_prop", "cost_function", "backprop", "update_parameters"],
    use: `${DATA}
const [params, cost_history] = train(X, Y, [2, 3, 1], 2000, 1);
const [AL] = forward_prop(X, params);
console.log("predictions", Array.from(AL[0], (a) => a.toFixed(2)).join("  "));

import { chart } from "densely/ui";
const { onEpoch } = chart(document.body);
cost_history.forEach((cost, i) => onEpoch({ epoch: i + 1, epochs: 2000, cost }));

// densely runs the same as one program in WebAssembly.
const [, faster] = article.train(X, Y, [2, 3, 1], 2000, 1);
compare(cost_history, faster);`,
  },
];

/** The program of a function, from its first line: what a reader may change. */
export const programOf = ({ javascript, use }: ArticleFunction): string => `${javascript}\n\n${use}\n`;

/** Code that is put before the program when it runs. */
export const preludeOf = ({ calls }: ArticleFunction): string =>
  `import * as article from "densely/article";\n${calls.length > 0 ? `const { ${calls.join(", ")} } = article;\n` : ""}${HELPERS}\n`;

/**
 * Every name of the library's vocabulary, for the networks whose weights are hashed: a new one gets its line here, and
 * the hash is renewed by `npm run test:runtimes -- --write`.
 */

export const activations = ["linear", "sigmoid", "tanh", "relu", "softmax"];

/** Each loss with the activation before it and its targets, which are functions of networks.js. */
export const losses = {
  meanSquaredError: ["linear", "numbers"],
  binaryCrossentropy: ["sigmoid", "bits"],
  categoricalCrossentropy: ["softmax", "classes"],
};

/** Each optimizer with the options that take it through all of its terms. */
export const optimizers = {
  sgd: [{}, { momentum: 0.9, nesterov: true, weightDecay: 0.01 }],
  adam: [{}, { weightDecay: 0.01 }],
};

/** Each kind of layer with what its function takes. */
export const layers = {
  dense: [9, "tanh"],
};

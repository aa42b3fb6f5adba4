/// <reference path="./node_modules/densely/dist/global.d.ts" />

{
  const { article, dense, Network, relaxed } = densely;
  const network = new Network({ inputs: 2, layers: [dense(8, "tanh"), dense(1, "sigmoid")], math: relaxed });
  /** @type {Float32Array} */
  const predictions = network.predict([1, 2]);
  /** @type {number[]} */
  const costs = article.train([[1]], [[1]], [1, 1], 1, 1)[1];
  console.log(predictions, costs);
  // @ts-expect-error: not the name of an activation.
  dense(8, "rleu");
}

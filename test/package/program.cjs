// Types by require.
const { dense, Network } = require("densely");
const { train } = require("densely/article");
const { relaxed } = require("densely/relaxed");

const network = new Network({ inputs: 2, layers: [dense(8, "tanh"), dense(1, "sigmoid")], math: relaxed });
/** @type {Float32Array} */
exports.predictions = network.predict([1, 2]);
/** @type {number[]} */
exports.costs = train([[1]], [[1]], [1, 1], 1, 1)[1];
// @ts-expect-error: not the name of an activation.
dense(8, "rleu");

// Types by import.
import { DenselyError, dense, Network } from "densely";
import * as article from "densely/article";
import { relaxed } from "densely/relaxed";

const network = new Network({ inputs: 2, layers: [dense(8, "tanh"), dense(1, "sigmoid")], math: relaxed });
/** @type {Float32Array} */
export const predictions = network.predict([1, 2]);
/** @type {typeof DenselyError} */
export const same = article.DenselyError;
// @ts-expect-error: not the name of an activation.
dense(8, "rleu");

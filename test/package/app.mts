// Types as a program with all checks of TypeScript uses them, with the least TypeScript too.
import { adam, checkGradients, dense, type FitOptions, type History, Network } from "densely";
import * as article from "densely/article";
import * as core from "densely/core";
import { fromTFJS, toModule, toTFJS } from "densely/formats";
import { relaxed } from "densely/relaxed";

const x = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;
const network = new Network({
  inputs: 2,
  layers: [dense(8, "tanh"), dense(1, "sigmoid", { bias: undefined })],
  math: relaxed,
  optimizer: adam({ learningRate: undefined }),
});
const options: FitOptions = { epochs: 3, signal: undefined };
export const history: Promise<History> = network.fit(x, [0, 1, 1, 0], options);
export const accuracy: number = network.evaluate(x, [0, 1, 1, 0], { metrics: ["accuracy"] }).accuracy;
export const bytes: Uint8Array = network.save();
const { model, weights } = toTFJS(network);
export const again = fromTFJS(model, weights).predict([1, 2]);
export const text: string = toModule(network, { format: "c" });
export const lean = new core.Network([2, 1]).predict([1, 2]);
export const params = article.init_params([2, 1]);
export const errors: Record<string, number> = checkGradients(network, x, [0, 1, 1, 0]);

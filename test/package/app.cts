// Types by require.
import { dense, Network } from "densely";
import { checkGradients } from "densely/check";
import { lbfgs } from "densely/lbfgs";
import { folds } from "densely/search";
import { Classifier } from "densely/table";
import { accelerate, type TensorFlow } from "densely/tfjs";

export const network = new Network({ inputs: 2, layers: [dense(1)], optimizer: lbfgs() });
export const predictions: Float32Array = network.predict([1, 2]);
export const errors: Record<string, number> = checkGradients(network, [[1, 2]], [1]);
export const rows: Int32Array | undefined = folds(10)[0]?.test;
export const seed: number = new Classifier({ target: "kind" }).seed;
declare const tf: TensorFlow;
export const undo: () => void = accelerate(tf).undo;

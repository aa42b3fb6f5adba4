// Types by require.
import { Network } from "densely";

export const predictions: Float32Array = new Network([2, 1]).predict([1, 2]);

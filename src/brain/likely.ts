import { SpecError } from "../errors.js";
import { show } from "../model/check.js";
import { exported } from "../model/exported.js";
import type { NetworkData } from "./types.js";

/** Anything that runs an input, such as a NeuralNetwork. */
export interface Runnable<I, O> {
  run(input: I): O;
}

/**
 * The name, or the index as text, of the largest output for an input; null if no output is above -1.
 * @param net a trained network.
 */
export const likely = /* @__PURE__ */ exported(
  "likely(input, net)",
  <I>(input: I, net: Runnable<I, NetworkData>): string | null => {
    if (typeof (net as Runnable<I, NetworkData> | undefined)?.run !== "function") {
      throw new SpecError(
        `likely was given ${show(net)} as its network: call likely(input, network) with a trained NeuralNetwork.`,
      );
    }
    let best: string | null = null;
    let largest = -1;
    for (const [name, value] of Object.entries(net.run(input))) {
      if (typeof value === "number" && value > largest) [best, largest] = [name, value];
    }
    return best;
  },
);

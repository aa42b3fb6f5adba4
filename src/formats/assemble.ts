import { SpecError } from "../errors.js";
import { Network, type NetworkOptions } from "../index.js";
import { show } from "../spec/check.js";
import type { Parts } from "./parts.js";

/** What such a file does not hold, for further training. */
export type TrainingOptions = Omit<NetworkOptions, "inputs" | "layers">;

/** @throws SpecError for an unknown option. */
export function assemble({ inputs, layers, params }: Parts, options: TrainingOptions): Network {
  if (typeof options !== "object" || options === null) {
    throw new SpecError(`The options are ${show(options)}: give an object such as { optimizer: "adam" }.`);
  }
  const network = new Network({ ...options, inputs, layers });
  network.setParams(params);
  return network;
}

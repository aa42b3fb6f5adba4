import { checkKeys } from "../model/check.js";
import { Network, type NetworkOptions } from "../network/network.js";
import type { Parts } from "./parts.js";

/** What the files of other tools do not hold: how to train further, and the build that computes. */
export type TrainingOptions = Omit<NetworkOptions, "inputs" | "layers">;

const KEYS: readonly (keyof TrainingOptions)[] = ["loss", "optimizer", "seed", "inputScale", "math"];

/** @throws SpecError for an unknown option. */
export function assemble({ inputs, layers, params }: Parts, options: TrainingOptions, call: string): Network {
  checkKeys(options, KEYS, call);
  const network = new Network({ ...options, inputs, layers });
  network.setParams(params);
  return network;
}

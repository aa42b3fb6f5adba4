import { SpecError } from "../errors.js";
import { show } from "../model/check.js";
import type { NetworkSpec } from "../model/spec.js";

/** The part of a network that functions beside its class read. */
export interface NetworkLike {
  readonly spec: NetworkSpec;
  getParams(): Record<string, Float32Array>;
}

/**
 * Checks that a function was given a network, by its members: it may come from another copy of the library.
 * @param call name of the public function, for messages.
 * @throws SpecError for anything else.
 */
export function checkNetwork<N extends NetworkLike>(network: N, call: string): N {
  const given = network as Partial<N> | null | undefined;
  if (typeof given?.getParams === "function" && Array.isArray(given.spec?.layers)) return network;
  throw new SpecError(`${call} was given ${show(network)}: give it a Network.`);
}

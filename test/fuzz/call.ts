/** Calls: a function with its arguments. */

import fc from "fast-check";
import type { Network } from "../../src/index.js";
import { network } from "./arguments.js";
import type { Named } from "./odd.js";

/** A function to be called, with its arguments and, where it has them, the network that it is a method of. */
export interface Call {
  name: string;
  /** The network that must be as before after an error. */
  network?: Named<Network>;
  args: readonly Named[];
  run: (network: Network, args: readonly unknown[]) => unknown;
  /** True if the call trains, so that the network may change where it succeeds. */
  trains: boolean;
}

type Method = (network: Network, args: readonly unknown[]) => unknown;

/** A method by its name; `this` is the network. */
export const method =
  (key: string): Method =>
  (made, args) =>
    (made as unknown as Record<string, (...args: unknown[]) => unknown>)[key](...args);

export function call(
  name: string,
  args: readonly fc.Arbitrary<Named>[],
  run: Method,
  { trains = false, hasNetwork = true } = {},
): fc.Arbitrary<Call> {
  const all = fc.tuple(network, fc.tuple(...args));
  return all.map(([made, list]) => {
    const text = `${name}(${list.map((entry) => entry.name).join(", ")})`;
    const described = { name: hasNetwork ? `${made.name}: ${text}` : text, args: list, run, trains };
    return Object.assign(hasNetwork ? { ...described, network: made } : described, {
      [fc.toStringMethod]: () => described.name,
    });
  });
}

/** A function of a door, without a network. */
export const plain = (
  name: string,
  args: readonly fc.Arbitrary<Named>[],
  run: (...args: never[]) => unknown,
) => call(name, args, (_, list) => run(...(list as never[])), { hasNetwork: false });

/**
 * Runs an act that must leave what it works on as it was if it is refused, or, where it only reads, in any case.
 * @param bits all of the state.
 */
export async function unchanged(
  bits: () => string,
  isReading: boolean,
  act: () => unknown,
): Promise<unknown> {
  const before = bits();
  const check = (): void => {
    if (bits() !== before) throw new Error("it changed what it was called on");
  };
  let result: unknown;
  try {
    result = await act();
  } catch (error) {
    check();
    throw error;
  }
  if (isReading) check();
  return result;
}

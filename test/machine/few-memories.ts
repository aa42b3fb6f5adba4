/** The library on a host that grants few memories, and networks for it. */

import { expect, vi } from "vitest";
import type { Network } from "../../src/index.js";
import { floats } from "../helpers.js";

export type Library = typeof import("../../src/index.js");

export const MB = 2 ** 20;

/** The memories of the instances that were made, as long as they are there. */
let memories: WeakRef<WebAssembly.Memory>[] = [];

/**
 * The libraries that were loaded. They are held, since V8 of Node 20 calls no FinalizationRegistry any more once one was collected
 * that had still to be called.
 */
const libraries: Library[] = [];

/** Loads the library anew, on a host that grants `most` instances in all. */
export async function libraryOn(most: number): Promise<Library> {
  memories = [];
  const Instance = new Proxy(WebAssembly.Instance, {
    construct(target, given: ConstructorParameters<typeof WebAssembly.Instance>) {
      if (memories.length === most) throw new RangeError("Out of memory.");
      const instance = new target(...given);
      memories.push(new WeakRef(instance.exports.memory as WebAssembly.Memory));
      return instance;
    },
  });
  vi.stubGlobal("WebAssembly", Object.create(WebAssembly, { Instance: { value: Instance } }));
  vi.resetModules();
  const library = await import("../../src/index.js");
  libraries.push(library);
  return library;
}

/** The number of instances that were made. */
export const made = (): number => memories.length;

/** The number of those memories that were not collected. */
export const living = (): number => memories.filter((memory) => memory.deref()).length;

export const x = floats(12 * 4, 1);
export const y = Float32Array.from({ length: 12 }, (_, i) => i % 2);

export const make = ({ Network, dense }: Library, seed: number, units = 8) =>
  new Network({ inputs: 4, layers: [dense(units, "tanh"), dense(1, "sigmoid")], seed });

/** A network that keeps plans of more than 1 MB, so that a few of them fill the shared part of an instance. */
export function makeLarge(library: Library, seed: number): Network {
  const network = make(library, seed);
  network.predict(new Float32Array(4 * 4096).fill(0.5));
  network.gradients(new Float32Array(4 * 4096), new Float32Array(4096));
  expect(network.memoryBytes).toBeGreaterThan(MB);
  return network;
}

/** Trains on so many rows that they do not fit into the shared part of an instance. */
export function fitMany(network: Network): void {
  network.fitSync(new Float32Array(4 * 500_000), new Float32Array(500_000), { batchSize: 10_000 });
  expect(network.memoryBytes).toBeGreaterThan(9 * MB);
}

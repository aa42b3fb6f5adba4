/** Helpers of several tests: reproducible numbers, comparisons, and a network in the form of the reference. */

import { expect } from "vitest";
// Its class adds the kinds that densely/core does not have, for tests of single files too.
import "../src/network/network.js";
import type { DenselyError, DenseSpec, LossName, Network, ParameterArrays } from "../src/index.js";
import { strict } from "../src/machine/strict.js";
import { nameOf } from "../src/model/activations.js";
import type { NetworkSpec } from "../src/model/spec.js";
import ALL_OPTIMIZERS, { type OptimizerName } from "../src/program/optimizers.js";
import { planStore, type Store } from "../src/program/parameters.js";
import { requestOf as completeRequest, type Request } from "../src/program/request.js";
import { relaxed } from "../src/relaxed.js";
import type { Layer, Net, Row } from "./reference.js";

/** Both builds of the core; the relaxed one runs in Node 20 by a flag that vitest.config.ts sets. */
export const BUILDS = [strict, relaxed];

/** The names of all optimizers. */
export const OPTIMIZERS = Object.keys(ALL_OPTIMIZERS) as OptimizerName[];

/** Uniform numbers from 0 to below 1: mulberry32 by T. Ettinger. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` float32 numbers from -size to below size. */
export function floats(count: number, seed: number, size = 1): Float32Array {
  const next = generator(seed);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = (2 * next() - 1) * size;
  return values;
}

/** `count` whole numbers from 0 to below `limit`. */
export function wholes(count: number, seed: number, limit: number): number[] {
  const next = generator(seed);
  return Array.from({ length: count }, () => Math.floor(next() * limit));
}

/** A flat array as rows. */
export function toRows(values: ArrayLike<number>, cols: number): Row[] {
  const all = Array.from(values);
  return Array.from({ length: all.length / cols }, (_, r) => all.slice(r * cols, (r + 1) * cols));
}

/** Class indices as rows with a single 1. */
export function oneHot(classes: ArrayLike<number>, count: number): Row[] {
  return Array.from(classes, (label) => Array.from({ length: count }, (_, c) => Number(c === label)));
}

/** The names that the message of an error lists after "use one of": the options of a call that was given an unknown one. */
export function optionsOf(call: () => unknown): string[] {
  try {
    call();
  } catch (error) {
    const { message } = error as Error;
    if (message.endsWith("it takes none.")) return [];
    const list = /use one of ([^)]+?)\)?\.$/.exec(message)?.[1];
    if (list) return list.split(", ");
    throw error;
  }
  throw new Error("nothing was refused");
}

/** Every value within `tolerance` of (1e-2 + |value|): the measure of the golden runs. */
export function expectClose(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 2e-4): void {
  expect(actual.length).toBe(wanted.length);
  let worst = { error: 0, at: 0, actual: 0, wanted: 0 };
  for (let i = 0; i < wanted.length; i++) {
    const error = Math.abs(actual[i] - wanted[i]) / (1e-2 + Math.abs(wanted[i]));
    if (!(error <= worst.error)) worst = { error, at: i, actual: actual[i], wanted: wanted[i] };
  }
  expect(worst, `beyond ${tolerance}: ${JSON.stringify(worst)}`).toSatisfy(() => worst.error <= tolerance);
}

/** The same float32 numbers, bit for bit. */
export function expectSameBits(actual: Float32Array, wanted: Float32Array): void {
  const bits = (values: Float32Array) => new Uint32Array(values.slice().buffer);
  const [p, q] = [bits(actual), bits(wanted)];
  expect(p.length).toBe(q.length);
  const place = p.findIndex((word, i) => word !== q[i]);
  expect(place, `${actual[place]} is not ${wanted[place]} at place ${place}`).toBe(-1);
}

/** True if all bits agree. */
export function sameBits(a: Float32Array, b: Float32Array): boolean {
  return Buffer.from(a.slice().buffer).equals(Buffer.from(b.slice().buffer));
}

/** All parameters of a network, one after the other. */
export function parametersOf(network: Network): Float32Array {
  return Float32Array.from(Object.values<Float32Array>(network.getParams()).flatMap((values) => [...values]));
}

/** The dense layers of a network. */
export function denseLayers(network: Network): DenseSpec[] {
  return network.spec.layers.filter((layer) => layer.type === "dense");
}

/** Parameters by name as lists of dense layers. */
export function toLayers(network: Network, params: ParameterArrays = network.getParams()): Layer[] {
  return denseLayers(network).map(({ units }, i) => {
    const W = params[`W${i + 1}`];
    return { W: toRows(W, W.length / units), b: Array.from(params[`b${i + 1}`]) };
  });
}

/** The same network of dense layers in the reference. */
export function mirror(network: Network): Net {
  const { loss, optimizer } = network.spec;
  const parameters = toLayers(network);
  return {
    layers: denseLayers(network).map(({ activation }, i) => ({
      ...parameters[i],
      activation: nameOf(activation),
    })),
    loss: loss.type as LossName,
    optimizer: optimizer as Net["optimizer"],
  };
}

/** Where the numbers of a network would lie from `address` on. */
export function storeOf(spec: NetworkSpec, address = 0x1000): Store {
  return planStore(spec, address).store;
}

/** A request for a training step on rows of numbers, unless said otherwise. */
export function requestOf(options: Partial<Request>): Request {
  return completeRequest({
    purpose: "train",
    batch: 1,
    targets: "matrix",
    training: true,
    address: 0x100000,
    ...options,
  });
}

/** Layers as one flat list of numbers, in the order of getParams. */
export function flatten(layers: Layer[]): number[] {
  return layers.flatMap(({ W, b }) => [...W.flat(), ...b]);
}

/** Wrong on purpose: what the types forbid but JavaScript can say. */
export const wrong = <T>(value: unknown): T => value as T;

/** Waits until something holds, while the event loop runs. Nothing but the time of the whole test limits it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/**
 * Counts the turns of the event loop while a promise is pending.
 * @param act done in each turn.
 */
export async function turnsDuring(promise: Promise<unknown>, act: () => unknown = () => {}): Promise<number> {
  let turns = 0;
  let isPending = true;
  const turn = () => {
    if (!isPending) return;
    turns++;
    act();
    setImmediate(turn);
  };
  setImmediate(turn);
  await promise;
  isPending = false;
  return turns;
}

/** The classes of errors. */
export type ErrorClass = new (message: string) => DenselyError;
/** Parts that a message must contain. */
export type Parts = (string | RegExp)[];

/** Matches a message that lists the valid names, with `name` at any place of the list. */
export const lists = (name: string): RegExp => new RegExp(`use one of [^.]*\\b${name}\\b`);

/** Expects a call to throw or reject with an error of one sentence that has all parts, and returns it. */
export async function expectError(call: () => unknown, kind: ErrorClass, parts: Parts): Promise<void> {
  const error = await (async () => call())().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(kind);
  const { name, message } = error as DenselyError;
  expect(name).toBe(kind.name);
  for (const part of parts) {
    if (typeof part === "string") expect(message).toContain(part);
    else expect(message).toMatch(part);
  }
  expect(message).toMatch(/^[^\n]+\.$/);
}

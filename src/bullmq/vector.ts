import { FormatError } from "../errors.js";
import type { NetworkSpec } from "../model/spec.js";
import { type TensorSpec, tensorsOf } from "../model/tensors.js";
import type { Network } from "../network/network.js";

/** All parameters and statistics of a network as one vector, in the order of getParams. */

const sizeOf = ({ shape }: TensorSpec): number => shape.reduce((a, b) => a * b);

/** Where each tensor lies in the vector. */
function* placesOf(spec: NetworkSpec): Generator<TensorSpec & { from: number; to: number }> {
  let from = 0;
  for (const tensor of tensorsOf(spec)) {
    const to = from + sizeOf(tensor);
    yield { ...tensor, from, to };
    from = to;
  }
}

/** The vector of a network. */
export function vectorOf(network: Network): Float32Array {
  const params: Readonly<Record<string, Float32Array>> = network.getParams();
  const { spec } = network;
  const places = [...placesOf(spec)];
  const vector = new Float32Array(places[places.length - 1].to);
  for (const { name, from } of places) vector.set(params[name], from);
  return vector;
}

/** Replaces the parameters of a network by those of a vector. @throws FormatError for a vector of another length. */
export function setVector(network: Network, vector: Float32Array): void {
  const { spec } = network;
  const places = [...placesOf(spec)];
  const { to } = places[places.length - 1];
  if (vector.length !== to) {
    throw new FormatError(`The parameters are ${vector.length} values: this network has ${to}.`);
  }
  network.setParams(
    Object.fromEntries(places.map(({ name, from, to }) => [name, vector.subarray(from, to)])),
  );
}

/** True for each value that is a running statistic, which no optimizer changes. */
export function statisticsOf(spec: NetworkSpec): Uint8Array {
  const places = [...placesOf(spec)];
  const flags = new Uint8Array(places[places.length - 1].to);
  for (const { isStatistic, from, to } of places) if (isStatistic) flags.fill(1, from, to);
  return flags;
}

export const bytesOfVector = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export function vectorOfBytes({ buffer, byteOffset, byteLength }: Uint8Array): Float32Array {
  if (byteLength % 4 === 0) return new Float32Array(buffer, byteOffset, byteLength / 4);
  throw new FormatError(`The parameters have ${byteLength} bytes: give 4 for each.`);
}

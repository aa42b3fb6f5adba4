import type { LayerSpec } from "../model/layers.js";
import type { NetworkSpec } from "../model/spec.js";
import { tensorsOf } from "../model/tensors.js";
import type { NetworkLike } from "../network/check-network.js";
import { Network } from "../network/network.js";
import type { DenseSpec } from "../program/layers/dense.js";

/**
 * A network in two halves: the product of its first layer, if that is dense, and all that follows. On a straight line of
 * inputs the values between them are on a straight line too, and so only the second half depends on the number of steps.
 */
export interface Halves {
  /** The second half, from the values in the middle to the outputs. */
  readonly tail: Network;
  /** The values in the middle of rows of inputs. */
  toMiddle(inputs: Float32Array): Float32Array;
  /** The gradients by the inputs, of gradients by the values in the middle. */
  toInputs(gradients: Float32Array): Float32Array;
  /** Frees the memory of both. */
  dispose(): void;
}

/**
 * The network of these layers, each with the parameters of the layer of the same index. It never trains, so that the optimizer
 * does not matter.
 */
function tailOf(network: NetworkLike, spec: NetworkSpec, inputs: number, layers: LayerSpec[]): Network {
  const tail = new Network({ ...spec, inputs, layers, optimizer: "sgd" });
  const params = network.getParams();
  const names = new Map(tensorsOf(spec).map(({ layer, role, name }) => [`${role} ${layer}`, name]));
  const own = tensorsOf({ inputs, layers }).map(({ layer, role, name }) => {
    const source = names.get(`${role} ${layer}`) as string;
    return [name, params[source]] as const;
  });
  tail.setParams(Object.fromEntries(own));
  return tail;
}

/** A network that is a product alone, W·A + b. @param W [units][inputs] */
function productOf(inputs: number, units: number, W: Float32Array, b?: Float32Array): Network {
  const layers = [{ units, bias: b !== undefined, init: "zeros" as const }];
  const network = new Network({ inputs, layers, loss: "meanSquaredError", optimizer: "sgd" });
  network.setParams(b ? { W1: W, b1: b } : { W1: W });
  return network;
}

/** [cols][rows] of [rows][cols]. */
function transpose(values: Float32Array, rows: number, cols: number): Float32Array {
  return Float32Array.from(values, (_, i) => values[(i % rows) * cols + Math.floor(i / rows)]);
}

/** Z = W·X + b and dX = Wᵀ·dZ, and the network behind Z. */
function afterProduct(network: NetworkLike, spec: NetworkSpec, first: DenseSpec): Halves {
  const { inputs } = spec;
  const { units } = first;
  const { W1, b1 } = network.getParams();
  const activation: LayerSpec = { type: "activation", activation: first.activation };
  const tail = tailOf(network, spec, units, [activation, ...spec.layers.slice(1)]);
  const product = productOf(inputs, units, W1, b1);
  const transposed = productOf(units, inputs, transpose(W1, units, inputs));
  return {
    tail,
    toMiddle: (rows) => product.predict(rows),
    toInputs: (gradients) => transposed.predict(gradients),
    dispose() {
      for (const part of [tail, product, transposed]) part.dispose();
    },
  };
}

/** The halves of a network, as copies. The first half is empty unless the first layer is dense. */
export function halvesOf(network: NetworkLike): Halves {
  const { spec } = network;
  const [first] = spec.layers;
  if (first.type === "dense") return afterProduct(network, spec, first);
  const tail = tailOf(network, spec, spec.inputs, spec.layers);
  return {
    tail,
    toMiddle: (rows) => rows,
    toInputs: (gradients) => gradients,
    dispose: () => tail.dispose(),
  };
}

import { optimizerKindOf } from "../model/optimizers.js";
import type { NetworkSpec } from "../model/spec.js";
import { type TensorSpec, tensorsOf } from "../model/tensors.js";
import type { LayerMatrices, Role } from "./layers/layer.js";
import { biasMatrix, type ParameterMatrix, weightMatrix } from "./matrix.js";
import { Placement } from "./placement.js";

/** One flat vector of the numbers of all layers: parameters, or gradients and optimizer states of the same shape. */
export interface Parameters {
  address: number;
  bytes: number;
  layers: LayerMatrices[];
}

/** A vector of the shape of all parameters, one behind the other as they are. */
export interface ParameterVector {
  address: number;
  bytes: number;
}

/** Addresses that live as long as the network. */
export interface Store {
  parameters: Parameters;
  /** Running statistics of batchNorm, which no optimizer changes. */
  buffers: Parameters;
  /** Optimizer states, at the end. Their memory is taken when training begins. */
  states: readonly ParameterVector[];
}

/** Places the chosen tensors of all layers one behind the other. */
function placeTensors(
  spec: NetworkSpec,
  address: number,
  prefix: string,
  isChosen: (tensor: TensorSpec) => boolean,
): Parameters {
  let end = address;
  const layers: LayerMatrices[] = spec.layers.map(() => ({}));
  for (const tensor of tensorsOf(spec).filter(isChosen)) {
    const { name: key, role, layer, shape } = tensor;
    const [units, inputs] = shape;
    const name = prefix + key;
    const matrix: ParameterMatrix = {
      key,
      ...(shape.length === 2 ? weightMatrix(name, units, inputs, end) : biasMatrix(name, units, end)),
    };
    layers[layer][role] = matrix;
    end += matrix.bytes;
  }
  return { address, bytes: end - address, layers };
}

/**
 * Places the parameters of a network, or a vector of the same shape.
 * @param prefix begins every name in equations, such as "d" for gradients.
 */
export function planParameters(spec: NetworkSpec, address: number, prefix = ""): Parameters {
  return placeTensors(spec, address, prefix, ({ isStatistic }) => !isStatistic);
}

/** Places the running statistics of a network. */
export function planBuffers(spec: NetworkSpec, address: number): Parameters {
  return placeTensors(spec, address, "", ({ isStatistic }) => isStatistic);
}

/**
 * Places everything that lives as long as the network, from `address` on.
 * @returns the store, the address where the optimizer's states begin, and that where they end.
 */
export function planStore(
  spec: NetworkSpec,
  address: number,
): { store: Store; firstState: number; end: number } {
  const memory = new Placement(address);
  const parameters = memory.place((at) => planParameters(spec, at));
  const buffers = memory.place((at) => planBuffers(spec, at));
  const firstState = memory.end;
  const states = optimizerKindOf(spec.optimizer)
    .states(spec.optimizer)
    .map(() => memory.place((at): ParameterVector => ({ address: at, bytes: parameters.bytes })));
  return { store: { parameters, buffers, states }, firstState, end: memory.end };
}

/** All matrices of some vectors, layer by layer. */
export function matricesOf(...parts: Parameters[]): ParameterMatrix[] {
  const layers = parts[0].layers.map((_, i) => parts.flatMap((part) => Object.values(part.layers[i])));
  return layers.flat();
}

/** Factors of the optimizer's numbers for some parameters. */
export interface UpdateFactors {
  /** Of the learning rate. */
  rate: number;
  /** Of the weight decay. */
  decay: number;
}

/** Part of the flat parameter vector, in bytes from its start, with its factors. */
export interface ParameterSpan extends UpdateFactors {
  from: number;
  to: number;
}

/**
 * The spans of the chosen parameters. Adjacent ones of the same factors are joined.
 * @param factorsOf returns the factors of a parameter, or undefined if it is not chosen.
 */
export function spansOf(
  { address, layers }: Parameters,
  factorsOf: (layer: number, role: Role) => UpdateFactors | undefined,
): ParameterSpan[] {
  const spans: ParameterSpan[] = [];
  layers.forEach((matrices, i) => {
    for (const [role, matrix] of Object.entries(matrices)) {
      const factors = factorsOf(i, role as Role);
      if (!factors) continue;
      const from = matrix.address - address;
      const last = spans[spans.length - 1];
      const isSame = last?.to === from && last.rate === factors.rate && last.decay === factors.decay;
      if (isSame) last.to += matrix.bytes;
      else spans.push({ from, to: from + matrix.bytes, ...factors });
    }
  });
  return spans;
}

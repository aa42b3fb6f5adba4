import { refuse } from "./refusal.js";
import type { Container, Layer, SymbolicTensor } from "./types.js";

/** A layer in a chain, and the number of axes of its input. */
export interface Link {
  layer: Layer;
  rank: number;
}

/** True for a layer that is a model itself. */
const isContainer = (layer: Layer): layer is Container => "outputs" in layer && "inputs" in layer;

/** The only entry of a list. @throws Refusal */
function only<T>(list: readonly T[]): T {
  return list.length === 1 ? list[0] : refuse("several inputs or outputs");
}

/** Follows a model from its output back to its input, through models that are layers of it too. */
function* follow(model: Container): Generator<Link> {
  const start = only(model.inputs);
  let tensor = only(model.outputs);
  while (tensor !== start) {
    const { sourceLayer: layer, callArgs, inputs } = tensor;
    if (callArgs && Object.keys(callArgs).length > 0) refuse("layer with arguments of its call");
    if (inputs.length === 0) refuse("several inputs or outputs");
    const input: SymbolicTensor = only(inputs);
    if (isContainer(layer)) yield* follow(layer);
    else yield { layer, rank: input.shape.length };
    tensor = input;
  }
}

/**
 * The layers of a model from its input to its output.
 * @throws Refusal unless they are one chain in which each stands once.
 */
export function chainOf(model: Container): Link[] {
  const chain = [...follow(model)].reverse();
  if (new Set(chain.map(({ layer }) => layer)).size < chain.length) refuse("layer that is used twice");
  return chain;
}

/** The shape of one sample of a model's input. @throws Refusal if it is not fixed. */
export function inputShapeOf(model: Container): number[] {
  const [, ...axes] = only(model.inputs).shape;
  return axes.map((axis) => axis ?? refuse("input of any size"));
}

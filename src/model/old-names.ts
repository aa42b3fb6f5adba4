/** Names of options in files that earlier versions saved, and their names today. */

type Options = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Options => typeof value === "object" && value !== null;

/** A dense layer had `bias: number` for the initial value of its biases. */
function renameBias(layer: unknown): unknown {
  if (!isObject(layer) || typeof layer.bias !== "number") return layer;
  return { ...layer, bias: true, biasInit: layer.bias };
}

/** A saved spec with the names of today. Anything else is left to checkSpec to refuse. */
export function withNewNames(spec: Options): Options {
  if (!Array.isArray(spec.layers)) return spec;
  return { ...spec, layers: spec.layers.map(renameBias) };
}

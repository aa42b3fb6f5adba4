/** Names of options in specs that earlier versions saved. Readers of files and JSON call this before checkSpec. */

type Data = Readonly<Record<string, unknown>>;

const isData = (value: unknown): value is Data => typeof value === "object" && value !== null;

/** Dense layers: the number `bias` is now `biasInit`, and `bias` is true. */
function renameBias(layer: unknown): unknown {
  if (!isData(layer) || typeof layer.bias !== "number") return layer;
  return { ...layer, bias: true, biasInit: layer.bias };
}

/** oneCycle: `start` is now `startDivisor`, and `end` is `endDivisor`. */
function renameDivisors(rate: unknown): unknown {
  if (!isData(rate)) return rate;
  if (rate.type === "warmup") return { ...rate, after: renameDivisors(rate.after) };
  if (rate.type !== "oneCycle") return rate;
  const { start, end, ...options } = rate;
  return { startDivisor: start, endDivisor: end, ...options };
}

/** A saved spec with the current names. Data that is no spec is returned as it is, for checkSpec to refuse. */
export function withNewNames(spec: Data): Data {
  const { layers, optimizer } = spec;
  return {
    ...spec,
    ...(Array.isArray(layers) && { layers: layers.map(renameBias) }),
    ...(isData(optimizer) && {
      optimizer: { ...optimizer, learningRate: renameDivisors(optimizer.learningRate) },
    }),
  };
}

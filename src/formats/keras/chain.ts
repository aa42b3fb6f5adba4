import { FormatError } from "../../errors.js";
import { excerpt, isRecord } from "../../storage/untrusted.js";

/** Names in a value of any depth, such as the history of an input of a layer: [["dense", 0, 0, {}]]. */
function inboundNames(nodes: unknown, names: ReadonlySet<unknown>): unknown[] {
  if (Array.isArray(nodes)) {
    // [name, node, tensor, ...] as Keras 2 and TensorFlow.js write it.
    if (names.has(nodes[0]) && typeof nodes[1] === "number") return [nodes[0]];
    return nodes.flatMap((node) => inboundNames(node, names));
  }
  if (!isRecord(nodes)) return [];
  // { class_name: "__keras_tensor__", config: { keras_history: [name, node, tensor] } } of Keras 3.
  return Object.values(nodes).flatMap((value) => inboundNames(value, names));
}

/**
 * Orders the layers of a Functional model of one chain.
 * @throws FormatError for a layer that has several inputs, or whose output goes to several layers.
 */
function chainOf(layers: readonly unknown[]): unknown[] {
  const nameOf = (layer: unknown): unknown =>
    isRecord(layer) ? (layer.name ?? (isRecord(layer.config) ? layer.config.name : undefined)) : undefined;
  const names = new Set(layers.map(nameOf));
  const after = new Map<unknown, unknown>();
  for (const layer of layers) {
    const inbound = isRecord(layer) ? inboundNames(layer.inbound_nodes, names) : [];
    if (inbound.length > 1) {
      throw new FormatError(
        `The layer ${excerpt(nameOf(layer))} has ${inbound.length} inputs: give a model whose layers are one chain, each the only input of the next.`,
      );
    }
    const before = inbound.length > 0 ? inbound[0] : undefined;
    if (after.has(before)) {
      const found =
        before === undefined
          ? "The model has several inputs"
          : `The output of the layer ${excerpt(before)} goes to several layers`;
      throw new FormatError(
        `${found}: give a model whose layers are one chain, each the only input of the next.`,
      );
    }
    after.set(before, layer);
  }
  const chain: unknown[] = [];
  // Layers without a name, or of one name, would lead around in a circle.
  for (let at = after.get(undefined); at !== undefined && chain.length <= layers.length; ) {
    chain.push(at);
    at = after.get(nameOf(at));
  }
  if (chain.length === layers.length) return chain;
  throw new FormatError(
    "The layers of the model are no chain: give one in which each layer is the only input of the next.",
  );
}

/** Far more models in one another than make sense. */
const MOST_NESTED = 100;

/**
 * Lists the layers of a model in their order: Sequential, or Functional if it is one chain, with such models as layers.
 * @throws FormatError for any other model.
 */
export function listLayers(model: unknown, depth = 0): unknown[] {
  const { class_name: className, config } = isRecord(model) ? model : {};
  const isFunctional = className === "Functional" || className === "Model";
  if (className !== "Sequential" && !isFunctional) {
    throw new FormatError(
      `The model is ${excerpt(className)}: give a Sequential one, or a Functional one whose layers are one chain.`,
    );
  }
  const layers = isRecord(config) ? config.layers : config;
  if (!Array.isArray(layers) || depth > MOST_NESTED) {
    throw new FormatError(`The layers of the model are ${excerpt(layers)}: give an array of layers.`);
  }
  const ordered = isFunctional ? chainOf(layers) : Array.from(layers);
  return ordered.flatMap((layer) =>
    isRecord(layer) && ["Sequential", "Functional", "Model"].includes(String(layer.class_name))
      ? listLayers(layer, depth + 1)
      : [layer],
  );
}

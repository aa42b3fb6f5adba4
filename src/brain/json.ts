import { FormatError } from "../errors.js";
import { hasOwn, show } from "../model/check.js";
import { defaults, trainingOptionsFromJSON } from "./options.js";
import type {
  NetworkOptions,
  NeuralNetworkJSON,
  NumberHash,
  OldLayerJSON,
  OldNeuralNetworkJSON,
  TrainingOptions,
} from "./types.js";

/** A network that JSON described. */
export interface NetworkParts {
  sizes: number[];
  options: NetworkOptions;
  trainOpts: Partial<TrainingOptions> | undefined;
  inputLookup: NumberHash | null;
  outputLookup: NumberHash | null;
  /** By layer, from 1 on, and unit. */
  weights: number[][][];
  biases: number[][];
}

/** @throws FormatError if the weights are not as many as the sizes say. */
function checkSizes({ sizes, weights, biases }: NetworkParts): void {
  for (let layer = 1; layer < sizes.length; layer++) {
    const [units, inputs] = [sizes[layer], sizes[layer - 1]];
    const isWhole =
      biases[layer]?.length === units &&
      weights[layer]?.length === units &&
      weights[layer].every((unit) => unit?.length === inputs);
    if (isWhole) continue;
    throw new FormatError(
      `Layer ${layer} of the JSON has not ${units} biases and ${units} rows of ${inputs} weights, which its sizes ${sizes.join("-")} ask for: give what toJSON returned.`,
    );
  }
}

function readNew(json: NeuralNetworkJSON): NetworkParts {
  const { sizes, layers, options, trainOpts, inputLookup, outputLookup } = json;
  return {
    sizes: [...sizes],
    options: { ...defaults(), ...options },
    trainOpts: trainOpts && trainingOptionsFromJSON(trainOpts),
    inputLookup: inputLookup ? { ...inputLookup } : null,
    outputLookup: outputLookup ? { ...outputLookup } : null,
    weights: layers.map((layer) => layer.weights),
    biases: layers.map((layer) => layer.biases),
  };
}

/** The names of a layer's units with their places; null if they are numbers only. */
function namesOf(layer: OldLayerJSON, lookup: unknown): NumberHash | null {
  if (!lookup && hasOwn(layer, "0")) return null;
  return Object.fromEntries(Object.keys(layer).map((name, place) => [name, place]));
}

/** The options of brain.js 1 that brain.js 2 has too. Its JSON has null for an endless timeout. */
function readOldOptions({ trainOpts, activation, leakyReluAlpha }: OldNeuralNetworkJSON) {
  const options = Object.entries({ leakyReluAlpha, ...trainOpts, activation });
  return trainingOptionsFromJSON(
    Object.fromEntries(options.filter(([, value]) => value !== undefined && value !== null)),
  );
}

function readOld(json: OldNeuralNetworkJSON): NetworkParts {
  const { layers, inputLookup, outputLookup, binaryThresh, hiddenLayers } = json;
  const units = layers.map((layer) => Object.values(layer));
  const before = (layer: number) => Object.keys(layers[layer - 1]);
  return {
    sizes: units.map(({ length }) => length),
    options: {
      ...defaults(),
      ...(typeof binaryThresh === "number" && { binaryThresh }),
      ...(Array.isArray(hiddenLayers) && { hiddenLayers }),
    },
    trainOpts: readOldOptions(json),
    inputLookup: namesOf(layers[0], inputLookup),
    outputLookup: namesOf(layers[layers.length - 1], outputLookup),
    weights: units.map((list, layer) =>
      layer === 0
        ? []
        : list.map(({ weights }) => before(layer).map((name) => weights?.[name] ?? Number.NaN)),
    ),
    biases: units.map((list) => list.map(({ bias }) => bias ?? Number.NaN)),
  };
}

/**
 * Reads what toJSON of densely/brain, brain.js 2 or brain.js 1 returned.
 * @throws FormatError for anything else.
 */
export function readJSON(json: NeuralNetworkJSON | OldNeuralNetworkJSON): NetworkParts {
  const { sizes, layers } = (json ?? {}) as Partial<NeuralNetworkJSON>;
  const isNetwork = [sizes, layers].every(Array.isArray) && layers?.length === sizes?.length;
  if (!isNetwork || layers?.some((layer) => typeof layer !== "object" || layer === null)) {
    throw new FormatError(
      `fromJSON was given ${show(json)}, which is no network: give what toJSON returned, or JSON.parse of its text.`,
    );
  }
  const isNew = Array.isArray(layers?.at(-1)?.weights);
  const parts = isNew ? readNew(json as NeuralNetworkJSON) : readOld(json as OldNeuralNetworkJSON);
  checkSizes(parts);
  return parts;
}

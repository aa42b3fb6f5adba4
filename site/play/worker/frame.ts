/** Computes what the page draws of a network. */

import type { Network } from "densely";
import type { Points } from "../data/points.js";
import { shownLayers } from "../model/network.js";
import { listingOf } from "./listing.js";
import { placesOf } from "./plane.js";
import { type Frame, type LayerWeights, type Measured, PLANE_SIDE, UNIT_SIDE } from "./protocol.js";
import type { Training } from "./training.js";

const UNIT_PLACES = placesOf(UNIT_SIDE);
const PLANE_PLACES = placesOf(PLANE_SIDE);

function measure(network: Network, { x, y, classes }: Points): Measured {
  if (classes === 0) {
    const { loss, rootMeanSquaredError } = network.evaluate(x, y, { metrics: ["rootMeanSquaredError"] });
    return { loss, score: rootMeanSquaredError };
  }
  const { loss, accuracy } = network.evaluate(x, y, { metrics: ["accuracy"] });
  return { loss, score: accuracy };
}

/** The weights and biases of all dense layers, in their order. */
function weightsOf(network: Network): LayerWeights[] {
  const params = network.getParams();
  const layers: LayerWeights[] = [];
  for (let i = 1; `W${i}` in params; i++) layers.push({ W: params[`W${i}`], b: params[`b${i}`] });
  return layers;
}

/** The learning rate of the next step: of a schedule, its value at this step. */
function rateNow(training: Training, last: number | undefined): number {
  const { learningRate } = training.network;
  return typeof learningRate === "number" ? learningRate : (last ?? training.settings.rate);
}

/** @param last the learning rate of the last step, if there was one. @param hasListing true to list the step too. */
export function frameOf(
  training: Training,
  state: { isRunning: boolean; lastRate: number | undefined },
  hasListing: boolean,
): Frame {
  const { network, settings, split } = training;
  return {
    step: training.step,
    epoch: training.epoch,
    rate: rateNow(training, state.lastRate),
    isRunning: state.isRunning,
    train: measure(network, split.train),
    test: measure(network, split.test),
    units: shownLayers(settings).map((layer) => network.activations(UNIT_PLACES, layer)),
    plane: network.predict(PLANE_PLACES),
    weights: weightsOf(network),
    listing: hasListing ? listingOf(training) : undefined,
  };
}

/** The memory of a frame, which goes to the page with it instead of being copied. */
export function memoryOf({ units, plane, weights }: Frame): ArrayBuffer[] {
  const arrays = [plane, ...units, ...weights.flatMap(({ W, b }) => [W, b])];
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}

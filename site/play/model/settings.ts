/** All that a visitor chooses, as plain data with a default and a range for each number. */

import type { ActivationName, OptimizerName } from "densely";
import {
  ACTIVATIONS,
  DATA,
  type DataName,
  MOST_CLASSES,
  OPTIMIZERS,
  RATES,
  SCHEDULES,
  type ScheduleName,
  SPEEDS,
  type Speed,
} from "./vocabulary.js";

export interface HiddenLayer {
  readonly units: number;
  readonly activation: ActivationName;
}

export interface Settings {
  readonly data: DataName;
  readonly classes: number;
  /** Points in all, and the share of them for the test, in percent. */
  readonly points: number;
  readonly test: number;
  /** From 0 to 100. */
  readonly noise: number;
  /** The draw of the points. */
  readonly draw: number;
  readonly layers: readonly HiddenLayer[];
  readonly batchNorm: boolean;
  readonly dropout: number;
  readonly l1: number;
  readonly l2: number;
  readonly optimizer: OptimizerName;
  readonly rate: number;
  readonly momentum: number;
  readonly decay: number;
  readonly schedule: ScheduleName;
  /** Steps of the schedule; of reduceOnPlateau its patience in epochs. */
  readonly steps: number;
  /** Rows of a step; 0 for all. */
  readonly batch: number;
  readonly seed: number;
  readonly speed: Speed;
}

/** Most layers and units of a layer. */
export const MOST_LAYERS = 10;
export const MOST_UNITS = 64;

export const DEFAULTS: Settings = {
  data: "spiral",
  classes: 2,
  points: 400,
  test: 40,
  noise: 10,
  draw: 1,
  layers: [
    { units: 8, activation: "tanh" },
    { units: 8, activation: "tanh" },
    { units: 6, activation: "tanh" },
  ],
  batchNorm: false,
  dropout: 0,
  l1: 0,
  l2: 0,
  optimizer: "adam",
  rate: RATES.adam,
  momentum: 0,
  decay: 0,
  schedule: "constant",
  steps: 2000,
  batch: 10,
  seed: 0,
  speed: "brisk",
};

/** The settings that are numbers. */
export type NumberKey = {
  [K in keyof Settings]: Settings[K] extends number ? K : never;
}[keyof Settings];

export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly whole?: true;
}

export const RANGES: Readonly<Record<NumberKey, NumberRange>> = {
  classes: { least: 2, most: MOST_CLASSES, whole: true },
  points: { least: 20, most: 2000, whole: true },
  test: { least: 10, most: 90, whole: true },
  noise: { least: 0, most: 100, whole: true },
  draw: { least: 0, most: 999_999, whole: true },
  dropout: { least: 0, most: 0.9 },
  l1: { least: 0, most: 1 },
  l2: { least: 0, most: 1 },
  rate: { least: 0, most: 100 },
  momentum: { least: 0, most: 0.999 },
  decay: { least: 0, most: 1 },
  steps: { least: 1, most: 1_000_000, whole: true },
  batch: { least: 0, most: 2000, whole: true },
  seed: { least: 0, most: 999_999, whole: true },
};

/** The settings that are one of some names. */
export const CHOICES = {
  data: DATA,
  optimizer: OPTIMIZERS,
  schedule: SCHEDULES,
  speed: Object.keys(SPEEDS) as readonly Speed[],
} as const;
export type ChoiceKey = keyof typeof CHOICES;

/** A number within its range; undefined for anything else. */
export function numberWithin(key: NumberKey, value: number): number | undefined {
  const { least, most, whole } = RANGES[key];
  if (!Number.isFinite(value) || value < least || value > most) return undefined;
  return whole && !Number.isInteger(value) ? undefined : value;
}

/** A layer within the limits; undefined for anything else. */
export function layerOf(units: number, activation: string): HiddenLayer | undefined {
  const name = ACTIVATIONS.find((known) => known === activation);
  const isWidth = Number.isInteger(units) && units >= 1 && units <= MOST_UNITS;
  return name && isWidth ? { units, activation: name } : undefined;
}

/** Settings whose change leaves the network and its training as they are. */
const VIEW: readonly (keyof Settings)[] = ["speed"];
/** Settings that a training takes over as it goes on. */
const LIVE: readonly (keyof Settings)[] = ["rate", "schedule", "steps"];

/** The consequence of a change: none, another rate for the same network, or a new network. */
export function effectOf(before: Settings, after: Settings): "none" | "rate" | "new" {
  const changed = (Object.keys(after) as (keyof Settings)[]).filter((key) => before[key] !== after[key]);
  if (changed.every((key) => VIEW.includes(key))) return "none";
  return changed.every((key) => VIEW.includes(key) || LIVE.includes(key)) ? "rate" : "new";
}

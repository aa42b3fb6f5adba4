import type { Network } from "../network/network.js";
import type { History } from "../record/history.js";
import { draw, PURPOSE } from "./draw.js";
import { takeValues } from "./inputs.js";
import { type Examples, type Following, takeExamples } from "./member.js";
import type { Inputs } from "./preparation.js";
import type { Recipe, Shape } from "./recipes.js";
import { isTrained, type Trained, trainRound } from "./round.js";
import { divide, rowsOf, type Split, type Strata } from "./split.js";
import { foldTemperature, temperatureFor } from "./temperature.js";
import { foldsToTune, type Tuning, tuningOf } from "./tuning.js";

/** Outputs for rows that the networks were not trained on. */
export interface Held {
  /** Numbers of the rows. */
  rows: Int32Array;
  /** The outputs, row by row. */
  outputs: Float64Array;
}

/** The trained networks of one target. */
export interface Ensemble {
  networks: Network[];
  histories: History[];
  /** Validation rows of all networks together, each with the outputs of the network that was validated on it. */
  held?: Held | undefined;
  /** Epochs and temperature that networks of parts of the rows have found for the members. */
  tuning?: Tuning | undefined;
}

/** Training data of an ensemble. */
export interface Course {
  examples: Examples;
  strata: Strata;
  /** Validation rows of the user's own, for all members. */
  validation?: Examples | undefined;
  seed: number;
  /** Findings of networks of other rows. */
  tuning?: Tuning | undefined;
}

/** The mean of the outputs of all networks, row by row. */
export function meanOutputs(networks: readonly Network[], { values }: Inputs): Float64Array {
  const [first, ...others] = networks;
  const sum = Float64Array.from(first.predict(values));
  for (const network of others) {
    const outputs = network.predict(values);
    for (let i = 0; i < sum.length; i++) sum[i] += outputs[i];
  }
  return sum.map((value) => value / networks.length);
}

/** The splits by some parts that leave rows of a weight to train on and to validate on: few groups fill few parts. */
function usableSplits(
  { examples: { weights } }: Course,
  parts: ArrayLike<number>,
  chosen: readonly number[],
): Split[] {
  const counts = (row: number) => weights === undefined || weights[row] > 0;
  return chosen
    .map((part) => rowsOf(parts, part))
    .filter(({ inside, outside }) => inside.some(counts) && outside.some(counts));
}

/** The splits of members that have validation rows of their own, or with groups and times those that they allow. */
function splitsOf(course: Course, { members, validation: share }: Recipe): (Split | undefined)[] {
  const { examples, strata, validation, seed } = course;
  const count = Math.round(1 / share);
  // Of very few rows none can be spared.
  const isSplit = validation === undefined && 2 * count <= examples.inputs.rows;
  const all = Array.from({ length: isSplit ? count : 0 }, (_, part) => part);
  const usable = isSplit
    ? usableSplits(course, divide(strata, count, seed), all.slice(strata.times ? -1 : 0))
    : [];
  return Array.from({ length: members }, (_, member) => usable[member % usable.length]);
}

const networksOf = ({ members }: Trained): Network[] => members.map(({ network }) => network);
const historiesOf = ({ members }: Trained): History[] => members.map(({ history }) => history);

/**
 * Trains the networks of one target: its members, and before them the networks that find their epochs and temperature, if the
 * recipe has folds to tune on. If training is stopped among these, they are the members.
 * @param follow what is passed on to fit, for each network by its number.
 */
export async function trainEnsemble(
  course: Course,
  recipe: Recipe,
  shape: Shape,
  follow: (network: number) => Following,
): Promise<Ensemble> {
  const { examples, strata, validation, seed } = course;
  const folds = foldsToTune(recipe, strata.times !== undefined);
  const train = (splits: (Split | undefined)[], epochs: number, purpose: number, first: number) =>
    trainRound({
      ...{ examples, validation, recipe: { ...recipe, epochs }, shape, splits },
      seedOf: (network) => draw(seed, purpose, network),
      follow: (network) => follow(first + network),
    });
  const trainMembers = (epochs = recipe.epochs) =>
    train(splitsOf(course, recipe), epochs, PURPOSE.member, folds.length);

  const splits =
    folds.length > 0 ? usableSplits(course, divide(strata, recipe.tuningFolds, seed), folds) : [];
  if (splits.length === 0) {
    const { tuning } = course;
    const trained = await trainMembers(tuning?.epochs);
    return tuning ? withTuning(trained, tuning) : calibrated(trained, course, shape);
  }
  const tuners = await train(splits, recipe.epochs, PURPOSE.tuning, 0);
  const { rows, outputs } = heldOf(tuners, examples.inputs, shape.outputs) as Held;
  const tuning = tuningOf(tuners.members, outputs, takeValues(examples.targets, rows) as Int32Array);
  const tuned = withTuning(tuners, tuning);
  const held = heldOf(tuners, examples.inputs, shape.outputs);
  const trained = await trainMembers(tuning.epochs);
  if (isTrained(tuners) && !isTrained(trained)) return { ...tuned, held };
  for (const network of tuned.networks) network.dispose();
  return { ...withTuning(trained, tuning), held };
}

/** Members with the temperature that networks of parts of the rows have found. */
function withTuning(trained: Trained, tuning: Tuning): Ensemble {
  const networks = networksOf(trained);
  for (const network of networks) foldTemperature(network, tuning.temperature);
  return { networks, histories: historiesOf(trained), tuning };
}

/** With fewer validation rows a temperature is worse than none. */
const LEAST_FOR_TEMPERATURE = 200;

/** Members with one temperature that is found on the validation rows of all of them together, unless these are too few. */
function calibrated(trained: Trained, { examples, validation }: Course, { task, outputs }: Shape): Ensemble {
  const networks = networksOf(trained);
  const ensemble = { networks, histories: historiesOf(trained) };
  const held = heldOf(trained, examples.inputs, outputs);
  const predicted = held?.outputs ?? (validation && meanOutputs(networks, validation.inputs));
  const classes = held ? takeValues(examples.targets, held.rows) : validation?.targets;
  const isFit = task === "classification" && predicted && classes && classes.length >= LEAST_FOR_TEMPERATURE;
  if (!isFit) return { ...ensemble, held };
  const temperature = temperatureFor(predicted, classes as Int32Array);
  for (const network of networks) foldTemperature(network, temperature);
  return { ...ensemble, held: heldOf(trained, examples.inputs, outputs) };
}

/** Validation rows of all networks, each once, with the outputs of the networks that were validated on it. */
function heldOf(trained: Trained, inputs: Inputs, outputs: number): Held | undefined {
  const { members, splits } = trained;
  const seen = new Map<string, { inside: Int32Array; networks: Network[] }>();
  splits.forEach((split, place) => {
    if (!split) return;
    const key = `${split.inside[0]}`;
    const entry = seen.get(key) ?? { inside: split.inside, networks: [] };
    entry.networks.push(members[place].network);
    seen.set(key, entry);
  });
  if (seen.size === 0) return undefined;
  const parts = [...seen.values()];
  const rows = Int32Array.from(parts.flatMap(({ inside }) => [...inside]));
  const values = new Float64Array(rows.length * outputs);
  let at = 0;
  for (const { inside, networks: validated } of parts) {
    const examples = takeExamples({ inputs, targets: new Int32Array(inputs.rows) }, inside);
    values.set(meanOutputs(validated, examples.inputs), at);
    at += inside.length * outputs;
  }
  return { rows, outputs: values };
}

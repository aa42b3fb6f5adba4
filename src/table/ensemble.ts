import { poolSize } from "../machine/pool-size.js";
import type { Network } from "../network/network.js";
import type { History } from "../record/history.js";
import { draw, PURPOSE } from "./draw.js";
import { type Targets, takeValues } from "./inputs.js";
import { type Examples, type Following, type Member, takeExamples, trainMember } from "./member.js";
import type { Inputs } from "./preparation.js";
import type { Recipe, Shape } from "./recipes.js";
import { divide, rowsOf, type Strata } from "./split.js";
import { foldTemperature, temperatureFor } from "./temperature.js";

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
  /** Validation rows of all members together, each with the outputs of the member that was validated on it. */
  held?: Held | undefined;
}

/** Training data of an ensemble. */
export interface Course {
  examples: Examples;
  strata: Strata;
  /** Validation rows of the user's own, for all members. */
  validation?: Examples | undefined;
  seed: number;
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

/** Calls functions, `width` of them at a time. @returns their results in order. */
async function inTurn<T>(calls: readonly (() => Promise<T>)[], width: number): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < calls.length) {
      const place = next++;
      results[place] = await calls[place]();
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, calls.length) }, work));
  return results;
}

/** Bytes of inputs of which there is a copy for one member at a time alone. */
const LARGE = 256 * 2 ** 20;

/** Members that are trained at a time: as many as the pool has workers, if workers train them and copies fit into memory. */
const widthOf = ({ worker }: Following, { values }: Inputs): number =>
  worker && values.byteLength < LARGE ? poolSize() : 1;

/**
 * Trains the members of one target. Where the recipe has validation rows, each member has its own, or with groups and times
 * those that they allow.
 * @param follow what is passed on to fit, for each member by its number.
 */
export async function trainEnsemble(
  { examples, strata, validation, seed }: Course,
  recipe: Recipe,
  shape: Shape,
  follow: (member: number) => Following,
): Promise<Ensemble> {
  const count = Math.round(1 / recipe.validation);
  // Of very few rows none can be spared.
  const isSplit = validation === undefined && 2 * count <= examples.inputs.rows;
  const parts = isSplit ? divide(strata, count, seed) : undefined;
  const splits = Array.from({ length: recipe.members }, (_, member) =>
    parts ? rowsOf(parts, strata.times ? count - 1 : member % count) : undefined,
  );
  const calls = splits.map((split, member) => (): Promise<Member> => {
    const training = split ? takeExamples(examples, split.outside) : examples;
    const held = split ? takeExamples(examples, split.inside) : validation;
    const lesson = { training, validation: held, seed: draw(seed, PURPOSE.member, member) };
    return trainMember(lesson, recipe, shape, follow(member));
  });
  const all = await inTurn(calls, widthOf(follow(0), examples.inputs));
  // A fit that was stopped has members without an epoch, which would spoil the mean.
  const someTrained = all.some(({ history }) => history.epochs > 0);
  const places = [...all.keys()].filter((member) => !someTrained || all[member].history.epochs > 0);
  const members = places.map((member) => all[member]);
  const networks = members.map(({ network }) => network);
  const ofMembers = places.map((member) => splits[member]);
  const read = () => heldOf(networks, ofMembers, examples.inputs, shape.outputs);
  const held = read();
  const isCalibrated =
    shape.task === "classification" && calibrate(networks, examples.targets, held, validation);
  return {
    networks,
    histories: members.map(({ history }) => history),
    held: isCalibrated ? read() : held,
  };
}

/** With fewer validation rows a temperature is worse than none. */
const LEAST_FOR_TEMPERATURE = 200;

/**
 * Finds one temperature for all networks, on the validation rows of all of them together, and folds it in.
 * @returns false if there are too few.
 */
function calibrate(
  networks: readonly Network[],
  targets: Targets,
  held: Held | undefined,
  validation: Examples | undefined,
): boolean {
  const outputs = held?.outputs ?? (validation && meanOutputs(networks, validation.inputs));
  const classes = held ? takeValues(targets, held.rows) : validation?.targets;
  if (!outputs || !(classes instanceof Int32Array) || classes.length < LEAST_FOR_TEMPERATURE) return false;
  const temperature = temperatureFor(outputs, classes);
  for (const network of networks) foldTemperature(network, temperature);
  return true;
}

/** Validation rows of all members, each once, with the outputs of the members that were validated on it. */
function heldOf(
  networks: readonly Network[],
  splits: readonly ({ inside: Int32Array } | undefined)[],
  inputs: Inputs,
  outputs: number,
): Held | undefined {
  const seen = new Map<string, { inside: Int32Array; networks: Network[] }>();
  splits.forEach((split, member) => {
    if (!split) return;
    const key = `${split.inside[0]}`;
    const entry = seen.get(key) ?? { inside: split.inside, networks: [] };
    entry.networks.push(networks[member]);
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

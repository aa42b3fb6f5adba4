import { ShapeError } from "../errors.js";
import { Column } from "./columns/column.js";
import { daysAt } from "./columns/date.js";
import { numberAt } from "./columns/number.js";
import { draw, PURPOSE } from "./draw.js";
import { trainEnsemble } from "./ensemble.js";
import type { FitOptions } from "./fit-options.js";
import { columnOf, type Frame } from "./frame.js";
import type { Following } from "./member.js";
import type { TrainedHead, TrainedModel } from "./model.js";
import type { EstimatorSpec } from "./options.js";
import { inputsFor, missingSet, type Preparation, prepare } from "./preparation.js";
import { type Recipe, recipeFor, type Task } from "./recipes.js";
import type { Strata } from "./split.js";
import type { TaskKind } from "./task.js";
import { foldsToTune, type Tuning } from "./tuning.js";

/** Training data of a model. */
export interface Material {
  frame: Frame;
  targets: readonly string[];
  weights?: Float64Array | undefined;
  /** Validation rows of the user's own. */
  validation?: Frame | undefined;
  /** Called with the plan of each column before training. */
  onPrepared?: FitOptions["onPrepared"];
  /** Findings for each target by networks of other rows. */
  tunings?: ReadonlyMap<string, Tuning | undefined> | undefined;
}

/** A column of a table that is no input. @throws DataError if it is not there. */
function reservedColumn(
  frame: Frame,
  name: string,
  purpose: string,
  missing: Preparation["missing"],
): Column {
  const values = columnOf({ ...frame, isSparse: false }, name, purpose);
  return new Column(name, frame, values, missingSet(missing));
}

/** The column of a target. @throws DataError if it is not there. */
export const targetColumn = (frame: Frame, name: string, missing: Preparation["missing"]): Column =>
  reservedColumn(frame, name, "which is the target", missing);

/** The column of times. @throws DataError if it is not there. */
const timeColumn = (frame: Frame, name: string, missing: Preparation["missing"]): Column =>
  reservedColumn(frame, name, "which the option time names", missing);

/** True if a column of times has dates, and no numbers. */
function hasDates(column: Column): boolean {
  const first = column.at(column.firstPresent);
  return first instanceof Date || (typeof first === "string" && column.numberIn(first) === undefined);
}

/** Times as numbers: days of dates, and numbers as they are. @throws DataError for missing ones. */
function timesOf(column: Column): Float64Array {
  const isDate = hasDates(column);
  return Float64Array.from({ length: column.rows }, (_, row) => {
    const time = isDate ? daysAt(column, row) : numberAt(column, row);
    if (time !== undefined) return time;
    throw column.wrong(row, "it is the time, so give a number or a date in each row");
  });
}

/** Properties of rows by which validation rows and folds are taken. @param keys class index or target of each row. */
export function strataOf(
  keys: ArrayLike<number>,
  frame: Frame,
  { groups, time, missing }: EstimatorSpec,
): Strata {
  const ofGroups =
    groups === undefined
      ? undefined
      : reservedColumn(frame, groups, "which the option groups names", missing);
  const ofTime = time === undefined ? undefined : timeColumn(frame, time, missing);
  return {
    keys,
    groups: ofGroups && Array.from({ length: frame.rows }, (_, row) => ofGroups.at(row)),
    times: ofTime && timesOf(ofTime),
  };
}

/** The recipe for a number of rows, changed by the options of the user. */
export function recipeOf(
  { recipe }: EstimatorSpec,
  { frame, targets, validation }: Material,
  task: Task,
): Recipe {
  const given = recipeFor(recipe.name, frame.rows, task, frame.columns.size - targets.length);
  const chosen = { ...given, ...recipe, name: given.name };
  // Validation rows find epochs and temperature, too.
  const isTuned = task === "classification" && !validation && chosen.validation === 0;
  const tuningFolds = isTuned && 2 * chosen.tuningFolds <= frame.rows ? chosen.tuningFolds : 0;
  return { ...chosen, tuningFolds };
}

/** Networks that are trained for each target. */
export const networksOf = (recipe: Recipe, { time }: EstimatorSpec): number =>
  recipe.members + foldsToTune(recipe, time !== undefined).length;

/**
 * Prepares rows and trains the networks of every target.
 * @param follow what is passed on to the fit of each network, by its number among those of all targets.
 */
export async function build<C, V, M>(
  kind: TaskKind<C, V, M>,
  spec: EstimatorSpec,
  { frame, targets, weights, validation, onPrepared, tunings }: Material,
  recipe: Recipe,
  follow: (network: number) => Following,
): Promise<TrainedModel<C>> {
  const { missing, maxLevels, features, columns, groups, time } = spec;
  const reserved = new Map(targets.map((name) => [name, "the target"]));
  if (groups !== undefined) reserved.set(groups, "the group");
  const kinds = new Map(Object.entries(columns));
  if (time !== undefined && !kinds.has(time) && hasDates(timeColumn(frame, time, missing)))
    kinds.set(time, "date");
  const columnsOfTargets = targets.map((name) => targetColumn(frame, name, missing));
  const learnt = columnsOfTargets.map((column) => kind.learn(column));
  const preparation = prepare(frame, { missing, maxLevels, features, bins: recipe.bins, kinds, reserved });
  onPrepared?.(preparation.columns);
  const inputs = inputsFor(preparation, frame);
  if (weights && weights.length !== frame.rows) {
    throw new ShapeError(
      `sampleWeight has ${weights.length} values, but the table has ${frame.rows} rows: give one weight for each.`,
    );
  }
  const held = validation && inputsFor(preparation, validation);
  const heads: TrainedHead<C>[] = [];
  for (const [i, { coding, targets: ofRows, keys }] of learnt.entries()) {
    const shape = {
      inputs: inputs.width,
      outputs: kind.outputs(coding),
      isBytes: inputs.values instanceof Uint8Array,
      task: kind.task,
    };
    const course = {
      examples: { inputs, targets: ofRows, weights },
      strata: strataOf(keys, frame, spec),
      validation:
        validation && held
          ? { inputs: held, targets: kind.targetsOf(coding, targetColumn(validation, targets[i], missing)) }
          : undefined,
      seed: draw(spec.seed, PURPOSE.member, i),
      tuning: tunings?.get(targets[i]),
    };
    const ensemble = await trainEnsemble(course, recipe, shape, (network) =>
      follow(i * networksOf(recipe, spec) + network),
    );
    heads.push({ name: targets[i], coding, ...ensemble });
  }
  return { preparation, recipe, heads };
}

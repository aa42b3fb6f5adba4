import { SpecError } from "../errors.js";
import { show } from "../model/check.js";
import { build, type Material, strataOf, targetColumn } from "./build.js";
import { type Frame, takeRows } from "./frame.js";
import { takeValues } from "./inputs.js";
import type { Following } from "./member.js";
import { disposeOf, outputsOf } from "./model.js";
import type { EstimatorSpec } from "./options.js";
import { inputsFor } from "./preparation.js";
import type { Recipe } from "./recipes.js";
import { divide, rowsOf } from "./split.js";
import type { TaskKind } from "./task.js";

/**
 * The part of each row, for so many folds. It is called before a model is trained, so that mistakes do not wait for the end.
 * @throws SpecError if rows or groups are too few.
 */
export function partsFor<C, V, M>(
  kind: TaskKind<C, V, M>,
  spec: EstimatorSpec,
  { frame, targets }: Material,
  folds: number,
): Int32Array {
  const columns = targets.map((name) => targetColumn(frame, name, spec.missing));
  // Strata of the first target serve all of them.
  const parts = divide(strataOf(kind.learn(columns[0]).keys, frame, spec), folds, spec.seed);
  const filled = new Set(parts).size;
  if (filled < folds) {
    const what = spec.groups === undefined ? "rows" : `groups of ${show(spec.groups)}`;
    throw new SpecError(`folds is ${folds}, but the ${what} make only ${filled}: give at most ${filled}.`);
  }
  return parts;
}

/** A frame without some of its columns. */
const withoutColumns = (frame: Frame, isLeft: (name: string) => boolean): Frame => ({
  ...frame,
  columns: new Map([...frame.columns].filter(([name]) => !isLeft(name))),
});

/** How the models of folds are trained. */
interface FoldCourse {
  /** The part of each row. */
  parts: Int32Array;
  folds: number;
  recipe: Recipe;
  /** Epochs and temperature of each target, which the models take over: a tuning of their own would take six times as long. */
  tunings: NonNullable<Material["tunings"]>;
}

/**
 * Predicts every row by a model of one member that was trained without it, preparation included.
 * @param parts the part of each row. @param follow what is passed on to the fits of each fold and target, by their number.
 * @returns measures of each target. A class that a model has not seen has the probability 0 there, and where its rows have one
 * value, that is the prediction.
 */
export async function crossValidate<C, V, M>(
  kind: TaskKind<C, V, M>,
  spec: EstimatorSpec,
  { frame, targets, weights }: Material,
  { parts, folds, recipe, tunings }: FoldCourse,
  follow: (network: number) => Following,
): Promise<M[]> {
  const columns = targets.map((name) => targetColumn(frame, name, spec.missing));
  const whole = columns.map((column) => kind.learn(column).coding);
  const outputs = whole.map((coding) => new Float64Array(frame.rows * kind.outputs(coding)));
  for (let fold = 0; fold < folds; fold++) {
    const { inside, outside } = rowsOf(parts, fold);
    const training = takeRows(frame, outside);
    const learnt = targets.filter((name, i) => {
      const only = kind.only(whole[i], targetColumn(training, name, spec.missing));
      if (only) for (const row of inside) outputs[i].set(only, row * only.length);
      return only === undefined;
    });
    if (learnt.length === 0) continue;
    const material = {
      frame: withoutColumns(training, (name) => targets.includes(name) && !learnt.includes(name)),
      targets: learnt,
      weights: weights && takeValues(weights, outside),
      tunings,
    };
    const one = { ...recipe, members: 1, tuningFolds: 0 };
    const model = await build(kind, spec, material, one, (head) => follow(fold * targets.length + head));
    const inputs = inputsFor(model.preparation, takeRows(frame, inside));
    for (const head of model.heads) {
      const i = targets.indexOf(head.name);
      kind.place(whole[i], head.coding, outputsOf(head, inputs), inside, outputs[i]);
    }
    disposeOf(model);
  }
  return columns.map((column, i) => kind.measure(whole[i], column, outputs[i]));
}

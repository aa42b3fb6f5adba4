import { SpecError } from "../errors.js";
import { build, type Material, targetColumn } from "./build.js";
import { takeRows } from "./frame.js";
import { takeValues } from "./inputs.js";
import type { Following } from "./member.js";
import { disposeOf, outputsOf } from "./model.js";
import type { EstimatorSpec } from "./options.js";
import { inputsFor } from "./preparation.js";
import type { Recipe } from "./recipes.js";
import { divide, rowsOf, type Strata } from "./split.js";
import type { TaskKind } from "./task.js";

/**
 * Predicts every row by a model of one member that was trained without it, preparation included.
 * @param follow what is passed on to the fits of each fold and target, by their number.
 * @returns measures of each target. A class that a model has not seen has the probability 0 there.
 */
export async function crossValidate<C, V, M>(
  kind: TaskKind<C, V, M>,
  spec: EstimatorSpec,
  { frame, targets, weights }: Material,
  { strata, folds, recipe }: { strata: Strata; folds: number; recipe: Recipe },
  follow: (network: number) => Following,
): Promise<M[]> {
  const parts = divide(strata, folds, spec.seed);
  const filled = new Set(parts).size;
  if (filled < folds) {
    throw new SpecError(`folds is ${folds}, but the rows make only ${filled}: give at most ${filled}.`);
  }
  const columns = targets.map((name) => targetColumn(frame, name, spec.missing));
  const whole = columns.map((column) => kind.learn(column).coding);
  const outputs = whole.map((coding) => new Float64Array(frame.rows * kind.outputs(coding)));
  for (let fold = 0; fold < folds; fold++) {
    const { inside, outside } = rowsOf(parts, fold);
    const material = {
      frame: takeRows(frame, outside),
      targets,
      weights: weights && takeValues(weights, outside),
    };
    const one = { ...recipe, members: 1 };
    const model = await build(kind, spec, material, one, (head) => follow(fold * targets.length + head));
    const inputs = inputsFor(model.preparation, takeRows(frame, inside));
    model.heads.forEach((head, i) => {
      kind.place(whole[i], head.coding, outputsOf(head, inputs), inside, outputs[i]);
    });
    disposeOf(model);
  }
  return columns.map((column, i) => kind.measure(whole[i], column, outputs[i]));
}

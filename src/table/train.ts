import type { EpochReport as NetworkEpochReport } from "../record/history.js";
import { build, type Material, recipeOf, targetColumn } from "./build.js";
import type { Held } from "./ensemble.js";
import type { EpochReport, FitOptions } from "./fit-options.js";
import { crossValidate, partsFor } from "./folds.js";
import { takeRows } from "./frame.js";
import type { Following } from "./member.js";
import { outputsOf, type TrainedModel } from "./model.js";
import type { EstimatorSpec } from "./options.js";
import { inputNames, inputsFor } from "./preparation.js";
import { Report } from "./report.js";
import type { TaskKind } from "./task.js";

/** A trained model, and what there is to say about it. */
export interface Trained<C, M> {
  model: TrainedModel<C>;
  report: Report<M>;
}

/** Follows the members of a fit, in all of its targets and folds, and ends it early. */
class Course {
  isCut = false;
  readonly #options: FitOptions;
  readonly #members: number;

  constructor(options: FitOptions, members: number) {
    this.#options = options;
    this.#members = members;
  }

  /** Options of the fit of one member. @param member its number among all, from 0. */
  follow(member: number): Following {
    const { onEpoch, onCheckpoint, resume, signal, worker } = this.#options;
    const checkpoint = resume?.find((other) => other.member === member + 1);
    const keep: Following["keep"] = (isDone, bytes) =>
      onCheckpoint?.({ member: member + 1, isDone, bytes: bytes() });
    if (!onEpoch) return { checkpoint, keep, signal, worker };
    const report = async (of: NetworkEpochReport): Promise<unknown> => {
      if (this.isCut) return false;
      const answer = await onEpoch({ ...of, member: member + 1, members: this.#members } as EpochReport);
      if (answer === false) this.isCut = true;
      return answer;
    };
    return { onEpoch: report, checkpoint, keep, signal, worker };
  }

  get isEnded(): boolean {
    return this.isCut || this.#options.signal?.aborted === true;
  }
}

/** Measures of each target, and where they come from. */
interface Measured<M> {
  measures: M[] | undefined;
  measuredBy: string;
}

/** Parts of the rows for an honest score. */
interface Folds {
  folds: number;
  /** The part of each row. */
  parts: Int32Array;
}

/** Measures a model on the user's validation rows, by folds, or on the validation rows of its members, if any. */
async function measure<C, V, M>(
  kind: TaskKind<C, V, M>,
  spec: EstimatorSpec,
  { frame, targets, weights, validation }: Material,
  { preparation, recipe, heads }: TrainedModel<C>,
  folds: Folds | undefined,
  follow: (network: number) => Following,
): Promise<Measured<M>> {
  if (validation) {
    const inputs = inputsFor(preparation, validation);
    const measures = heads.map((head) =>
      kind.measure(head.coding, targetColumn(validation, head.name, spec.missing), outputsOf(head, inputs)),
    );
    return { measures, measuredBy: "validation rows" };
  }
  if (folds) {
    const course = { ...folds, recipe };
    const measures = await crossValidate(kind, spec, { frame, targets, weights }, course, follow);
    return { measures, measuredBy: `${folds.folds} folds` };
  }
  if (!heads.every(({ held }) => held)) return { measures: undefined, measuredBy: "nothing" };
  const measures = heads.map(({ name, coding, held }) => {
    const { rows, outputs } = held as Held;
    return kind.measure(coding, targetColumn(takeRows(frame, rows), name, spec.missing), outputs, rows);
  });
  return { measures, measuredBy: "validation rows" };
}

/** Trains a model, and measures it on rows that its networks were not trained on, as far as there are any. */
export async function train<C, V, M>(
  kind: TaskKind<C, V, M>,
  spec: EstimatorSpec,
  material: Material,
  { folds: count, ...options }: FitOptions & { folds: number },
): Promise<Trained<C, M>> {
  const started = Date.now();
  const { frame, targets } = material;
  const recipe = recipeOf(spec, frame.rows, kind.task);
  const first = recipe.members * targets.length;
  const isByFolds = count > 0 && !material.validation;
  const folds = isByFolds ? { folds: count, parts: partsFor(kind, spec, material, count) } : undefined;
  const course = new Course(options, first + (folds?.folds ?? 0) * targets.length);
  const model = await build(kind, spec, material, recipe, (network) => course.follow(network));
  const follow = (network: number) => course.follow(first + network);
  const honest = course.isEnded ? undefined : folds;
  const { measures, measuredBy } = await measure(kind, spec, material, model, honest, follow);
  const data = {
    task: kind.task,
    rows: frame.rows,
    inputs: inputNames(model.preparation).length,
    columns: model.preparation.columns,
    recipe,
    measuredBy,
    targets: model.heads.map(({ name, coding, histories }, i) => ({
      name,
      measures: measures?.[i],
      notes: kind.notes(coding),
      histories,
    })),
    seconds: (Date.now() - started) / 1000,
    isCut: course.isEnded,
  };
  return { model, report: new Report<M>(data, kind.describe) };
}

import type { EpochReport as NetworkEpochReport } from "../record/history.js";
import { build, type Material, networksOf, recipeOf, targetColumn } from "./build.js";
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

/** Follows the networks of a fit, in all of its targets and folds, and ends it early. */
class Course {
  readonly #options: FitOptions;
  readonly #networks: number;
  /** Aborted by the signal of the user, by a callback that returns false, and at the end. */
  readonly #stop = new AbortController();

  constructor(options: FitOptions, networks: number) {
    this.#options = options;
    this.#networks = networks;
    const { signal } = options;
    if (signal?.aborted) this.#stop.abort();
    signal?.addEventListener("abort", () => this.#stop.abort(), { once: true, signal: this.#stop.signal });
  }

  /** Options of the fit of one network. @param network its number among all, from 0. */
  follow(network: number): Following {
    const { onEpoch, onCheckpoint, resume, worker } = this.#options;
    const { signal } = this.#stop;
    const member = network + 1;
    const checkpoint = resume?.find((other) => other.member === member);
    const keep: Following["keep"] = (kept) => onCheckpoint?.({ member, ...kept() });
    if (!onEpoch) return { checkpoint, keep, signal, worker };
    const report = async (of: NetworkEpochReport): Promise<unknown> => {
      const answer = await onEpoch({ ...of, member, members: this.#networks } as EpochReport);
      if (answer === false) this.#stop.abort();
      return answer;
    };
    return { onEpoch: report, checkpoint, keep, signal, worker };
  }

  get isEnded(): boolean {
    return this.#stop.signal.aborted;
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
    const tunings = new Map(heads.map(({ name, tuning }) => [name, tuning]));
    const course = { ...folds, recipe, tunings };
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
  const recipe = recipeOf(spec, material, kind.task);
  const first = networksOf(recipe, spec) * targets.length;
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

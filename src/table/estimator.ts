import type { Bytes } from "../data/bytes.js";
import { DataError, SpecError } from "../errors.js";
import { checkKeys, checkName, checkWhole, isPlain, show } from "../model/check.js";
import { exportMembers } from "../model/exported.js";
import { targetColumn } from "./build.js";
import { type Explanation, explainRow } from "./explain.js";
import { writeFile } from "./file.js";
import { checkFitOptions, type FitOptions } from "./fit-options.js";
import { isArrayLike, type TableRow, type TableRows } from "./frame.js";
import { type Importance, importanceOf } from "./importance.js";
import { materialOf, namesFor, withColumn } from "./material.js";
import { disposeOf, type Model, outputsOf } from "./model.js";
import { MODULE_FORMATS, type ModuleFormat, writeModule } from "./module.js";
import { writeONNX } from "./onnx.js";
import type { EstimatorSpec } from "./options.js";
import { inputsFor, type Preparation, usedColumns } from "./preparation.js";
import { readRecord, readTable } from "./read.js";
import type { Recipe } from "./recipes.js";
import type { Report } from "./report.js";
import { describeColumns, describeRecipe } from "./report-data.js";
import { type EstimatorState, keepState, modelOf, stateOf } from "./state.js";
import type { TaskKind } from "./task.js";
import { train } from "./train.js";

/** A value for each target: by name if there are several. */
export type PerTarget<T, V> = T extends readonly (infer N extends string)[] ? Record<N, V> : V;

/** A model as plain data, without its networks. */
export interface ModelSpec {
  task: string;
  options: EstimatorSpec;
  /** After fit. */
  recipe?: Recipe | undefined;
  /** After fit. */
  preparation?: Preparation | undefined;
}

/** The names of the targets. */
const targetsOf = <C>({ heads }: Model<C>): string[] => heads.map(({ name }) => name);

/** Values of the targets as users get them: one, or by name. */
export function perTarget<T, R>(spec: EstimatorSpec, names: string[], values: readonly R[]): PerTarget<T, R> {
  const named = () => Object.fromEntries(names.map((name, i) => [name, values[i]]));
  return (spec.isSeveral ? named() : values[0]) as PerTarget<T, R>;
}

/** Applies a function to the outputs of every target for one row or for rows. */
export function mapRows<T, C, V, M, R>(
  state: EstimatorState<C, V, M>,
  given: unknown,
  call: string,
  act: (coding: C, outputs: Float64Array) => R[],
): PerTarget<T, R> | PerTarget<T, R>[] {
  const { spec } = state;
  const model = modelOf(state, call);
  const targets = targetsOf(model);
  const names = namesFor(given, spec.names, targets);
  const one = readRecord(given, names);
  const frame = one ?? readTable(given, { ...spec, names }, call);
  const inputs = inputsFor(model.preparation, frame);
  const results = model.heads.map((head) => act(head.coding, outputsOf(head, inputs)));
  const valuesOf = (row: number) => results.map((ofHead) => ofHead[row]);
  const rows = Array.from({ length: frame.rows }, (_, row) => perTarget<T, R>(spec, targets, valuesOf(row)));
  return one ? rows[0] : rows;
}

const copyOf = <D>(data: D): D => JSON.parse(JSON.stringify(data));

/** A model and how it is applied: what Classifier and Regressor have in common. */
export abstract class Estimator<T, C, V, M> {
  static {
    exportMembers(Estimator.prototype, [
      "fit(rows, targets, options)",
      "predict(rows)",
      "evaluate(rows, targets)",
      "importance(rows, options)",
      "explain(row)",
      "toModule(options)",
      "toONNX()",
      "summary()",
      "save()",
      "dispose()",
    ]);
  }

  constructor(kind: TaskKind<C, V, M>, spec: EstimatorSpec, model?: Model<C>, report = "") {
    keepState(this, { kind, spec, model, report });
  }

  /** The seed of everything random. */
  get seed(): number {
    return stateOf<C, V, M>(this).spec.seed;
  }

  /** The model as plain data, without its networks: options, and after fit the recipe and the preparation. */
  get spec(): ModelSpec {
    const { kind, spec, model } = stateOf<C, V, M>(this);
    const { preparation, recipe } = model ?? {};
    return copyOf({ task: kind.task, options: spec, recipe, preparation });
  }

  /**
   * Trains on rows, and replaces what was trained before.
   * @param rows records, columns, arrays with names, an iterable of rows, or the text of a CSV file.
   * @returns what the columns were taken for, the score against a baseline, and the loss curves; String(report) is a text.
   * @throws DataError naming row and column, for what cannot be used; SpecError for wrong options.
   */
  fit(rows: TableRows, options?: FitOptions): Promise<Report<M>>;
  /** Trains on rows x with the targets y, one for each row. */
  fit(x: TableRows, y: ArrayLike<unknown>, options?: FitOptions): Promise<Report<M>>;
  async fit(x: TableRows, second?: unknown, third?: FitOptions): Promise<Report<M>> {
    const state = stateOf<C, V, M>(this);
    const { kind, spec } = state;
    const hasTargets = isArrayLike(second);
    if (!hasTargets && second !== undefined && !isPlain(second)) {
      throw new SpecError(`fit got ${show(second)} after the rows: give options, or an array of targets.`);
    }
    const options = checkFitOptions((hasTargets ? third : second) ?? {});
    const material = materialOf(spec, x, hasTargets ? second : undefined, options);
    const { model, report } = await train(kind, spec, material, options);
    await options.onTrainEnd?.();
    this.dispose();
    state.model = model;
    state.report = report.summary();
    return report;
  }

  /** The prediction for one row. */
  predict(row: TableRow): PerTarget<T, V>;
  /** The predictions for rows, in their order. */
  predict(rows: TableRows): PerTarget<T, V>[];
  predict(given: unknown): PerTarget<T, V> | PerTarget<T, V>[] {
    const state = stateOf<C, V, M>(this);
    return mapRows<T, C, V, M, V>(state, given, "predict", (coding, outputs) =>
      state.kind.decide(coding, outputs),
    );
  }

  /** Measures predictions of rows that have the target. Several targets: by name. */
  evaluate(rows: TableRows, targets?: ArrayLike<unknown>): PerTarget<T, M> {
    const state = stateOf<C, V, M>(this);
    const { kind, spec } = state;
    const model = modelOf(state, "evaluate");
    const names = targetsOf(model);
    const columns = namesFor(rows, spec.names, targets ? names : []);
    const read = readTable(rows, { ...spec, names: columns }, "evaluate");
    const frame = targets ? withColumn(read, names[0], targets) : read;
    const inputs = inputsFor(model.preparation, frame);
    const measures = model.heads.map((head) => {
      const column = targetColumn(frame, head.name, spec.missing);
      return kind.measure(head.coding, column, outputsOf(head, inputs));
    });
    return perTarget(spec, names, measures);
  }

  /**
   * How much each column matters: the fall of accuracy or R² if its values are shuffled among the rows.
   * @param rows that have the target; better others than those of fit. @param options repeats of each shuffle. Default 5.
   */
  importance(rows: TableRows, options: { repeats?: number | undefined } = {}): PerTarget<T, Importance[]> {
    const state = stateOf<C, V, M>(this);
    const { kind, spec } = state;
    const model = modelOf(state, "importance");
    const given = checkKeys<{ repeats?: number }>(options, ["repeats"], "importance");
    const repeats = checkWhole(given.repeats ?? 5, 1, "repeats");
    const frame = readTable(rows, spec, "importance");
    const target = (name: string) => targetColumn(frame, name, spec.missing);
    const found = importanceOf(kind, model, frame, { repeats, seed: spec.seed, target });
    return perTarget(spec, targetsOf(model), found);
  }

  /**
   * Divides the difference between the predictions for one row and for the median row among the columns: integrated
   * gradients, which sum to it within 1 %.
   */
  explain(row: TableRow): PerTarget<T, Explanation<V>> {
    const state = stateOf<C, V, M>(this);
    const { kind, spec } = state;
    const model = modelOf(state, "explain");
    const targets = targetsOf(model);
    const frame = readRecord(row, namesFor(row, spec.names, targets));
    if (frame) return perTarget(spec, targets, explainRow(kind, model, frame));
    throw new DataError(`explain got ${show(row)}: give one row, as an object with a value for each column.`);
  }

  /** The last report as text, without the time that fit took. */
  summary(): string {
    const state = stateOf<C, V, M>(this);
    const model = modelOf(state, "summary");
    const { preparation, recipe, heads } = model;
    const targets = targetsOf(model).join(", ");
    const inputs = heads[0].networks[0].spec.inputs;
    return (
      state.report ||
      [
        `${state.kind.task} of ${targets}, ${inputs} inputs`,
        ...describeColumns(preparation.columns),
        describeRecipe(recipe),
      ].join("\n")
    );
  }

  /** The model as the bytes of one file in the safetensors layout: networks, preparation, names and labels. */
  save(): Bytes {
    const state = stateOf<C, V, M>(this);
    return writeFile(state.kind.task, state.spec, modelOf(state, "save"), state.report);
  }

  /**
   * The model as the source of an ES module without imports: predict of one record or of an array of them, and probabilities
   * of a Classifier, with the answers of this model.
   * @param options format "js" or "ts". Default "js".
   */
  toModule(options: { format?: ModuleFormat | undefined } = {}): string {
    const state = stateOf<C, V, M>(this);
    const { kind, spec } = state;
    const model = modelOf(state, "toModule");
    const given = checkKeys<{ format?: ModuleFormat }>(options, ["format"], "toModule");
    return writeModule(kind.task, model, {
      isBalanced: spec.decide === "balanced",
      isSeveral: spec.isSeveral,
      title: String(this),
      format: checkName(given.format ?? "js", MODULE_FORMATS, "format"),
    });
  }

  /**
   * The model as an ONNX file, whose inputs are named after columns: numbers as they are, with NaN for a missing one; levels
   * of categories as 0 or 1, named "column=level"; a date in days since 1970, with the sines and cosines that the model reads;
   * text as counts. The output is "probabilities" or "prediction".
   */
  toONNX(): Bytes {
    const state = stateOf<C, V, M>(this);
    return writeONNX(state.kind.task, modelOf(state, "toONNX"));
  }

  /** The model in one line. */
  toString(): string {
    const { model } = stateOf<C, V, M>(this);
    const name = this.constructor.name;
    if (!model) return `${name}, not trained`;
    const { heads, recipe, preparation } = model;
    const used = usedColumns(preparation).length;
    return `${name} of ${heads.map((head) => head.name).join(", ")} from ${used} columns, ${recipe.name}, ${heads[0].networks.length} networks`;
  }

  /** Frees the memory of the networks. Every later use of the model throws a StateError. */
  dispose(): void {
    const state = stateOf<C, V, M>(this);
    if (state.model) disposeOf(state.model);
    state.model = undefined;
  }
}

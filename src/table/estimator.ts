import type { Bytes } from "../data/bytes.js";
import { DataError, SpecError, StateError } from "../errors.js";
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

  readonly #kind: TaskKind<C, V, M>;
  readonly #spec: EstimatorSpec;
  #model: Model<C> | undefined;
  #report = "";

  constructor(kind: TaskKind<C, V, M>, spec: EstimatorSpec, model?: Model<C>, report = "") {
    this.#kind = kind;
    this.#spec = spec;
    this.#model = model;
    this.#report = report;
  }

  /** The seed of everything random. */
  get seed(): number {
    return this.#spec.seed;
  }

  /** The model as plain data, without its networks: options, and after fit the recipe and the preparation. */
  get spec(): ModelSpec {
    const { preparation, recipe } = this.#model ?? {};
    return copyOf({ task: this.#kind.task, options: this.#spec, recipe, preparation });
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
    const hasTargets = isArrayLike(second);
    if (!hasTargets && second !== undefined && !isPlain(second)) {
      throw new SpecError(`fit got ${show(second)} after the rows: give options, or an array of targets.`);
    }
    const options = checkFitOptions((hasTargets ? third : second) ?? {});
    const material = materialOf(this.#spec, x, hasTargets ? second : undefined, options);
    const { model, report } = await train(this.#kind, this.#spec, material, options);
    this.dispose();
    this.#model = model;
    this.#report = report.summary();
    return report;
  }

  /** The prediction for one row. */
  predict(row: TableRow): PerTarget<T, V>;
  /** The predictions for rows, in their order. */
  predict(rows: TableRows): PerTarget<T, V>[];
  predict(given: unknown): PerTarget<T, V> | PerTarget<T, V>[] {
    return this.map(given, "predict", (coding, outputs) => this.#kind.decide(coding, outputs));
  }

  /** Measures predictions of rows that have the target. Several targets: by name. */
  evaluate(rows: TableRows, targets?: ArrayLike<unknown>): PerTarget<T, M> {
    const model = this.model("evaluate");
    const { preparation, heads } = model;
    const names = targetsOf(model);
    const columns = namesFor(rows, this.#spec.names, targets ? names : []);
    const read = readTable(rows, columns, "evaluate");
    const frame = targets ? withColumn(read, names[0], targets) : read;
    const inputs = inputsFor(preparation, frame);
    const measures = heads.map((head) => {
      const column = targetColumn(frame, head.name, this.#spec.missing);
      return this.#kind.measure(head.coding, column, outputsOf(head, inputs));
    });
    return this.perTarget(model, measures);
  }

  /**
   * How much each column matters: the fall of accuracy or R² if its values are shuffled among the rows.
   * @param rows that have the target; better others than those of fit. @param options repeats of each shuffle. Default 5.
   */
  importance(rows: TableRows, options: { repeats?: number | undefined } = {}): PerTarget<T, Importance[]> {
    const model = this.model("importance");
    const given = checkKeys<{ repeats?: number }>(options, ["repeats"], "importance");
    const repeats = checkWhole(given.repeats ?? 5, 1, "repeats");
    const frame = readTable(rows, this.#spec.names, "importance");
    const target = (name: string) => targetColumn(frame, name, this.#spec.missing);
    const found = importanceOf(this.#kind, model, frame, { repeats, seed: this.#spec.seed, target });
    return this.perTarget(model, found);
  }

  /**
   * Divides the difference between the predictions for one row and for the median row among the columns: integrated
   * gradients, which sum to it within 1 %.
   */
  explain(row: TableRow): PerTarget<T, Explanation<V>> {
    const model = this.model("explain");
    const names = namesFor(row, this.#spec.names, targetsOf(model));
    const frame = readRecord(row, names);
    if (frame) return this.perTarget(model, explainRow(this.#kind, model, frame));
    throw new DataError(`explain got ${show(row)}: give one row, as an object with a value for each column.`);
  }

  /** The last report as text, without the time that fit took. */
  summary(): string {
    const model = this.model("summary");
    const { preparation, recipe, heads } = model;
    const targets = targetsOf(model).join(", ");
    const inputs = heads[0].networks[0].spec.inputs;
    return (
      this.#report ||
      [
        `${this.#kind.task} of ${targets}, ${inputs} inputs`,
        ...describeColumns(preparation.columns),
        describeRecipe(recipe),
      ].join("\n")
    );
  }

  /** The model as the bytes of one file in the safetensors layout: networks, preparation, names and labels. */
  save(): Bytes {
    return writeFile(this.#kind.task, this.#spec, this.model("save"), this.#report);
  }

  /**
   * The model as the source of an ES module without imports: predict of one record or of an array of them, and probabilities
   * of a Classifier, with the answers of this model.
   * @param options format "js" or "ts". Default "js".
   */
  toModule(options: { format?: ModuleFormat | undefined } = {}): string {
    const model = this.model("toModule");
    const given = checkKeys<{ format?: ModuleFormat }>(options, ["format"], "toModule");
    return writeModule(this.#kind.task, model, {
      isBalanced: this.#spec.decide === "balanced",
      isSeveral: this.#spec.isSeveral,
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
    return writeONNX(this.#kind.task, this.model("toONNX"));
  }

  /** The model in one line. */
  toString(): string {
    const name = this.constructor.name;
    if (!this.#model) return `${name}, not trained`;
    const { heads, recipe } = this.#model;
    const used = usedColumns(this.#model.preparation).length;
    return `${name} of ${heads.map((head) => head.name).join(", ")} from ${used} columns, ${recipe.name}, ${heads[0].networks.length} networks`;
  }

  /** Frees the memory of the networks. Every later use of the model throws a StateError. */
  dispose(): void {
    if (this.#model) disposeOf(this.#model);
    this.#model = undefined;
  }

  /** The trained model. @throws StateError before fit. */
  protected model(call: string): Model<C> {
    if (this.#model) return this.#model;
    throw new StateError(`${call} was called before fit: train the model, or load one.`);
  }

  /** Applies a function to the outputs of every target for one row or for rows. */
  protected map<R>(
    given: unknown,
    call: string,
    act: (coding: C, outputs: Float64Array) => R[],
  ): PerTarget<T, R> | PerTarget<T, R>[] {
    const model = this.model(call);
    const { preparation, heads } = model;
    const names = namesFor(given, this.#spec.names, targetsOf(model));
    const one = readRecord(given, names);
    const frame = one ?? readTable(given, names, call);
    const inputs = inputsFor(preparation, frame);
    const results = heads.map((head) => act(head.coding, outputsOf(head, inputs)));
    const rows = Array.from({ length: frame.rows }, (_, row) =>
      this.perTarget(
        model,
        results.map((ofHead) => ofHead[row]),
      ),
    );
    return one ? rows[0] : rows;
  }

  /** Values of the targets as users get them: one, or by name. */
  protected perTarget<R>(model: Model<C>, values: readonly R[]): PerTarget<T, R> {
    const named = () => Object.fromEntries(targetsOf(model).map((name, i) => [name, values[i]]));
    return (this.#spec.isSeveral ? named() : values[0]) as PerTarget<T, R>;
  }
}

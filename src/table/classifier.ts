import { SpecError } from "../errors.js";
import { checkName, checkPlain } from "../model/check.js";
import { exportMembers } from "../model/exported.js";
import type { Classification } from "./class-measures.js";
import { classification, type Decide } from "./classification.js";
import { Estimator, mapRows, type PerTarget, perTarget } from "./estimator.js";
import { type FileModel, readFile } from "./file.js";
import type { TableRow, TableRows } from "./frame.js";
import type { Label, Labels } from "./labels.js";
import type { Model } from "./model.js";
import { type ClassifierOptions, checkEstimator } from "./options.js";
import { modelOf, stateOf } from "./state.js";

/** The probability of each class by its label as text. */
export type Probabilities = Record<string, number>;

/**
 * Learns to classify rows of a table: `new Classifier({ target: "species" })`, then fit(rows) and predict(rows). Columns are
 * prepared by what they hold, and the preparation is part of the model.
 */
export class Classifier<const T extends string | readonly string[] = string> extends Estimator<
  T,
  Labels,
  Label,
  Classification
> {
  static {
    exportMembers(Classifier.prototype, ["probabilities(rows)"]);
    exportMembers(Classifier, ["load(bytes)"]);
  }

  /** @throws SpecError for an unknown option or a value out of range. */
  constructor(options: ClassifierOptions<T> = {}, ...read: [] | [FileModel]) {
    const { decide = "probable" } = checkPlain(options, "Classifier") as ClassifierOptions<T>;
    const kind = classification(checkName<Decide>(decide, ["probable", "balanced"], "decide"));
    const [file] = read;
    const spec = file?.options ?? {
      ...checkEstimator(options, ["decide", "labelSmoothing", "tuningFolds"], "Classifier"),
      decide,
    };
    super(kind, spec, file?.model as Model<Labels> | undefined, file?.report);
  }

  /** The model that save wrote. @throws FormatError for any other bytes, naming what is wrong and where. */
  static load(bytes: Uint8Array | ArrayBuffer): Classifier<string> {
    return classifierOf(readFile(bytes));
  }

  /** The classes in their order. Several targets: by name. */
  get labels(): PerTarget<T, readonly Label[]> {
    const state = stateOf<Labels, Label, Classification>(this);
    const { heads } = modelOf(state, "labels");
    const ofHeads = heads.map(({ coding }) => coding.labels);
    const names = heads.map(({ name }) => name);
    return perTarget<T, readonly Label[]>(state.spec, names, ofHeads);
  }

  /** The probabilities of all classes for one row, by label. */
  probabilities(row: TableRow): PerTarget<T, Probabilities>;
  /** The probabilities of all classes for rows, by label. */
  probabilities(rows: TableRows): PerTarget<T, Probabilities>[];
  probabilities(given: unknown): PerTarget<T, Probabilities> | PerTarget<T, Probabilities>[] {
    const state = stateOf<Labels, Label, Classification>(this);
    return mapRows<T, Labels, Label, Classification, Probabilities>(
      state,
      given,
      "probabilities",
      ({ labels }, outputs) => {
        const width = labels.length;
        return Array.from({ length: outputs.length / width }, (_, row) =>
          Object.fromEntries(labels.map((label, c) => [String(label), outputs[row * width + c]])),
        );
      },
    );
  }
}

/** The classifier in a file. @throws SpecError for a file of a regressor. */
export function classifierOf(file: FileModel): Classifier<string> {
  if (file.task === "classification") {
    return new Classifier<string>({ decide: file.options.decide }, file);
  }
  throw new SpecError("The file is of a Regressor: use Regressor.load, or load for both.");
}

import { SpecError } from "../errors.js";
import { checkBoolean, checkName, checkPlain } from "../model/check.js";
import { exportMembers } from "../model/exported.js";
import { Estimator } from "./estimator.js";
import { type FileModel, readFile } from "./file.js";
import type { Model } from "./model.js";
import { checkEstimator, type RegressorOptions } from "./options.js";
import { type Regression, regression } from "./regression.js";
import type { TargetScale } from "./scale.js";

/**
 * Learns to predict numbers from rows of a table: `new Regressor({ target: "price" })`, then fit(rows) and predict(rows).
 * Columns are prepared by what they hold, and the preparation is part of the model.
 */
export class Regressor<const T extends string | readonly string[] = string> extends Estimator<
  T,
  TargetScale,
  number,
  Regression
> {
  static {
    exportMembers(Regressor, ["load(bytes)"]);
  }

  /** @throws SpecError for an unknown option or a value out of range. */
  constructor(options: RegressorOptions<T> = {}, ...read: [] | [FileModel]) {
    const { transform = "none", clamp = true } = checkPlain(options, "Regressor") as RegressorOptions<T>;
    const own = {
      transform: checkName(transform, ["none", "log"], "transform"),
      clamp: checkBoolean(clamp, "clamp"),
    };
    const [file] = read;
    const spec = file?.options ?? { ...checkEstimator(options, ["transform", "clamp"], "Regressor"), ...own };
    super(regression(own), spec, file?.model as Model<TargetScale> | undefined, file?.report);
  }

  /** The model that save wrote. @throws FormatError for any other bytes, naming what is wrong and where. */
  static load(bytes: Uint8Array | ArrayBuffer): Regressor<string> {
    return regressorOf(readFile(bytes));
  }
}

/** The regressor in a file. @throws SpecError for a file of a classifier. */
export function regressorOf(file: FileModel): Regressor<string> {
  if (file.task === "regression") {
    const { transform, clamp } = file.options;
    return new Regressor<string>({ transform, clamp }, file);
  }
  throw new SpecError("The file is of a Classifier: use Classifier.load, or load for both.");
}

import { exported } from "../model/exported.js";
import { type Classifier, classifierOf } from "./classifier.js";
import { readFile } from "./file.js";
import { type Regressor, regressorOf } from "./regressor.js";

/** The model that save of a Classifier or a Regressor wrote. @throws FormatError for any other bytes. */
export const load = /* @__PURE__ */ exported(
  "load(bytes)",
  (bytes: Uint8Array | ArrayBuffer): Classifier<string> | Regressor<string> => {
    const file = readFile(bytes);
    return file.task === "classification" ? classifierOf(file) : regressorOf(file);
  },
);

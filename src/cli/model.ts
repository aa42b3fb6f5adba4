import { readFileSync } from "node:fs";
import type { Classifier, Regressor } from "../table.js";
import { Failure } from "./failure.js";

export type AnyModel = Classifier<string> | Regressor<string>;

/** Bytes of a file. @throws the errors of node:fs, which name it */
export const bytesOf = (path: string): Uint8Array => readFileSync(path);

/** The model in a file. @throws Failure naming the file, for any other file. */
export async function loadModel(path: string): Promise<AnyModel> {
  const bytes = bytesOf(path);
  const { load } = await import("../table.js");
  try {
    return load(bytes);
  } catch (error) {
    if ((error as Error).name !== "FormatError") throw error;
    throw new Failure(`${path} is no model of densely train: ${(error as Error).message}`);
  }
}

/** True for a model of classes. */
export const isClassifier = (model: AnyModel): model is Classifier<string> => "probabilities" in model;

/** The targets of a model. */
export const targetsOf = ({ spec }: AnyModel): string[] => spec.options.targets ?? ["target"];

/** The columns that a model reads, with what they are taken for. */
export function usedColumns({ spec }: AnyModel): { name: string; kind: string }[] {
  return (spec.preparation?.columns ?? []).filter(({ kind }) => kind !== "ignore");
}

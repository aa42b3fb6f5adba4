import { readFileSync, statSync } from "node:fs";
import type { Decimal } from "../table/number-text.js";
import type { Classifier, Report, TableFitOptions, TableRows } from "../table.js";
import { Failure } from "./failure.js";
import type { Measures } from "./output/report.js";

/** A Classifier or a Regressor, by the parts that the program uses of both. */
export interface AnyModel
  extends Pick<Classifier<string>, "spec" | "summary" | "save" | "dispose" | "toModule" | "toONNX"> {
  fit(
    rows: TableRows,
    options: TableFitOptions,
  ): Promise<Pick<Report<Measures>, "data" | "measures" | "toHTML">>;
  predict(rows: TableRows): unknown[];
  /** Of a Classifier. */
  readonly labels?: unknown;
  /** Of a Classifier. */
  probabilities?(rows: TableRows): unknown[];
  evaluate(rows: TableRows): unknown;
  importance(rows: TableRows): unknown;
  explain(row: Readonly<Record<string, unknown>>): unknown;
}

/** Bytes of a file. @throws Failure for a folder, and the errors of node:fs, which name it */
export function bytesOf(path: string): Uint8Array {
  if (!statSync(path).isDirectory()) return readFileSync(path);
  throw new Failure(`${path} is a folder: give the file of a model.`);
}

/** An estimator of either task. */
export const asAny = (model: Pick<AnyModel, "spec">): AnyModel => model as AnyModel;

/** The model in a file. @throws Failure naming the file, for any other file. */
export async function loadModel(path: string): Promise<AnyModel> {
  const bytes = bytesOf(path);
  const { load } = await import("../table.js");
  try {
    return asAny(load(bytes));
  } catch (error) {
    if ((error as Error).name !== "FormatError") throw error;
    throw new Failure(`${path} is no model of densely train: ${(error as Error).message}`);
  }
}

/** The part of a model that its user needs to know, read once. */
export interface Facts {
  targets: string[];
  /** True if results are objects by target. */
  isSeveral: boolean;
  /** Texts that stand for a missing value. */
  missing: string[];
  /** The labels of each target, where the most probable one is predicted. */
  labels: readonly (readonly unknown[])[] | undefined;
  /** The mark before decimals in the table that it was trained on. */
  decimal: Decimal | undefined;
  /** The columns that the model reads, with what they are taken for. */
  columns: { name: string; kind: string }[];
  /** Columns that are read as they are written, also if all their texts are numbers. */
  texts: ReadonlySet<string>;
}

export function factsOf({ spec, probabilities, labels }: AnyModel): Facts {
  const { targets = ["target"], isSeveral, missing, decimal, decide } = spec.options;
  const columns = (spec.preparation?.columns ?? []).filter(({ kind }) => kind !== "ignore");
  const texts = columns.filter(({ kind }) => kind !== "number").map(({ name }) => name);
  const ofTargets = isSeveral ? (labels as Record<string, unknown[]>) : { [targets[0]]: labels as unknown[] };
  return {
    ...{ targets, isSeveral, columns, decimal },
    labels: decide === "probable" ? targets.map((name) => ofTargets[name]) : undefined,
    missing: missing.map(String),
    texts: new Set(probabilities ? [...texts, ...targets] : texts),
  };
}

/** Results of a model by target. */
export function byTarget<R>({ targets, isSeveral }: Facts, result: unknown): [target: string, result: R][] {
  if (!isSeveral) return [[targets[0], result as R]];
  return targets.map((name) => [name, (result as Record<string, R>)[name]]);
}

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** The tables in bench/tables: CSV files, and for each its folds and the scores of other methods on them. */

/** The methods that tables were measured with before: scikit-learn 1.2 and XGBoost 1.7. */
export const METHODS = ["linear", "mlp", "rf", "hgb", "xgb"] as const;
export type Method = (typeof METHODS)[number];

/** Score of a method on one fold: accuracy and log loss of a classification, R² of a regression. */
export type Score = readonly [accuracy: number, logLoss: number] | readonly [r2: number];

export interface BenchTable {
  readonly name: string;
  readonly task: "classification" | "regression";
  readonly target: string;
  readonly rows: number;
  readonly features: number;
  /** Where the table comes from, and the licence of that package. */
  readonly source: string;
  readonly licence: string;
  /** The test rows of each fold, from 0. */
  readonly folds: readonly (readonly number[])[];
  /** Scores by method and fold. */
  readonly scores: Readonly<Record<Method, Readonly<Record<string, Score>>>>;
}

const folder = new URL("../tables/", import.meta.url);
const read = (name: string): string => gunzipSync(readFileSync(new URL(name, folder))).toString();

export const TABLES: readonly BenchTable[] = JSON.parse(read("tables.json.gz"));

/** The text of a table as a CSV file. */
export const readTable = (name: string): string => read(`${name}.csv.gz`);

/** Error of a score: 1 - accuracy, or the root of 1 - R². */
export function errorOf(score: Score): number {
  return score.length === 2 ? 1 - score[0] : Math.sqrt(Math.max(1 - score[0], 0));
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

export const geometricMean = (values: readonly number[]): number => Math.exp(mean(values.map(Math.log)));

/** Error relative to another method, both moved away from 0. */
export const relative = (error: number, other: number): number => (error + 0.01) / (other + 0.01);

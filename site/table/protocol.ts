/** Messages between the page and its worker. */

import type { Classifier, ColumnKindName, Regressor, Report, TableEpochReport } from "densely/table";

export type Task = "classification" | "regression";
export type Classification = ReturnType<Classifier["evaluate"]>;
export type Regression = ReturnType<Regressor["evaluate"]>;
export type ReportData = Report<Classification | Regression>["data"];
export type ColumnPlan = ReportData["columns"][number];
export type Importance = ReturnType<Classifier["importance"]>[number];

/** A column as it was read, before anything is learnt. */
export interface ColumnFacts {
  readonly name: string;
  /** True if every field that is not missing is a number. */
  readonly isNumeric: boolean;
  /** Number of different fields. */
  readonly distinct: number;
}

/** A row of the table. */
export interface SampleRow {
  /** Its number in the table, from 1. */
  readonly number: number;
  /** The text of each field by the name of its column. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Facts of a table that the page shows. */
export interface TableFacts {
  readonly rows: number;
  readonly columns: readonly ColumnFacts[];
  /** Some rows from all over the table. */
  readonly samples: readonly SampleRow[];
}

/** The visitor's choices. */
export interface Choices {
  readonly target: string;
  readonly task: Task;
  /** Kinds of columns as the visitor chose them; the others follow from what they hold. */
  readonly columns: Readonly<Record<string, ColumnKindName>>;
  /** Texts that stand for a missing value. */
  readonly missing: readonly string[];
}

export interface Trained {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly data: ReportData;
  readonly importance: readonly Importance[];
  /** Rows that the importance was measured on. */
  readonly importanceRows: number;
  /** Rows that lack the target. */
  readonly leftOut: number;
  /** The report as a page of its own. */
  readonly html: string;
}

export type Order =
  | { readonly type: "read"; readonly text: string }
  | { readonly type: "train"; readonly choices: Choices }
  | { readonly type: "stop" };

export type Answer =
  | { readonly type: "table"; readonly table: TableFacts }
  | { readonly type: "epoch"; readonly report: TableEpochReport }
  | { readonly type: "trained"; readonly trained: Trained }
  | { readonly type: "fault"; readonly during: "read" | "train"; readonly text: string };

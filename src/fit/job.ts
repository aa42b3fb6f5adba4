import type { Dataset } from "../data/dataset.js";
import { FlatTable } from "../data/flat-table.js";
import type { Table, TableTarget } from "../data/table.js";
import type { Snapshot } from "../engine/snapshot.js";
import type { MathBuild } from "../machine/build.js";
import type { NetworkSpec } from "../model/spec.js";
import { FINITE } from "../model/value-range.js";
import type { History } from "../record/history.js";
import type { Measures } from "../record/measures.js";
import type { MetricName } from "../record/metrics.js";
import type { FitSettings } from "./settings.js";
import type { StoppingSettings } from "./stopping.js";

/** A fit as plain data, by which a worker trains from the first epoch to the last. */
export interface FitJob {
  readonly math: MathBuild["name"];
  readonly spec: NetworkSpec;
  /** All that the network has learned so far; undefined for initial parameters. */
  readonly snapshot: Snapshot | undefined;
  readonly training: RowArrays;
  readonly validation: RowArrays | undefined;
  readonly options: JobOptions;
  /** Rows to measure the network on at the end. */
  readonly exam: { readonly rows: RowArrays; readonly metrics: readonly MetricData[] } | undefined;
}

/** A metric of the library with its checked options. */
export interface MetricData {
  readonly name: MetricName;
  readonly options: object;
}

/** The settings of a fit that are data. */
export interface JobOptions
  extends Pick<
    FitSettings,
    | "epochs"
    | "initialEpoch"
    | "resume"
    | "stepsPerEpoch"
    | "maxSteps"
    | "checkpointEvery"
    | "batch"
    | "shuffle"
    | "isSigned"
  > {
  readonly metrics: readonly MetricData[];
  readonly stopping: StoppingSettings | undefined;
}

/** Rows as arrays, each flat and row by row, of values that were checked. */
export interface RowArrays extends Pick<Dataset, "targets" | "isSigned"> {
  readonly rows: number;
  readonly x: TableTarget;
  readonly y: TableTarget;
  readonly weights: TableTarget | undefined;
}

/** Results of a fit. */
export interface FitOutcome {
  readonly history: History;
  readonly snapshot: Snapshot;
  /** Measures of the rows of the exam, if there was one. */
  readonly measures: Measures | undefined;
}

/** The end of a job: its outcome, or an error of the library by its name. */
export type JobAnswer =
  | { readonly outcome: FitOutcome }
  | { readonly failure: { readonly name: string; readonly message: string } };

/** Copies and checks a table. @throws DataError, ShapeError */
function valuesOf(table: Table, make: (length: number) => TableTarget): TableTarget {
  const values = make(table.rows * table.cols);
  table.copy(0, table.rows, values, 0);
  return values;
}

const floats = (length: number) => new Float32Array(length);
const integers = (length: number) => new Int32Array(length);
const bytes = (length: number) => new Uint8Array(length);

/** Copies and checks rows, targets first as every fit does. @throws DataError, ShapeError */
export function arraysOf({ x, y, targets, weights, isSigned }: Dataset): RowArrays {
  return {
    rows: x.rows,
    y: valuesOf(y, targets === "classes" ? integers : floats),
    x: valuesOf(x, x.bytes ? bytes : floats),
    weights: weights && valuesOf(weights, floats),
    targets,
    isSigned,
  };
}

/** Rows that another thread has checked. */
export function datasetOf({ rows, x, y, targets, weights, isSigned }: RowArrays): Dataset {
  const table = (values: TableTarget, name: string) =>
    new FlatTable(values, rows, values.length / rows, 0, name, FINITE, true);
  return {
    x: table(x, "x"),
    y: table(y, "y"),
    targets,
    weights: weights && table(weights, "sampleWeight"),
    isSigned,
  };
}

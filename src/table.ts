/** densely/table: a table in, a model out. */

export { Classifier } from "./table/classifier.js";
export type { ColumnKindName } from "./table/columns/index.js";
export type {
  Checkpoint as TableCheckpoint,
  EpochReport as TableEpochReport,
  FitOptions as TableFitOptions,
} from "./table/fit-options.js";
export type { TableRecord, TableRow, TableRows } from "./table/frame.js";
export { load } from "./table/load.js";
export type { EstimatorOptions } from "./table/options.js";
export { Regressor } from "./table/regressor.js";
export type { Report } from "./table/report.js";

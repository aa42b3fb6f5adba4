/** densely/search: folds, cross-validation, searches for settings, and ensembles. */

export { type CrossValidateOptions, type CrossValidation, crossValidate } from "./search/cross-validate.js";
export { Ensemble, ensemble } from "./search/ensemble.js";
export { type Fold, type FoldOptions, folds, type Part, type SplitOptions, split } from "./search/folds.js";
export type {
  PlaceOptions,
  RemoteCheckpoint,
  TrainingMachines,
  TrainingOutcome,
  TrainingRun,
  TrainingTask,
} from "./search/machines.js";
export type { Scores, Trainable } from "./search/model.js";
export { type Asha, asha } from "./search/scheduler.js";
export { search } from "./search/search.js";
export type { SearchOptions, SearchResult, TrialRow } from "./search/search-options.js";
export {
  choice,
  type Dimension,
  real,
  type ScaleOptions,
  type SettingsOf,
  type Space,
  whole,
} from "./search/space.js";

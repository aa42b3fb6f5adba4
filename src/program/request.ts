/** What a program is for: a training step, a loss without a step, predictions, or gradients without a step. */
export type Purpose = "train" | "evaluate" | "predict" | "gradients";

/** How the targets come: not at all, as rows of numbers, or as one class index a row. */
export type Targets = "none" | "matrix" | "classes";

/** What is counted beside the loss. */
export interface Counts {
  /** Right predictions of each step. */
  hits?: boolean;
  /** Rows of each step whose class is among so many largest outputs. */
  top?: number;
  /** True and predicted classes, summed over the steps. */
  confusion?: boolean;
  /** Sums of errors and targets by output, over the steps. */
  deviations?: boolean;
  /** Outputs and targets row by row, as the steps took them. */
  outputs?: boolean;
}

/** What a plan is made for. */
export interface Request {
  purpose: Purpose;
  /** Samples of a step. */
  batch: number;
  /** Rows that the window holds. */
  rows: number;
  /** Epochs that the tables by slot hold. */
  epochs: number;
  /** Whether x comes as bytes (else as float32). */
  bytes: boolean;
  targets: Targets;
  /** Whether each row has a weight of its own. */
  weighted: boolean;
  counts: Counts;
  /** Whether layers do what they do in training: dropout, noise, statistics of the batch. */
  training: boolean;
  /** Whether zeros of the inputs are skipped; the bits are the same. */
  skipsZeros: boolean;
  /** Rows of the whole data set where it does not fit the window, else 0: room for a permutation of them. */
  permuted: number;
  /** Where the plan begins. */
  address: number;
}

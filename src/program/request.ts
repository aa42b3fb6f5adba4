/**
 * Purpose of a program: a training step, a loss without a step, predictions, gradients without a step, or the update of a step
 * whose gradients are given.
 */
export type Purpose = "train" | "evaluate" | "predict" | "gradients" | "update";

/** Form of the targets: absent, rows of numbers, one class index per row, or rows of dL/d(outputs) in their place. */
export type Targets = "none" | "matrix" | "classes" | "gradient";

/** Results that a program counts besides the loss. */
export interface Counts {
  /** Correct predictions of each step. */
  hits?: boolean;
  /** For each step, rows whose class is among this number of largest outputs. */
  top?: number;
  /** True by predicted classes, summed over the steps. */
  confusion?: boolean;
  /** Sums of errors and targets per output, over the steps. */
  deviations?: boolean;
  /** Outputs and targets of every row, in the order of the steps. */
  outputs?: boolean;
}

/** Everything besides the network that a plan depends on. */
export interface Request {
  purpose: Purpose;
  /** Samples of one step. */
  batch: number;
  /** Rows of the window. */
  rows: number;
  /** Maximum number of epochs that run in one call. */
  epochs: number;
  /** True if x consists of bytes, false for float32. */
  byteInputs: boolean;
  targets: Targets;
  /** True if each row has a sample weight. */
  weighted: boolean;
  /** True if the loss of weighted rows is divided by their number, not by the sum of their weights. */
  isMeanOverRows: boolean;
  counts: Counts;
  /** True if layers behave as in training: dropout, noise, batch statistics. */
  training: boolean;
  /** True if the kernels skip zeros of the inputs. The bits are the same. */
  skipsZeros: boolean;
  /** Rows of a data set that is larger than the window, which are permuted as a whole; else 0. */
  permutedRows: number;
  /** Threads that share a step, each with scratch of its own. */
  threads: number;
  /** First address of the plan. */
  address: number;
}

/** A request without its defaults. */
export type RequestOptions = Pick<Request, "purpose" | "batch" | "address"> & Partial<Request>;

/** A request with defaults: one epoch over a window of one batch of floats, without targets, weights and counts. */
export function requestOf(given: RequestOptions): Request {
  return {
    rows: given.batch,
    epochs: 1,
    byteInputs: false,
    targets: "none",
    weighted: false,
    isMeanOverRows: false,
    counts: {},
    training: given.purpose === "train",
    skipsZeros: false,
    permutedRows: 0,
    threads: 1,
    ...given,
  };
}

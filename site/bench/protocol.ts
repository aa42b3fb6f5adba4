/** Messages between the page and its worker. */

/** How one contestant did in one training. */
export interface Finish {
  readonly name: string;
  readonly version: string;
  /** Samples per second: the median of all turns, the slowest and the fastest. */
  readonly median: number;
  readonly slowest: number;
  readonly fastest: number;
  /** The loss after the fixed number of updates. */
  readonly loss: number;
}

export interface Result {
  readonly title: string;
  /** Number of updates before the losses are compared. */
  readonly updates: number;
  readonly finishes: readonly Finish[];
  /** Contestants that could not run, with the reason. */
  readonly absent: readonly string[];
}

export interface Order {
  readonly rounds: number;
  /** True if jax-js takes part. */
  readonly withJax: boolean;
}

export type Answer =
  | { readonly type: "progress"; readonly text: string; readonly share: number }
  | { readonly type: "result"; readonly result: Result }
  | { readonly type: "ended" }
  | { readonly type: "fault"; readonly text: string };

/** The messages of the worker that searches for settings. */

import type { OptimizerName } from "densely";
import type { Split } from "../data/points.js";
import type { HiddenLayer, Settings } from "../model/settings.js";

export interface SearchOrder {
  readonly settings: Settings;
  readonly split: Split;
}

/** The settings that a search tries. */
export interface Tried {
  readonly layers: readonly HiddenLayer[];
  readonly optimizer: OptimizerName;
  readonly rate: number;
  readonly l2: number;
}

export type SearchAnswer =
  | {
      readonly type: "trial";
      readonly trial: number;
      readonly score: number;
      readonly tried: Tried;
      /** Outputs over the plane, [SEARCH_SIDE² places][outputs]; undefined if the trial diverged. */
      readonly plane: Float32Array | undefined;
    }
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly message: string };

/** Networks of a search, and places on a side of their pictures. */
export const TRIALS = 50;
export const SEARCH_SIDE = 32;

/** The messages between the page and the worker that holds the network. */

import type { Points, Split } from "../data/points.js";
import type { Settings } from "../model/settings.js";
import type { Speed } from "../model/vocabulary.js";

/** Files that a network can be downloaded as. */
export const FILES = {
  safetensors: "safetensors",
  "checkpoint, to train on": "checkpoint",
  JSON: "json",
  "JavaScript module": "js",
  ONNX: "onnx",
} as const;
export type FileKind = (typeof FILES)[keyof typeof FILES];

export type Order =
  | { readonly type: "set"; readonly settings: Settings; readonly split: Split }
  | { readonly type: "points"; readonly settings: Settings; readonly split: Split }
  | { readonly type: "rate"; readonly settings: Settings }
  | { readonly type: "run"; readonly speed: Speed }
  | { readonly type: "pause" }
  | { readonly type: "advance"; readonly by: "step" | "epoch" }
  /** Asks for a frame, unless `known` is the step of the network: nothing has changed then. */
  | { readonly type: "frame"; readonly listing: boolean; readonly known: number | undefined }
  | { readonly type: "file"; readonly kind: FileKind };

/** A line of the listing of explain(): an equation, and the values that its result had in the last step. */
export interface Line {
  readonly equation: string;
  readonly shape: string;
  readonly address: string;
  /** The first values, rounded; empty before the first step. */
  readonly values: string;
}

/** W of a layer as [units][inputs], row by row, and its biases. */
export interface LayerWeights {
  readonly W: Float32Array;
  readonly b: Float32Array;
}

/** A network at a moment: everything that the page draws. */
export interface Frame {
  readonly step: number;
  readonly epoch: number;
  readonly rate: number;
  readonly isRunning: boolean;
  readonly train: Measured;
  readonly test: Measured;
  /** Outputs of each hidden layer over the plane: [UNIT_SIDE² places][units]. */
  readonly units: readonly Float32Array[];
  /** Outputs of the network over the plane: [PLANE_SIDE² places][outputs]. */
  readonly plane: Float32Array;
  readonly weights: readonly LayerWeights[];
  readonly listing: readonly Line[] | undefined;
}

/** Loss, and the accuracy of a classification or the root mean squared error of a regression. */
export interface Measured {
  readonly loss: number;
  readonly score: number;
}

export type Answer =
  | { readonly type: "frame"; readonly frame: Frame }
  | { readonly type: "unchanged" }
  | { readonly type: "file"; readonly name: string; readonly content: string | Uint8Array<ArrayBuffer> }
  /** Training ended by itself. */
  | { readonly type: "ended"; readonly reason: string }
  | { readonly type: "failed"; readonly message: string };

/** Places on a side of the maps of the units and of the plane. */
export const UNIT_SIDE = 28;
export const PLANE_SIDE = 72;

export type { Points, Settings, Split };

/**
 * All kinds of layers. The named exports of this file and of those it re-exports are public; the default export, which
 * `export *` leaves out, is the table that the library reads.
 */

import type { Open } from "../../model/check.js";
import type { ActivationSpec } from "./activation.js";
import BASIC_LAYERS from "./basic.js";
import type { BatchNormSpec } from "./batch-norm.js";
import batchNorm from "./batch-norm.js";
import type { DenseInput, DenseSpec } from "./dense.js";
import type { DropoutSpec } from "./dropout.js";
import type { GaussianNoiseSpec } from "./gaussian-noise.js";
import gaussianNoise from "./gaussian-noise.js";
import type { LayerKind } from "./layer.js";
import type { LayerNormSpec } from "./layer-norm.js";
import layerNorm from "./layer-norm.js";
import type { PreluSpec } from "./prelu.js";
import prelu from "./prelu.js";
import type { ScaleSpec } from "./scale.js";
import scale from "./scale.js";

export * from "./basic.js";
export * from "./batch-norm.js";
export * from "./gaussian-noise.js";
export * from "./layer-norm.js";
export * from "./prelu.js";
export * from "./scale.js";

/** Any layer as plain data. */
export type LayerSpec =
  | DenseSpec
  | ActivationSpec
  | DropoutSpec
  | GaussianNoiseSpec
  | BatchNormSpec
  | LayerNormSpec
  | ScaleSpec
  | PreluSpec;

/** A layer as a user may write it: made by a function, or plain data without its defaults. */
export type LayerInput = LayerSpec | DenseInput | Open<Exclude<LayerSpec, DenseSpec>>;

export type LayerTable = { readonly [T in LayerSpec["type"]]: LayerKind<Extract<LayerSpec, { type: T }>> };

const LAYERS: LayerTable = { ...BASIC_LAYERS, gaussianNoise, batchNorm, layerNorm, scale, prelu };

export default LAYERS;

import { PANEL } from "../../assembly/isa.js";
import { CACHE_LINE } from "../machine/align.js";
import { IS_BASIC } from "../machine/is-basic.js";
import { kindOf } from "../model/layers.js";
import { smoothingOf } from "../model/losses.js";
import { linkOf, type NetworkSpec, outputsOf, widthsOf } from "../model/spec.js";
import { placeLayers } from "./layer-plans.js";
import type { LayerSpec } from "./layers/index.js";
import type { LayerPlan } from "./layers/layer.js";
import { type Matrix, table } from "./matrix.js";
import { type Parameters, planParameters, type Store } from "./parameters.js";
import { Placement } from "./placement.js";
import type { Request } from "./request.js";
import { placeRowTables, placeStepTables, type RowTables, type StepTables, slotsOf } from "./tables.js";

const FLOAT = 4;

/** Every address of a program. */
export interface Plan extends Request {
  seed: number;
  /** Steps that the tables have entries for. */
  slots: number;
  /** Tables with an entry per step. */
  tables: StepTables;
  /** Tables with an entry per row. */
  rowTables: RowTables;
  /** The batch of inputs. */
  A0: Matrix;
  /** The batch of targets. */
  Y: Matrix;
  /** The targets that the loss compares with: Y itself unless labels are smoothed. */
  smoothed: Matrix;
  /** The logits that a link makes of the outputs for the loss; of no features where there is no link. */
  logits: Matrix;
  /** Sample weights of the batch. */
  w: Matrix;
  /** Factor of each row of the batch in the mean loss. */
  factors: Matrix;
  /** Two numbers that an optimizer keeps between instructions and can recompute. */
  cell: Matrix;
  /** A bias of zeros, for layers without one. */
  noBias: Matrix;
  /** Where the bias gradient of a layer without a bias goes. */
  unusedGradient: Matrix;
  layers: LayerPlan<LayerSpec>[];
  /** Gradients of all parameters; of 0 bytes if every layer updates itself. */
  gradients: Parameters;
  /** Gradients in the order of the public arrays: of all parameters, and of the inputs of all rows. */
  flatGradients: Matrix;
  /** Memory that kernels work in. */
  scratch: Matrix;
  /** Memory below this address starts as zeros, because padding is never written. */
  zeros: number;
  /** First address after the plan. */
  end: number;
}

/**
 * Bytes of workspace that the kernels need: dZ in panels of eight units or eight samples; four lists of the inputs that
 * are not zero, with their ends; and four rows of logits and targets, transposed.
 */
function scratchBytes(widths: readonly number[], batch: number, differentiates: boolean): number {
  const widest = Math.max(...widths.slice(1)) + PANEL;
  const panels = 4 * widest * (differentiates ? batch + PANEL : 1);
  const lists = 4 * (4 * (widths[0] + PANEL) + 4);
  return Math.max(panels + lists, 2 * 16 * widest) + CACHE_LINE;
}

/** Places the gradients of all parameters, or nothing where no layer stores any. */
function placeGradients(memory: Placement, spec: NetworkSpec, isStored: boolean): Parameters {
  if (!isStored) return { address: 0, bytes: 0, layers: spec.layers.map(() => ({})) };
  return memory.place((address) => planParameters(spec, address, "d"));
}

/**
 * The tables of a single row of floats, which are the batch itself: the row is written where the first layer reads it, and
 * its outputs are read where the last one leaves them.
 */
function inPlace(
  spec: NetworkSpec,
  { purpose, rows, byteInputs, targets }: Request,
  A0: Matrix,
  Y: Matrix,
  layers: readonly LayerPlan<LayerSpec>[],
): Partial<RowTables> {
  if (rows > 1 || byteInputs) return {};
  const row = (name: string, width: number, { address }: Matrix) => table(name, width, 1, FLOAT, address);
  return {
    x: row("x", spec.inputs, A0),
    ...(targets === "matrix" ? { y: row("y", outputsOf(spec), Y) } : {}),
    ...(purpose === "predict"
      ? { predictions: row("predictions", outputsOf(spec), layers[layers.length - 1].output) }
      : {}),
  };
}

/** Gives every matrix of a program its address, in the order of the statements below. Pure: allocates nothing. */
export function plan(spec: NetworkSpec, store: Store, request: Request): Plan {
  const { purpose, batch, targets, weighted } = request;
  const widths = widthsOf(spec);
  const differentiates = purpose === "train" || purpose === "gradients";
  const memory = new Placement(request.address);

  const tables = placeStepTables(memory, spec, request);
  const A0 = memory.batch("A0", widths[0], batch);
  const compared = targets === "matrix" || targets === "classes" ? outputsOf(spec) : 0;
  const Y = memory.batch("Y", compared, batch);
  const smoothed = smoothingOf(spec.loss) > 0 ? memory.batch("Ys", compared, batch) : Y;
  const logits = memory.batch("L", linkOf(spec) ? compared : 0, batch);
  // Kernels read weights in vectors of four.
  const w = memory.table({ name: "w", entries: batch + 4, type: "float32", exists: weighted });
  const factors = memory.table({ name: "factors", entries: batch + 4, type: "float32", exists: weighted });
  const cell = memory.table({ name: "cell", entries: 2, type: "float64" });
  const noBias = memory.vector("0", Math.max(...widths));
  const unusedGradient = memory.vector("unused", Math.max(...widths));

  const placed = placeLayers(memory, spec, store, request, A0);
  const stores = ({ spec: layer, descends }: LayerPlan<LayerSpec>) =>
    purpose === "gradients" ||
    purpose === "update" ||
    (purpose === "train" && kindOf(layer).isTrained(layer) && !descends);
  const gradients = placeGradients(memory, spec, placed.some(stores));
  // Gradients of a frozen layer stay zeros, because norms and dot products run over all of them.
  const layers = placed.map((layer, i) => ({
    ...layer,
    gradients: kindOf(layer.spec).isTrained(layer.spec) ? gradients.layers[i] : {},
  }));
  const scratch = memory.table({
    name: "scratch",
    entries: request.threads * scratchBytes(widths, batch, differentiates),
    type: "uint8",
  });
  const flatGradients = memory.table({
    name: "flat",
    // Behind them is room for a whole vector.
    entries: gradients.bytes / FLOAT + slotsOf(request) * batch * widths[0] + 3,
    type: "float32",
    exists: !IS_BASIC && purpose === "gradients",
  });
  const zeros = memory.end;
  const rowTables = { ...placeRowTables(memory, spec, request), ...inPlace(spec, request, A0, Y, layers) };

  return {
    seed: spec.seed,
    slots: slotsOf(request),
    tables,
    rowTables,
    A0,
    Y,
    smoothed,
    logits,
    w,
    factors,
    cell,
    noBias,
    unusedGradient,
    layers,
    gradients,
    flatGradients,
    scratch,
    zeros,
    end: memory.end,
    // Last, because V8 adds names to a spread slowly.
    ...request,
  };
}

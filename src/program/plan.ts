import { OP_BYTES, PANEL } from "../../assembly/isa.js";
import type { LayerSpec } from "../model/layers.js";
import { isFolded, type NetworkSpec, outputsOf, widthsOf } from "../model/spec.js";
import { batchMatrix, biasMatrix, type Matrix, table } from "./matrix.js";
import { type LayerMatrices, type Parameters, planParameters, type Store } from "./parameters.js";
import type { Request } from "./request.js";

export type { Counts, Purpose, Request, Targets } from "./request.js";

/** One layer of a plan. */
export interface LayerPlan {
  spec: LayerSpec;
  /** Its place in the network, which names its stream of random numbers. */
  index: number;
  /** What it reads. */
  input: Matrix;
  /** What its activation reads; the output itself where f works in place. */
  Z: Matrix;
  output: Matrix;
  /** What its gradient needs of its statistics. */
  saved: Matrix;
  /** The gradient of the output, which becomes that of Z and, where no product lies between, of the input in place. */
  d: Matrix | undefined;
  /** The gradient of the input, where it is wanted. */
  dInput: Matrix | undefined;
  parameters: LayerMatrices;
  buffers: LayerMatrices;
  gradients: LayerMatrices;
  /** Whether the loss contains the activation. */
  isFolded: boolean;
  skipsZeros: boolean;
  /** Whether it descends as soon as its gradient is known, so that its gradient is not kept. */
  descends: boolean;
}

/** Every address of a program. */
export interface Plan extends Request {
  seed: number;
  program: Matrix;
  /** Which row of the window each sample of an epoch is, in whole batches. */
  order: Matrix;
  permutation: Matrix;
  x: Matrix;
  y: Matrix;
  weights: Matrix;
  rates: Matrix;
  losses: Matrix;
  /** The sum of the weights of each step's rows. */
  masses: Matrix;
  /** What l1 and l2 add to each step's loss, for an optimizer that compares losses. */
  penalties: Matrix;
  hits: Matrix;
  topHits: Matrix;
  confusion: Matrix;
  deviations: Matrix;
  predictions: Matrix;
  expected: Matrix;
  /** The batch of inputs, A0. */
  A0: Matrix;
  Y: Matrix;
  /** The gathered weights, and what they make each row count. */
  w: Matrix;
  factors: Matrix;
  layers: LayerPlan[];
  gradients: Parameters;
  /** A bias of zeros for layers without one, and where its gradient goes. */
  noBias: Matrix;
  spare: Matrix;
  /** What nadam keeps from step to step and can make anew. */
  cell: Matrix;
  scratch: Matrix;
  /** Up to here memory starts as zeros: padding is never written. */
  zeros: number;
  /** The first address behind the plan. */
  end: number;
}

const LINE = 64;
const line = (address: number): number => Math.ceil(address / LINE) * LINE;
const padded = (n: number): number => Math.ceil(n / PANEL) * PANEL;

/** Instructions that a program of this network may have at most. */
export function programLimit(spec: NetworkSpec): number {
  return 16 + 8 * spec.layers.length;
}

/** Whether a layer passes its input on as it is: a linear activation always, noise but in training. */
const isIdle = (layer: LayerSpec, training: boolean): boolean =>
  layer.type === "activation"
    ? layer.activation === "linear"
    : !training && (layer.type === "dropout" || layer.type === "gaussianNoise");

/** Whether f works in place: linear changes nothing, relu is the floor of the product. */
const isInPlace = (layer: LayerSpec): boolean =>
  layer.type !== "dense" || layer.activation === "linear" || layer.activation === "relu";

/** Whether a layer has parameters that training changes. */
export const isTrained = (layer: LayerSpec): boolean => "trainable" in layer && layer.trainable;

/** Larger batches pass through the cache in blocks, which a descent in one go cannot. */
const DESCENT_BATCH = 512;

/** Whether the update of this layer is W - α·dW and nothing else. */
function descends({ optimizer }: NetworkSpec, layer: LayerSpec, batch: number): boolean {
  if (optimizer.type !== "sgd" || layer.type !== "dense" || batch > DESCENT_BATCH) return false;
  const { momentum, weightDecay, clipNorm, clipValue } = optimizer;
  return momentum + weightDecay + clipNorm + clipValue + layer.l1 + layer.l2 === 0 && layer.trainable;
}

/**
 * Bytes that a kernel works in: dZ in panels of eight units or eight samples; four lists of inputs that are not zero,
 * and their ends; and four rows of logits and targets, turned.
 */
function scratchBytes(widths: readonly number[], batch: number, trains: boolean): number {
  const widest = Math.max(...widths.slice(1)) + PANEL;
  const panels = 4 * widest * (trains ? batch + PANEL : 1);
  const lists = 4 * (4 * (widths[0] + PANEL) + 4);
  return Math.max(panels + lists, 2 * 16 * widest) + LINE;
}

/** What the names of a layer's matrices begin with: A1 = f(Z1), N1 normalised, D1 dropped out, G1 with noise. */
const LETTERS = {
  dense: "A",
  activation: "F",
  dropout: "D",
  gaussianNoise: "G",
  batchNorm: "N",
  layerNorm: "N",
};

/** The name of the output of every layer, numbered by letter. */
function namesOf({ layers }: NetworkSpec): string[] {
  const counts: Record<string, number> = {};
  return layers.map(({ type }) => {
    const letter = LETTERS[type];
    counts[letter] = (counts[letter] ?? 0) + 1;
    return `${letter}${counts[letter]}`;
  });
}

const renamed = (matrix: Matrix | undefined, name: string): Matrix | undefined =>
  matrix && { ...matrix, name };

/** Bytes of what a normalisation keeps for its gradient: two numbers a feature or a sample. */
function savedBytes({ type }: LayerSpec, width: number, batch: number): number {
  if (type === "batchNorm") return 2 * 4 * padded(width);
  return type === "layerNorm" ? 2 * 4 * batch : 0;
}

/** Where steps leave what is looked at between runs: their slots of the tables, and sums over all of them. */
export function resultsOf(plan: Plan, slot: number, steps: number): [address: number, bytes: number][] {
  const { losses, masses, hits, topHits, penalties, predictions, expected, confusion, deviations } = plan;
  const slots = plan.order.cols / plan.batch;
  const bySlot = [losses, masses, hits, topHits, penalties, predictions, expected];
  return [
    ...bySlot.map(({ address, bytes }): [number, number] => {
      const size = bytes / slots;
      return [address + slot * size, steps * size];
    }),
    [confusion.address, confusion.bytes],
    [deviations.address, deviations.bytes],
  ];
}

/** Gives every matrix of a program its address. Pure: nothing is allocated. */
export function plan(spec: NetworkSpec, store: Store, request: Request): Plan {
  const { purpose, batch, rows, bytes, targets, weighted, counts, permuted, training } = request;
  const differentiates = purpose === "train" || purpose === "gradients";
  const slots = request.epochs * Math.ceil(rows / batch);
  const widths = widthsOf(spec);
  const outputs = outputsOf(spec);

  let end = line(request.address);
  const place = (make: (address: number) => Matrix): Matrix => {
    const matrix = make(end);
    end = line(end + matrix.bytes);
    return matrix;
  };
  /** Tables one behind the other, each by the numbers of an entry, the entries, and the bytes of a number. */
  const tables = <N extends string>(sizes: Record<N, readonly number[]>): Record<N, Matrix> => {
    const made: Partial<Record<N, Matrix>> = {};
    for (const name in sizes) {
      const [width, entries, size] = sizes[name];
      made[name] = place((at) => table(name, width, entries, size, at));
    }
    return made as Record<N, Matrix>;
  };
  const batchOf = (name: string, width: number): Matrix => place((at) => batchMatrix(name, width, batch, at));
  const biasOf = (name: string): Matrix => place((at) => biasMatrix(name, Math.max(...widths), at));

  const bySlot = tables({
    // Programs lie side by side: for a full batch, for the short last one, and one instruction that shuffles.
    program: [OP_BYTES, 2 * programLimit(spec) + 1, 1],
    order: [1, slots * batch, 4],
    permutation: [1, permuted, 4],
    rates: [1, purpose === "train" ? slots : 0, 8],
    losses: [1, targets === "none" ? 0 : slots, 8],
    masses: [1, weighted ? slots : 0, 8],
    hits: [1, counts.hits ? slots : 0, 4],
    topHits: [1, counts.top ? slots : 0, 4],
    confusion: [outputs * Math.max(outputs, 4), counts.confusion ? 1 : 0, 4],
    deviations: [5 * outputs, counts.deviations ? 1 : 0, 8],
    penalties: [1, spec.optimizer.type === "lbfgs" ? slots : 0, 8],
  });
  const A0 = batchOf("A0", widths[0]);
  const Y = batchOf("Y", targets === "none" ? 0 : outputs);
  const room = weighted ? batch + 4 : 0;
  const factors = tables({ w: [1, room, 4], factors: [1, room, 4], cell: [1, 2, 8] });
  const noBias = biasOf("0");
  const spare = biasOf("spare");

  const names = namesOf(spec);
  const first = purpose === "gradients" ? 0 : spec.layers.findIndex(isTrained);
  const isWanted = (i: number): boolean => differentiates && first >= 0 && i >= first;
  let input = A0;
  let d = purpose === "gradients" ? batchOf("dA0", widths[0]) : undefined;
  let onlyDropped = true;
  const layers = spec.layers.map((layer, i): LayerPlan => {
    const isLast = i === spec.layers.length - 1;
    const idle = isIdle(layer, training);
    const name = names[i];
    const Z =
      idle || layer.type === "activation"
        ? input
        : batchOf(isInPlace(layer) ? name : name.replace("A", "Z"), widths[i + 1]);
    const output =
      idle || (isInPlace(layer) && layer.type !== "activation") ? Z : batchOf(name, widths[i + 1]);
    const { saved } = tables({ saved: [1, savedBytes(layer, widths[i], batch), 1] });
    const dInput = d;
    const isOwn = layer.type === "dense" || !d;
    if (isWanted(i)) d = isOwn ? batchOf(`d${output.name}`, widths[i + 1]) : renamed(d, `d${output.name}`);
    const made = {
      spec: layer,
      index: i,
      input,
      Z,
      output,
      saved,
      d,
      dInput,
      parameters: store.parameters.layers[i],
      buffers: store.buffers.layers[i],
      gradients: {},
      isFolded: isLast && isFolded(spec),
      skipsZeros: request.skipsZeros && onlyDropped,
      descends: purpose === "train" && descends(spec, layer, batch),
    };
    onlyDropped &&= layer.type === "dropout";
    input = output;
    return made;
  });

  let gradients = planParameters(spec, end, "d");
  const keepsGradients =
    purpose === "gradients" || layers.some((layer) => isTrained(layer.spec) && !layer.descends);
  if (differentiates && keepsGradients) end = line(end + gradients.bytes);
  else gradients = { address: 0, bytes: 0, layers: spec.layers.map(() => ({})) };
  layers.forEach((layer, i) => {
    // Those of a frozen layer stay zeros: norms and dot products run over all of them.
    layer.gradients = isTrained(layer.spec) ? gradients.layers[i] : {};
  });
  const scratch = tables({ scratch: [1, scratchBytes(widths, batch, differentiates), 1] });
  const zeros = end;
  const byRow = tables({
    x: [widths[0], rows, bytes ? 1 : 4],
    y: [targets === "matrix" ? outputs : Number(targets === "classes"), rows, 4],
    weights: [1, weighted ? rows : 0, 4],
    predictions: [outputs, purpose === "predict" || counts.outputs ? slots * batch : 0, 4],
    expected: [outputs, counts.outputs ? slots * batch : 0, 4],
  });
  const { seed } = spec;
  const made = { ...bySlot, ...factors, ...scratch, ...byRow };
  return { ...request, ...made, seed, A0, Y, layers, gradients, noBias, spare, zeros, end };
}

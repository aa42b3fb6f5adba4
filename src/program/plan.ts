import { OP_BYTES, PANEL } from "../../assembly/isa.js";
import { inputsOf, type NetworkSpec } from "../spec/spec.js";
import { batchMatrix, biasMatrix, type Matrix, table, weightMatrix } from "./matrix.js";

/** The parameters of one layer. */
export interface LayerParameters {
  W: Matrix;
  b: Matrix;
}

/** All parameters as one flat vector, which gradients and optimizer states mirror. */
export interface Parameters {
  address: number;
  bytes: number;
  layers: LayerParameters[];
}

/** What a program is for: a training step, a loss without a step, predictions, or gradients without a step. */
export type Purpose = "train" | "evaluate" | "predict" | "gradients";

/** How the targets come: not at all, as rows of numbers, or as one class index a row. */
export type Targets = "none" | "matrix" | "classes";

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
  /** Whether right predictions are counted. */
  accuracy: boolean;
  /** Whether zeros of the inputs are skipped; the bits are the same. */
  skipsZeros: boolean;
  /** Rows of the whole data set where it does not fit the window, else 0: room for a permutation of them. */
  permuted: number;
  /** Where the plan begins. */
  address: number;
}

/** Every address of a program. */
export interface Plan extends Request {
  program: Matrix;
  /** Which row of the window each sample of an epoch is, in whole batches. */
  order: Matrix;
  permutation: Matrix;
  x: Matrix;
  y: Matrix;
  rates: Matrix;
  losses: Matrix;
  hits: Matrix;
  predictions: Matrix;
  /** A[0] is the batch of inputs; Z[l] and A[l] come from layer l = 1... Z and A are one where f works in place. */
  A: Matrix[];
  Z: Matrix[];
  Y: Matrix;
  /** dA[l], which becomes dZ[l] in place; dA[0] where gradients of the inputs are wanted. */
  d: Matrix[];
  gradients: Parameters;
  /** Whether each layer descends as soon as its gradient is known, so that no gradients are kept. */
  descends: boolean;
  scratch: Matrix;
  /** Up to here memory starts as zeros: padding is never written. */
  zeros: number;
  /** The first address behind the plan. */
  end: number;
}

const LINE = 64;
const line = (address: number): number => Math.ceil(address / LINE) * LINE;

/** Instructions that a program of this network may have at most. */
export function programLimit(spec: NetworkSpec): number {
  return 8 + 5 * spec.layers.length;
}

/** The parameters of a network (or what mirrors them, with a prefix such as "d") from `address` on. */
export function planParameters(spec: NetworkSpec, address: number, prefix = ""): Parameters {
  let at = address;
  const layers = spec.layers.map(({ units }, i) => {
    const W = weightMatrix(`${prefix}W${i + 1}`, units, inputsOf(spec, i), at);
    const b = biasMatrix(`${prefix}b${i + 1}`, units, at + W.bytes);
    at = b.address + b.bytes;
    return { W, b };
  });
  return { address, bytes: at - address, layers };
}

/** Whether layer `index` applies f in place: linear changes nothing, relu is the floor of the product. */
function isInPlace(spec: NetworkSpec, index: number): boolean {
  const { activation } = spec.layers[index];
  return activation === "linear" || activation === "relu";
}

/** Larger batches pass through the cache in blocks, which a descent in one go cannot. */
const DESCENT_BATCH = 512;

/** Whether the update is W - α·dW and nothing else. */
function isPlainDescent({ optimizer }: NetworkSpec): boolean {
  return optimizer.type === "sgd" && optimizer.momentum === 0 && optimizer.weightDecay === 0;
}

/**
 * Bytes that a kernel works in: dZ in panels of eight units or eight samples; lists of inputs that are not zero; and
 * four rows of logits and targets, turned.
 */
function scratchBytes(spec: NetworkSpec, batch: number, trains: boolean): number {
  const widest = Math.max(...spec.layers.map(({ units }) => units)) + PANEL;
  const panels = 4 * widest * (trains ? batch + PANEL : 1);
  const lists = (16 + 4) * (Math.max(spec.inputs, batch) + PANEL);
  return Math.max(panels + lists, 2 * 16 * widest) + LINE;
}

/** Gives every matrix of a program its address. Pure: nothing is allocated. */
export function plan(spec: NetworkSpec, request: Request): Plan {
  const { purpose, batch, rows, bytes, targets, accuracy, permuted } = request;
  const trains = purpose === "train" || purpose === "gradients";
  const slots = request.epochs * Math.ceil(rows / batch);
  const outputs = spec.layers[spec.layers.length - 1].units;

  let end = line(request.address);
  const place = (make: (address: number) => Matrix): Matrix => {
    const matrix = make(end);
    end = line(end + matrix.bytes);
    return matrix;
  };
  const tableOf = (name: string, width: number, entries: number, size: number): Matrix =>
    place((at) => table(name, width, entries, size, at));

  // Programs lie side by side: for a full batch, for the short last one, and one instruction that shuffles.
  const program = tableOf("program", OP_BYTES, 2 * programLimit(spec) + 1, 1);
  const order = tableOf("order", 1, slots * batch, 4);
  const permutation = tableOf("permutation", 1, permuted, 4);
  const rates = tableOf("rates", 1, purpose === "train" ? slots : 0, 8);
  const losses = tableOf("losses", 1, targets === "none" ? 0 : slots, 8);
  const hits = tableOf("hits", 1, accuracy ? slots : 0, 4);

  const batchOf = (name: string, width: number): Matrix => place((at) => batchMatrix(name, width, batch, at));
  const A = [batchOf("A0", spec.inputs)];
  const Z = [A[0]];
  spec.layers.forEach(({ units }, i) => {
    const inPlace = isInPlace(spec, i);
    const z = batchOf(`${inPlace ? "A" : "Z"}${i + 1}`, units);
    Z.push(z);
    A.push(inPlace ? z : batchOf(`A${i + 1}`, units));
  });
  const Y = batchOf("Y", targets === "none" ? 0 : outputs);
  const d: Matrix[] = [];
  if (trains) {
    spec.layers.forEach(({ units }, i) => {
      d[i + 1] = batchOf(`dZ${i + 1}`, units);
    });
    if (purpose === "gradients") d[0] = batchOf("dA0", spec.inputs);
  }
  const descends = purpose === "train" && isPlainDescent(spec) && batch <= DESCENT_BATCH;
  let gradients = planParameters(spec, end, "d");
  if (trains && !descends) end = line(end + gradients.bytes);
  else gradients = { address: 0, bytes: 0, layers: [] };
  const scratch = tableOf("scratch", 1, scratchBytes(spec, batch, trains), 1);
  const zeros = end;
  const x = tableOf("X", spec.inputs, rows, bytes ? 1 : 4);
  const y = tableOf("y", targets === "matrix" ? outputs : Number(targets === "classes"), rows, 4);
  const predictions = tableOf("predictions", outputs, purpose === "predict" ? rows : 0, 4);
  const tables = { program, order, permutation, x, y, rates, losses, hits, predictions };
  return { ...request, ...tables, A, Z, Y, d, gradients, descends, scratch, zeros, end };
}

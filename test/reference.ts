/**
 * The article, mended, in float64 with plain loops: the oracle of gradients and of whole training runs. A matrix is
 * a list of rows, and a row of a batch is one sample. Losses are means, the optimizers are PyTorch's.
 */

import { FORMULAS } from "../src/formulas/activations.js";
import { float64 } from "../src/formulas/float64.js";
import { checkLoss, isMeanOverSamples, type NamedLossSpec, namedKindOf } from "../src/model/losses.js";
import { type ActivationName, LOSSES, type LossName } from "../src/model/names.js";
import type { AdamSpec, SgdSpec } from "../src/program/optimizers.js";
import { derivativeOf } from "./duals.js";

export type Row = number[];
export type Layer = { W: Row[]; b: Row };
export type Net = {
  layers: (Layer & { activation: ActivationName })[];
  loss: LossName;
  optimizer: SgdSpec | AdamSpec;
};

const sum = (row: Row): number => row.reduce((total, x) => total + x, 0);
const ln = (x: number): number => Math.log(Math.max(x, Number.MIN_VALUE));
const dot = (p: Row, q: Row): number => sum(p.map((x, j) => x * q[j]));

function softmax(z: Row): Row {
  const e = z.map((x) => Math.exp(x - Math.max(...z)));
  return e.map((x) => x / sum(e));
}

/** A = f(Z) of one row. */
export function activate(name: ActivationName, z: Row): Row {
  return name === "softmax" ? softmax(z) : z.map((value) => FORMULAS[name](value, float64));
}

/** dZ of one row from Z, A and dA. */
export function derive(name: ActivationName, z: Row, a: Row, dA: Row): Row {
  if (name === "softmax") return a.map((share, j) => share * (dA[j] - dot(a, dA)));
  return dA.map((d, j) => d * derivativeOf(FORMULAS[name], z[j]));
}

/** Loss and derivative by output, and what makes probabilities of logits for the losses that compare those. */
type Loss = {
  L(a: number, y: number): number;
  dL(a: number, y: number): number;
  logits?: ActivationName;
  /** True if samples and their targets are divided by their lengths first. */
  isOfAngle?: boolean;
};
const bce: Loss["L"] = (a, y) => -y * ln(a) - (1 - y) * ln(1 - a);
const huber = (d: number): number => (Math.abs(d) < 1 ? d ** 2 / 2 : Math.abs(d) - 1 / 2);
const side = (y: number): number => (y > 0 ? 1 : -1);
const least = (a: number): number => Math.max(a, 1e-8);
const slope = (a: number, y: number): number => (a > 1e-8 ? y / a : 0);
/** Written out once more, so that an error in src/model/losses.ts or in a derivative shows. */
const WRITTEN_OUT: Partial<Record<LossName, Loss>> = {
  meanSquaredError: { L: (a, y) => (a - y) ** 2, dL: (a, y) => 2 * (a - y) },
  meanAbsoluteError: { L: (a, y) => Math.abs(a - y), dL: (a, y) => Math.sign(a - y) },
  huber: { L: (a, y) => huber(a - y), dL: (a, y) => Math.min(Math.max(a - y, -1), 1) },
  logCosh: {
    L: (a, y) => Math.abs(a - y) + Math.log1p(Math.exp(-2 * Math.abs(a - y))) - Math.LN2,
    dL: (a, y) => Math.tanh(a - y),
  },
  hinge: {
    L: (a, y) => Math.max(0, 1 - side(y) * a),
    dL: (a, y) => (side(y) * a < 1 ? -side(y) : 0),
  },
  poisson: { L: (a, y) => a - y * Math.log(least(a)), dL: (a, y) => 1 - slope(a, y) },
  klDivergence: {
    L: (a, y) => (y === 0 ? 0 : y * Math.log(y / least(a))),
    dL: (a, y) => -slope(a, y),
  },
  quantile: {
    L: (a, y) => (y > a ? (y - a) / 2 : (a - y) / 2),
    dL: (a, y) => Math.sign(a - y) / 2,
  },
  focal: {
    L: (a, y) => (a + y - 2 * a * y) ** 2 * bce(a, y),
    dL: (a, y) => {
      const miss = a + y - 2 * a * y;
      return miss ** 2 * ((a - y) / (a * (1 - a))) + 2 * miss * (1 - 2 * y) * bce(a, y);
    },
    logits: "sigmoid",
  },
  cosineSimilarity: { L: (a, y) => -a * y, dL: (_, y) => -y, isOfAngle: true },
  binaryCrossentropy: { L: bce, dL: (a, y) => (a - y) / (a * (1 - a)), logits: "sigmoid" },
  categoricalCrossentropy: { L: (a, y) => -y * ln(a), dL: (a, y) => -y / a, logits: "softmax" },
};

/** A loss that is not written out: its own value with its default options, and central differences. */
function lossOf(name: LossName): Loss {
  const spec = checkLoss(name, "linear", 2) as NamedLossSpec;
  const L: Loss["L"] = (a, y) => namedKindOf(spec).value(a, y, spec);
  return { L, dL: (a, y) => (L(a + 1e-6, y) - L(a - 1e-6, y)) / 2e-6 };
}

export const losses = Object.fromEntries(
  LOSSES.map((name) => [name, WRITTEN_OUT[name] ?? lossOf(name)]),
) as Record<LossName, Loss>;

/** Z = W·A + b and A = f(Z) of every layer; A[0] is x. */
export function forward({ layers }: Net, x: Row[]): { Z: Row[][]; A: Row[][] } {
  const [Z, A]: Row[][][] = [[x], [x]];
  for (const { W, b, activation } of layers) {
    Z.push(A[A.length - 1].map((a) => W.map((w, unit) => b[unit] + dot(w, a))));
    A.push(Z[Z.length - 1].map((z) => activate(activation, z)));
  }
  return { Z, A };
}

export const predict = (net: Net, x: Row[]): Row[] => forward(net, x).A[net.layers.length];

const PROBABILITIES: ActivationName[] = ["sigmoid", "hardSigmoid", "softmax"];

/** A function of one row, and the gradient of its argument from that of its value. */
interface RowMap {
  of(a: Row): Row;
  back(a: Row, p: Row, dP: Row): Row;
}

/** p / Σp, for outputs that are probabilities but no distribution. */
const SHARES: RowMap = {
  of: (a) => a.map((x) => x / sum(a)),
  back: (a, p, dP) => dP.map((d) => (d - dot(dP, p)) / sum(a)),
};

/** a / |a| */
const DIRECTION: RowMap = {
  of: (a) => a.map((x) => x / Math.hypot(...a)),
  back: (a, p, dP) => dP.map((d, j) => (d - dot(dP, p) * p[j]) / Math.hypot(...a)),
};

/** The targets as the loss compares them. */
const comparedTargets = ({ loss }: Net, y: Row[]): Row[] =>
  losses[loss].isOfAngle ? y.map(DIRECTION.of) : y;

/** The function that turns outputs into probabilities, or into a distribution, for a loss that compares those. */
function compared({ layers, loss }: Net): RowMap {
  const last = layers[layers.length - 1].activation;
  const { logits = "linear", isOfAngle } = losses[loss];
  if (isOfAngle) return DIRECTION;
  const isGiven = PROBABILITIES.includes(last);
  if (isGiven && logits === "softmax") return SHARES;
  const name = isGiven ? "linear" : logits;
  return { of: (a) => activate(name, a), back: (a, p, dP) => derive(name, a, p, dP) };
}

/** The 1/m of the article: a mean over samples and outputs, or over samples where the outputs are one choice. */
function share({ loss }: Net, y: Row[]): number {
  return 1 / (isMeanOverSamples(checkLoss(loss, "linear", 2)) ? y.length : y.length * y[0].length);
}

/** The mean loss. */
export function cost(net: Net, x: Row[], y: Row[]): number {
  const P = predict(net, x).map(compared(net).of);
  const Y = comparedTargets(net, y);
  return share(net, y) * sum(P.map((p, s) => sum(p.map((a, j) => losses[net.loss].L(a, Y[s][j])))));
}

/** dW = dZ·Aᵀ, db = dZ·1 and dA = Wᵀ·dZ, from the last layer to the first. */
export function backward(net: Net, x: Row[], y: Row[]): { layers: Layer[]; inputs: Row[] } {
  const { Z, A } = forward(net, x);
  const { of, back } = compared(net);
  const Y = comparedTargets(net, y);
  let dA = A[net.layers.length].map((a, s) => {
    const P = of(a);
    const dP = P.map((p, j) => share(net, y) * losses[net.loss].dL(p, Y[s][j]));
    return back(a, P, dP);
  });
  const layers: Layer[] = [];
  for (let l = net.layers.length; l > 0; l--) {
    const { W, activation } = net.layers[l - 1];
    const dZ = dA.map((d, s) => derive(activation, Z[l][s], A[l][s], d));
    const b = W.map((_, unit) => sum(dZ.map((d) => d[unit])));
    layers.unshift({
      W: W.map((w, unit) => w.map((_, i) => sum(dZ.map((d, s) => d[unit] * A[l - 1][s][i])))),
      b,
    });
    dA = dZ.map((d) => W[0].map((_, i) => sum(W.map((w, unit) => w[i] * d[unit]))));
  }
  return { layers, inputs: dA };
}

/** The state of an optimizer for one parameter. */
export type State = { m: number; v: number };

/** One parameter after one update with gradient g; t counts updates from 1. */
export function update(o: Net["optimizer"], w: number, gradient: number, state: State, t: number): number {
  const g = gradient + (o.weightDecay as number) * w;
  const rate = o.learningRate as number;
  if (o.type === "sgd") {
    state.v = o.momentum * state.v + g;
    return w - rate * (o.nesterov ? g + o.momentum * state.v : state.v);
  }
  state.m = o.beta1 * state.m + (1 - o.beta1) * g;
  state.v = o.beta2 * state.v + (1 - o.beta2) * g * g;
  const m = state.m / (1 - o.beta1 ** t);
  return w - (rate * m) / (Math.sqrt(state.v / (1 - o.beta2 ** t)) + o.epsilon);
}

/** Trains in place, rows in their own order; the loss of every step. */
export function train(net: Net, x: Row[], y: Row[], epochs: number, batchSize: number): number[] {
  const rows = (layers: Layer[]): Row[] => layers.flatMap(({ W, b }) => [...W, b]);
  const states = rows(net.layers).map((row) => row.map(() => ({ m: 0, v: 0 })));
  const steps: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let first = 0; first < x.length; first += batchSize) {
      const batch = [x, y].map((data) => data.slice(first, first + batchSize));
      steps.push(cost(net, batch[0], batch[1]));
      const gradients = rows(backward(net, batch[0], batch[1]).layers);
      rows(net.layers).forEach((row, r) => {
        row.forEach((w, i) => {
          row[i] = update(net.optimizer, w, gradients[r][i], states[r][i], steps.length);
        });
      });
    }
  }
  return steps;
}

import { Hit, Op, Source } from "../../assembly/isa.js";
import { endsInLogits, isFused, type NetworkSpec, outputLayer, picksLargest } from "../spec/spec.js";
import {
  activate,
  dense,
  derive,
  descend,
  type Instruction,
  inputGradient,
  loss,
  weightGradient,
} from "./equations.js";
import type { Matrix } from "./matrix.js";
import type { Parameters, Plan } from "./plan.js";
import { isTiny, tinyStep } from "./tiny.js";

/** Addresses that live as long as the network: the parameters and the optimizer's states, one after the other. */
export interface Store {
  parameters: Parameters;
  states: readonly Parameters[];
}

/** The batch: rows named by the order table come from the window, targets become a matrix. */
function gatherBatch(spec: NetworkSpec, plan: Plan, samples: number): Instruction[] {
  const { x, y, order, A, Y, batch } = plan;
  const common = { rows: samples, inner: batch, b: order.address };
  const program: Instruction[] = [
    {
      equation: plan.bytes ? `A0 = X[order] · ${Number(spec.inputScale.toPrecision(6))}` : "A0 = X[order]",
      result: A[0],
      op: Op.gather,
      f: plan.bytes ? Source.uint8 : Source.float32,
      ...common,
      cols: x.rows,
      a: x.address,
      lda: x.stride,
      c: A[0].address,
      ldc: A[0].stride,
      p: [spec.inputScale],
    },
  ];
  if (plan.targets === "none") return program;
  const target = { result: Y, ...common, a: y.address, lda: y.stride, c: Y.address, ldc: Y.stride };
  if (plan.targets === "classes")
    program.push({ equation: "Y = oneHot(y[order])", op: Op.oneHot, ...target });
  else program.push({ equation: "Y = Y[order]", op: Op.gather, f: Source.float32, cols: y.rows, ...target });
  return program;
}

/** The order of an epoch, whose number is the step: of the rows of the window, or of all rows where they pass it. */
export function shuffle({ seed }: NetworkSpec, { order, permutation, rows, batch }: Plan): Instruction {
  const result = permutation.cols > 0 ? permutation : order;
  return {
    equation: `${result.name} = shuffle(epoch)`,
    result,
    op: Op.shuffle,
    rows: permutation.cols || rows,
    c: result.address,
    ldc: 4 * batch * Math.ceil(rows / batch),
    p: [seed],
  };
}

/** Z = W·A + b and A = f(Z) for every layer; a fused loss needs no last A. */
export function forward(
  spec: NetworkSpec,
  plan: Plan,
  { parameters }: Store,
  samples: number,
): Instruction[] {
  return spec.layers.flatMap(({ activation }, i) => {
    const [Z, A] = [plan.Z[i + 1], plan.A[i + 1]];
    const options = {
      isRelu: activation === "relu",
      skipsZeros: plan.skipsZeros && i === 0,
      scratch: plan.scratch,
    };
    const product = dense(parameters.layers[i], plan.A[i], Z, samples, options);
    const skipped = i === spec.layers.length - 1 && plan.purpose !== "predict" && isFused(spec);
    return Z === A || skipped ? [product] : [product, activate(activation, Z, A, samples)];
  });
}

/** The matrix that the loss and the metrics read: the last Z where the loss is on logits, else the last A. */
function lossInput(spec: NetworkSpec, plan: Plan): Matrix {
  return (isFused(spec) ? plan.Z : plan.A)[spec.layers.length];
}

/** L and, in training, dL/dZ or dL/dA of the last layer. The 1/m of the article is here. */
function lossOf(spec: NetworkSpec, plan: Plan, samples: number): Instruction {
  const { Y, losses, scratch } = plan;
  const input = lossInput(spec, plan);
  const gradient = plan.d[spec.layers.length];
  const scale = 1 / (spec.loss === "categoricalCrossentropy" ? samples : samples * input.rows);
  return loss(spec.loss, { input, Y, gradient, losses, scratch, scale }, samples);
}

/** How many predictions of the batch are right. */
function hitsOf(spec: NetworkSpec, plan: Plan, samples: number): Instruction {
  const input = lossInput(spec, plan);
  const largest = picksLargest(spec);
  const threshold = isFused(spec) || endsInLogits(spec) ? 0 : 0.5;
  return {
    equation: `hits = count(${largest ? `argmax ${input.name} = argmax Y` : `${input.name} > ${threshold} = Y > 0.5`})`,
    result: plan.hits,
    op: Op.hits,
    f: largest ? Hit.largest : Hit.threshold,
    rows: samples,
    cols: outputLayer(spec).units,
    a: input.address,
    lda: input.stride,
    b: plan.Y.address,
    ldb: plan.Y.stride,
    d: plan.hits.address,
    p: [threshold],
  };
}

/**
 * From the last layer to the first: dZ = dA * f'(Z), dA = Wᵀ·dZ for the layer before, and dW = dZ·Aᵀ, db = dZ·1, or the
 * descent along them.
 */
export function backward(
  spec: NetworkSpec,
  plan: Plan,
  { parameters }: Store,
  samples: number,
): Instruction[] {
  const { Z, A, d, gradients, scratch, rates } = plan;
  const program: Instruction[] = [];
  for (let l = spec.layers.length; l > 0; l--) {
    const { activation } = spec.layers[l - 1];
    const isDone = activation === "linear" || (l === spec.layers.length && isFused(spec));
    if (!isDone) program.push(derive(activation, Z[l], A[l], d[l], samples));
    // First dA, because the descent changes W.
    if (d[l - 1]) program.push(inputGradient(parameters.layers[l - 1].W, d[l], d[l - 1], scratch, samples));
    const operands = { dZ: d[l], A: A[l - 1], scratch, skipsZeros: plan.skipsZeros && l === 1 };
    if (plan.descends) program.push(descend(operands, parameters.layers[l - 1], rates, samples));
    else program.push(weightGradient(operands, gradients.layers[l - 1], samples));
  }
  return program;
}

/** θ = θ - α·(what the optimizer makes of dθ), over all parameters at once; nothing where the layers descend. */
export function update({ optimizer }: NetworkSpec, plan: Plan, { parameters, states }: Store): Instruction[] {
  if (plan.descends) return [];
  const result: Matrix = { ...parameters.layers[0].W, name: "θ", rows: parameters.bytes / 4, cols: 1 };
  const common = {
    result,
    cols: parameters.bytes / 4,
    a: parameters.address,
    b: plan.gradients.address,
    c: states[0]?.address,
    rates: plan.rates.address,
  };
  if (optimizer.type === "sgd") {
    const { momentum, weightDecay, nesterov } = optimizer;
    const g = weightDecay ? `dθ + ${weightDecay}·θ` : "dθ";
    const direction = nesterov ? `(${g} + ${momentum}·v)` : "v";
    const equation = momentum ? `v = ${momentum}·v + ${g}, θ = θ - α·${direction}` : `θ = θ - α·(${g})`;
    return [{ equation, op: Op.sgd, f: Number(nesterov), ...common, p: [momentum, weightDecay] }];
  }
  const { beta1, beta2, epsilon, weightDecay } = optimizer;
  const p = [beta1, beta2, epsilon, weightDecay];
  return [{ equation: "θ = adam(θ, dθ, α)", op: Op.adam, ...common, e: states[1].address, p }];
}

/** The rows of the last A, without padding, at their place in the predictions. */
function scatter(spec: NetworkSpec, plan: Plan, samples: number): Instruction {
  const a = plan.A[spec.layers.length];
  return {
    equation: `predictions = ${a.name}`,
    result: plan.predictions,
    op: Op.scatter,
    rows: samples,
    inner: plan.batch,
    cols: a.rows,
    a: a.address,
    lda: a.stride,
    c: plan.predictions.address,
  };
}

/**
 * The program of one step over `samples` rows, as a list of equations. Pure: testable without WebAssembly.
 * @param samples default: the plan's batch; fewer for the last step of an epoch.
 */
export function compile(spec: NetworkSpec, plan: Plan, store: Store, samples = plan.batch): Instruction[] {
  if (isTiny(spec, plan)) return [tinyStep(spec, plan, store)];
  const program = [...gatherBatch(spec, plan, samples), ...forward(spec, plan, store, samples)];
  if (plan.purpose === "predict") return [...program, scatter(spec, plan, samples)];
  program.push(lossOf(spec, plan, samples));
  if (plan.accuracy) program.push(hitsOf(spec, plan, samples));
  if (plan.purpose === "evaluate") return program;
  program.push(...backward(spec, plan, store, samples));
  if (plan.purpose === "train") program.push(...update(spec, plan, store));
  return program;
}

import { Activation, Hit, Loss, Op, Source } from "../../assembly/isa.js";
import { endsInLogits, isFused, type NetworkSpec, outputLayer, picksLargest } from "../spec/spec.js";
import type { Matrix } from "./matrix.js";
import type { Parameters, Plan } from "./plan.js";

/** One instruction with names: the equation it stands for, the matrix it writes, and its operands. */
export interface Instruction {
  equation: string;
  result: Matrix;
  op: Op;
  f?: number;
  rows?: number;
  inner?: number;
  cols?: number;
  a?: number;
  b?: number;
  c?: number;
  d?: number;
  e?: number;
  lda?: number;
  ldb?: number;
  ldc?: number;
  p?: readonly number[];
}

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

/** Z = W·A + b and A = f(Z) for every layer; a fused loss needs no last A. */
function forward(spec: NetworkSpec, plan: Plan, { parameters }: Store, samples: number): Instruction[] {
  const program: Instruction[] = [];
  spec.layers.forEach(({ activation }, i) => {
    const { W, b } = parameters.layers[i];
    const [input, z, a] = [plan.A[i], plan.Z[i + 1], plan.A[i + 1]];
    const product = `W${i + 1}·A${i} + b${i + 1}`;
    program.push({
      equation: `${z.name} = ${activation === "relu" ? `relu(${product})` : product}`,
      result: z,
      op: Op.dense,
      rows: samples,
      inner: W.cols,
      cols: W.rows,
      a: input.address,
      lda: input.stride,
      b: W.address,
      ldb: W.stride,
      c: z.address,
      ldc: z.stride,
      d: b.address,
      p: [activation === "relu" ? 0 : -Infinity],
    });
    const skipped = i === spec.layers.length - 1 && plan.purpose !== "predict" && isFused(spec);
    if (z === a || skipped) return;
    program.push({
      equation: `${a.name} = ${activation}(${z.name})`,
      result: a,
      op: Op.activate,
      f: Activation[activation],
      rows: samples,
      cols: a.rows,
      a: z.address,
      lda: z.stride,
      c: a.address,
      ldc: a.stride,
    });
  });
  return program;
}

/** The matrix that the loss and the metrics read: the last Z where the loss is on logits, else the last A. */
function lossInput(spec: NetworkSpec, plan: Plan): Matrix {
  return (isFused(spec) ? plan.Z : plan.A)[spec.layers.length];
}

/** L and, in training, dL/dZ or dL/dA of the last layer. The 1/m of the article is here. */
function lossOf(spec: NetworkSpec, plan: Plan, samples: number): Instruction {
  const input = lossInput(spec, plan);
  const gradient = plan.d[spec.layers.length];
  const scale = 1 / (spec.loss === "categoricalCrossentropy" ? samples : samples * input.rows);
  const name = input.name.replace("A", "dA").replace("Z", "dZ");
  return {
    equation: `${gradient ? `L, ${name}` : "L"} = ${spec.loss}(${input.name}, Y)`,
    result: gradient ?? plan.losses,
    op: Op.loss,
    f: Loss[spec.loss],
    rows: samples,
    cols: input.rows,
    a: input.address,
    lda: input.stride,
    b: plan.Y.address,
    ldb: plan.Y.stride,
    c: gradient?.address,
    ldc: gradient?.stride,
    d: plan.losses.address,
    e: plan.scratch.address,
    p: [scale],
  };
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

/** From the last layer to the first: dZ = dA * f'(Z), dW = dZ·Aᵀ, db = dZ·1, and dA = Wᵀ·dZ for the layer before. */
function backward(spec: NetworkSpec, plan: Plan, { parameters }: Store, samples: number): Instruction[] {
  const program: Instruction[] = [];
  for (let l = spec.layers.length; l > 0; l--) {
    const { activation } = spec.layers[l - 1];
    const [d, z, a, input, before] = [plan.d[l], plan.Z[l], plan.A[l], plan.A[l - 1], plan.d[l - 1]];
    const { W } = parameters.layers[l - 1];
    const gradient = plan.gradients.layers[l - 1];
    const isDone = activation === "linear" || (l === spec.layers.length && isFused(spec));
    if (!isDone) {
      program.push({
        equation: `dZ${l} = dA${l} * ${activation}'(${activation === "relu" ? a.name : `Z${l}`})`,
        result: d,
        op: Op.derive,
        f: Activation[activation],
        rows: samples,
        cols: d.rows,
        a: z.address,
        lda: z.stride,
        b: a.address,
        ldb: a.stride,
        c: d.address,
        ldc: d.stride,
      });
    }
    program.push({
      equation: `dW${l} = dZ${l}·A${l - 1}ᵀ, db${l} = dZ${l}·1`,
      result: gradient.W,
      op: Op.weightGradient,
      rows: W.cols,
      inner: samples,
      cols: W.rows,
      a: input.address,
      lda: input.stride,
      b: d.address,
      ldb: d.stride,
      c: gradient.W.address,
      ldc: gradient.W.stride,
      d: gradient.b.address,
      e: plan.scratch.address,
    });
    if (!before) continue;
    program.push({
      equation: `dA${l - 1} = W${l}ᵀ·dZ${l}`,
      result: before,
      op: Op.inputGradient,
      rows: samples,
      inner: W.rows,
      cols: W.cols,
      a: d.address,
      lda: d.stride,
      b: W.address,
      ldb: W.stride,
      c: before.address,
      ldc: before.stride,
      e: plan.scratch.address,
    });
  }
  return program;
}

/** θ = θ - α·(what the optimizer makes of dθ), over all parameters at once. */
export function update({ optimizer }: NetworkSpec, plan: Plan, { parameters, states }: Store): Instruction {
  const result: Matrix = { ...parameters.layers[0].W, name: "θ", rows: parameters.bytes / 4, cols: 1 };
  const common = {
    result,
    cols: parameters.bytes / 4,
    a: parameters.address,
    b: plan.gradients.address,
    c: states[0]?.address,
    d: plan.rates.address,
  };
  if (optimizer.type === "sgd") {
    const { momentum, weightDecay, nesterov } = optimizer;
    const equation = momentum ? `v = ${momentum}·v + dθ, θ = θ - α·v` : "θ = θ - α·dθ";
    return { equation, op: Op.sgd, f: Number(nesterov), ...common, p: [momentum, weightDecay] };
  }
  const { beta1, beta2, epsilon, weightDecay } = optimizer;
  const p = [beta1, beta2, epsilon, weightDecay];
  return { equation: "θ = adam(θ, dθ, α)", op: Op.adam, ...common, e: states[1].address, p };
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
  const program = [...gatherBatch(spec, plan, samples), ...forward(spec, plan, store, samples)];
  if (plan.purpose === "predict") return [...program, scatter(spec, plan, samples)];
  program.push(lossOf(spec, plan, samples));
  if (plan.accuracy) program.push(hitsOf(spec, plan, samples));
  if (plan.purpose === "evaluate") return program;
  program.push(...backward(spec, plan, store, samples));
  return plan.purpose === "train" ? [...program, update(spec, plan, store)] : program;
}

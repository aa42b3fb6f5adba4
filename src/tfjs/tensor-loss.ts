import type { CustomLoss } from "../model/custom-loss.js";
import { refuse } from "./refusal.js";
import type { DataType, Measure, Tensor, TensorFlow } from "./types.js";

/** The rows of one step, as a loss of TensorFlow.js takes them. */
export interface LossBatch {
  rows: number;
  /** Row by row. */
  targets: Float32Array;
  /** The kind of the targets in TensorFlow.js. */
  dtype: DataType;
  /** A factor of the loss of each row, if there are any. */
  weights: Float32Array | undefined;
  /** True if the gradient is needed too. */
  isTraining: boolean;
}

/** The functions of TensorFlow.js that such losses need. */
interface Calculus {
  mean(x: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  valueAndGrad(f: (x: Tensor) => Tensor): (x: Tensor) => { value: Tensor; grad: Tensor };
  variableGrads(f: () => Tensor): object;
}

const CALCULUS = ["mean", "mul", "valueAndGrad", "variableGrads"] as const;

/** True if a function returns. */
function succeeds(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

/** A loss that TensorFlow.js computes in the middle of a step of densely, with its gradient: any function of targets and outputs. */
export class TensorLoss {
  /** The loss as densely has it. Each step is preceded by `begin`. */
  readonly input: CustomLoss;
  /** True for a function of the user, which may read the weights of the model. */
  readonly isOwn: boolean;
  readonly #tf: TensorFlow & Calculus;
  readonly #measure: Measure;
  #batch!: LossBatch;
  #gradient!: ArrayLike<number>;
  #isProbed = false;

  /** @param name that of a loss of TensorFlow.js; undefined for a function of the user. @throws Refusal */
  constructor(tf: TensorFlow, measure: Measure, name: string | undefined) {
    for (const member of CALCULUS) {
      if (typeof tf[member] !== "function")
        refuse(`${name ? `loss ${name}` : "custom loss"} without tf.${member}`);
    }
    this.#tf = tf as TensorFlow & Calculus;
    this.#measure = measure;
    this.isOwn = name === undefined;
    this.input = {
      name: name ?? "custom loss",
      value: (outputs, _, width) => this.#tf.tidy(() => this.#compute(outputs, width)),
      gradient: (_outputs, _targets, out) => out.set(this.#gradient),
    };
  }

  /** Sets the rows of the next step. */
  begin(batch: LossBatch): void {
    this.#batch = batch;
  }

  /**
   * Tries the loss on some rows, once.
   * @throws Refusal if its gradient does not come from the outputs alone, or cannot be read at once.
   */
  probe(batch: LossBatch, width: number): void {
    if (this.#isProbed) return;
    this.#batch = { ...batch, isTraining: true };
    const outputs = new Float32Array(batch.rows * width).fill(0.5);
    const { variableGrads } = this.#tf;
    const dependsOnVariables = () =>
      this.#tf.tidy(() => {
        variableGrads(() => this.#mean(this.#tensor(outputs, [batch.rows, width])));
        return 0;
      });
    if (this.isOwn && succeeds(dependsOnVariables)) refuse("custom loss of variables");
    if (!succeeds(() => this.input.value(outputs, outputs, width))) refuse("loss without a gradient");
    this.#isProbed = true;
  }

  /** The mean loss of the rows; the gradient is kept. */
  #compute(outputs: Float32Array, width: number): number {
    const a = this.#tensor(outputs, [this.#batch.rows, width]);
    if (!this.#batch.isTraining) return this.#mean(a).dataSync()[0];
    const { value, grad } = this.#tf.valueAndGrad((x) => this.#mean(x))(a);
    this.#gradient = grad.dataSync();
    return value.dataSync()[0];
  }

  #mean(outputs: Tensor): Tensor {
    const { rows, targets, dtype, weights } = this.#batch;
    const losses = this.#measure(this.#tensor(targets, [rows, targets.length / rows], dtype), outputs);
    return this.#tf.mean(weights ? this.#tf.mul(losses, this.#tensor(weights, [rows])) : losses);
  }

  #tensor(values: Float32Array, shape: number[], dtype: DataType = "float32"): Tensor {
    return this.#tf.tensor(values, shape, dtype) as Tensor;
  }
}

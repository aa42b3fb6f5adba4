import { predict } from "../network/inference.js";
import { inputRows, readSync, rowsOf, UNFIT } from "./data.js";
import { type BatchMetric, type Compared, metricsOf } from "./metrics.js";
import { Refusal, refuse } from "./refusal.js";
import { Steps } from "./steps.js";
import { attempt, type Translation, translate, translateForPrediction } from "./translation.js";
import { Twin } from "./twin.js";
import type { DataType, Measure, Model, Optimizer, Tensor, TensorFlow } from "./types.js";

/** A model in densely's memory, with its metrics if it is compiled. */
export interface Known {
  twin: Twin;
  metrics: BatchMetric[];
}

/** The members of tf.engine() that tell where a prediction is made. */
interface EngineState {
  backendName: string;
  state: { gradientDepth: number };
}

/** Backends whose tensors can be read without waiting for a graphics card. */
const BACKENDS: readonly string[] = ["cpu", "wasm"];

/** The models of one copy of TensorFlow.js in densely's memory. */
export class Twins {
  readonly #tf: TensorFlow;
  readonly #known = new WeakMap<Model, Known>();
  /** The last one that was made: programs that make one model after the other use its memory again. */
  #last: Twin | undefined;

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  /** A model that was translated anew, with its memory if nothing has changed. */
  #renew(model: Model, translation: Translation, optimizer?: Optimizer): Known {
    const known = this.#known.get(model);
    if (known?.twin.isOf(model, optimizer) && known.twin.hasSettings(translation)) return known;
    const twin = attempt(
      () => new Twin(this.#tf, model, translation, optimizer, this.#last),
      "no WebAssembly or no memory for it",
    );
    this.#last = twin;
    const call = (metric: Measure, compared: Compared) => this.#call(metric, compared);
    const metrics = optimizer ? metricsOf(model, translation, this.#tf, call) : [];
    const made = { twin, metrics };
    this.#known.set(model, made);
    return made;
  }

  /** The known twin and metrics of a model, if it was not compiled anew, extended or frozen since. */
  #unchanged(model: Model): Known | undefined {
    const known = this.#known.get(model);
    return known?.twin.isOf(model, model.optimizer) ? known : undefined;
  }

  /**
   * A compiled model. @param isWeighted true for a fit that weighs rows.
   * @throws Refusal for one that densely would train differently or not at all.
   */
  compiled(model: Model, isWeighted: boolean): Known {
    // Once rows were weighed, all that is done with the model is done in the same memory.
    const weighs = isWeighted || this.#unchanged(model)?.twin.translation.isWeighted === true;
    return this.#renew(model, translate(model, this.#tf, weighs), model.optimizer);
  }

  /** A compiled model whose settings, such as the rate of a dropout, were compared when its fit began. @throws Refusal */
  current(model: Model, isWeighted: boolean): Known {
    const known = this.#unchanged(model);
    return known && (known.twin.translation.isWeighted || !isWeighted)
      ? known
      : this.compiled(model, isWeighted);
  }

  /** A model that may be compiled for what densely has or not. @throws Refusal */
  #predicting(model: Model): Twin {
    const known = this.#known.get(model);
    if (known?.twin.isOf(model, model.optimizer) || known?.twin.isOf(model, undefined)) return known.twin;
    try {
      return this.compiled(model, false).twin;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.#renew(model, translateForPrediction(model)).twin;
    }
  }

  /** A metric of one batch by its function in TensorFlow.js. */
  #call(metric: Measure, { outputs, targets, dtype, rows, width }: Compared): number {
    return this.#tf.tidy(() => {
      const values = metric(
        this.#tensor(targets, [rows, targets.length / rows], dtype),
        this.#tensor(outputs.slice(), [rows, width]),
      ).dataSync();
      return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
    });
  }

  #tensor(values: Float32Array, shape: number[], dtype: DataType = "float32"): Tensor {
    return this.#tf.tensor(values, shape, dtype) as Tensor;
  }

  /**
   * The loss and the metrics of rows, as scalars.
   * @param data inputs, targets and, if there are any, factors of the loss. @param isTraining true for one update from all of them.
   * @throws Refusal
   */
  measure(model: Model, data: readonly Tensor[], batchSize: number, isTraining: boolean): Tensor[] {
    const tensors = data.filter(Boolean);
    const { twin, metrics } = this.compiled(model, tensors.length > 2);
    const rows = rowsOf(twin.translation, tensors, readSync(tensors));
    twin.take();
    const steps = new Steps(twin, rows, { batchSize, metrics, isTraining, isRepeated: false });
    try {
      const values = steps.run(0, steps.batches);
      if (isTraining) twin.give();
      return values.map((value) => this.#tensor(Float32Array.of(value), []));
    } catch (error) {
      // Its memory may not have the values of the variables any more.
      this.#known.delete(model);
      throw error;
    } finally {
      steps.dispose();
    }
  }

  /** The outputs for rows. @throws Refusal, also where a gradient is computed through them. */
  predict(model: Model, inputs: Tensor | readonly Tensor[]): Tensor {
    const { backendName, state } = (this.#tf.engine?.() ??
      refuse("predict without tf.engine")) as EngineState;
    if (!BACKENDS.includes(backendName)) refuse(`predict on ${backendName}`);
    if (state.gradientDepth > 0) refuse("predict within a gradient");
    const [x] = Array.isArray(inputs) ? inputs : [inputs];
    const { shape } = model.outputs[0];
    const twin = this.#predicting(model);
    if (shape.length !== 2) refuse("outputs of more than two axes");
    const table = inputRows(twin.translation, x, readSync([x])[0]);
    twin.take();
    const outputs = attempt(() => predict(twin.engine, table), UNFIT);
    return this.#tensor(outputs, [table.rows, outputs.length / table.rows]);
  }
}

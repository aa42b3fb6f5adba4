import { PANEL } from "../../assembly/isa.js";
import { Engine } from "../engine/engine.js";
import { offsetOf, type ParameterMatrix, sizeOf } from "../program/matrix.js";
import { matricesOf, planParameters } from "../program/parameters.js";
import { type Accumulator, optimizerKindOf, rateOf } from "./optimizers.js";
import { refuse } from "./refusal.js";
import type { Translation } from "./translation.js";
import type { Model, Optimizer, Tensor, TensorFlow, Variable, Weight } from "./types.js";

/** A matrix in densely's memory and the variable of TensorFlow.js that has the same values. */
interface Pair {
  matrix: ParameterMatrix;
  shape: readonly number[];
  /** The variable; undefined for a state that the optimizer has not made yet. */
  find(): Variable | undefined;
  /** Makes the variable, if it is one that can be missing. */
  make?(values: Tensor): void;
  /** True if training changes it. */
  isChanged: boolean;
  /** Added to each value in densely. */
  shift: number;
  /** True for a state that has the learning rate in it in TensorFlow.js. */
  isScaled: boolean;
  /** The identity of the values that both have; undefined before they were compared. */
  dataId: object | undefined;
}

/**
 * Visits the values of a matrix.
 * @param each is given the offset of a value in floats and its index in TensorFlow.js, where a kernel is [inputs][units].
 */
function visit(matrix: ParameterMatrix, each: (offset: number, index: number) => void): void {
  const { rows: units, cols: inputs } = matrix;
  for (let unit = 0; unit < units; unit++) {
    const first = offsetOf(matrix, unit, 0);
    for (let input = 0; input < inputs; input++) each(first + input * PANEL, input * units + unit);
  }
}

/**
 * A model of TensorFlow.js in densely's memory. The variables of the model and of its optimizer are where values live: `take`
 * reads those that were replaced, and `give` replaces those that training has changed. Between the two nothing else runs.
 */
export class Twin {
  readonly engine: Engine;
  readonly translation: Translation;
  readonly #tf: TensorFlow;
  readonly #optimizer: Optimizer | undefined;
  readonly #weights: readonly Weight[] | undefined;
  readonly #parts: readonly unknown[];
  readonly #pairs: readonly Pair[];
  readonly #key: string;
  /** Scalars of the optimizer that change with each update, and the identities of their values in its variables. */
  #counters = new Float32Array();
  #counted: readonly object[] = [];
  /** The learning rate as it was read last. */
  #rate = 1;
  /** Updates as the optimizer has counted them when values were last compared. */
  #iterations: number | undefined;

  /**
   * @param optimizer that of the model; undefined for a model that only predicts.
   * @param spare a twin whose memory may be used again, if its model was disposed of.
   */
  constructor(tf: TensorFlow, model: Model, translation: Translation, optimizer?: Optimizer, spare?: Twin) {
    const { spec } = translation;
    this.#tf = tf;
    this.translation = translation;
    this.#key = JSON.stringify(spec);
    this.#optimizer = optimizer;
    this.#weights = model.collectedTrainableWeights;
    this.#parts = this.#partsOf(model, optimizer);
    // A loss that TensorFlow.js computes is a function of one model.
    const isSpare =
      optimizer && !translation.tensorLoss && spare?.hasSettings(translation) && spare.#isDisposed;
    const reused = isSpare ? spare?.engine : undefined;
    reused?.resetStates();
    // A copy, since the learning rate is written to it; no initial weights are drawn.
    this.engine = reused ?? new Engine({ ...spec, optimizer: { ...spec.optimizer } }, undefined, {});
    if (optimizer) this.engine.takeStates();
    this.#pairs = [...this.#pairParameters(), ...(optimizer ? this.#pairStates(optimizer) : [])];
  }

  /** True if the model and its weights were disposed of. */
  get #isDisposed(): boolean {
    return (
      this.#optimizer !== undefined && this.translation.bindings.every(({ weight }) => weight.val.isDisposed)
    );
  }

  /** Everything that compiling a model replaces, its output, what of it is trained, and the call hooks of its layers. */
  #partsOf(model: Model, optimizer: Optimizer | undefined): unknown[] {
    const { collectedTrainableWeights, metricsTensors, lossFunctions, outputs } = model;
    const { bindings, links } = this.translation;
    const flags = bindings.map(({ weight }) => weight.read().trainable);
    const hooks = links.map(({ layer }) => layer._callHook);
    const compiled = [optimizer, collectedTrainableWeights, metricsTensors, lossFunctions];
    return [...compiled, outputs[0], ...flags, ...hooks];
  }

  /** True as long as a model was not compiled anew, extended or frozen, and no call hook was set. */
  isOf(model: Model, optimizer: Optimizer | undefined): boolean {
    return this.#partsOf(model, optimizer).every((part, i) => part === this.#parts[i]);
  }

  /** True if the model also has the same settings: those of its layers and its optimizer may be set at any time. */
  hasSettings({ spec }: Translation): boolean {
    return this.#key === JSON.stringify(spec);
  }

  #pairParameters(): Pair[] {
    const { store } = this.engine;
    const matrices = new Map(
      matricesOf(store.parameters, store.buffers).map((matrix) => [matrix.key, matrix]),
    );
    return this.translation.bindings.map(({ name, weight }) => {
      const find = () => weight.read();
      const { shape, trainable } = find();
      const isStatistic = /^(mean|variance)/.test(name);
      const isChanged = isStatistic || (trainable && this.#weights?.includes(weight) === true);
      const matrix = matrices.get(name) as ParameterMatrix;
      return { matrix, shape, find, isChanged, shift: 0, isScaled: false, dataId: undefined };
    });
  }

  #pairStates(optimizer: Optimizer): Pair[] {
    const { spec, store } = this.engine;
    const { bindings } = this.translation;
    const kind = optimizerKindOf(optimizer);
    return kind.states.flatMap(([member, suffix, form], k) => {
      const list = () => (optimizer as unknown as Record<string, Accumulator[]>)[member];
      const matrices = matricesOf(planParameters(spec, store.states[k].address));
      return (this.#weights ?? []).map((weight, i): Pair => {
        const name = bindings.find((binding) => binding.weight === weight)?.name;
        return {
          matrix: matrices.find(({ key }) => key === name) as ParameterMatrix,
          shape: weight.read().shape,
          find: () => list()[i]?.variable,
          make: (values) => {
            list()[i] = { originalName: `${weight.name}/${suffix}`, variable: values.variable(false) };
          },
          isChanged: true,
          shift: form === "epsilon" ? (optimizer.epsilon ?? 0) : 0,
          isScaled: form === "rate",
          dataId: undefined,
        };
      });
    });
  }

  /** Reads the variables whose values are not those of densely's memory, the learning rate and the number of updates. */
  take(): void {
    const { engine } = this;
    const rate = this.#optimizer ? rateOf(this.#optimizer) : 1;
    const isNewRate = rate !== this.#rate;
    this.#rate = rate;
    for (const pair of this.#pairs) {
      const { matrix, shift, isScaled } = pair;
      const variable = pair.find();
      if (!variable || (variable.dataId === pair.dataId && !(isScaled && isNewRate))) continue;
      const scale = this.#scaleOf(pair);
      const values = variable.dataSync();
      if (values.length !== sizeOf([matrix])) refuse("optimizer of another model");
      const memory = engine.core.arena.floatsOf(matrix);
      visit(matrix, (offset, index) => {
        memory[offset] = values[index] / scale + shift;
      });
      pair.dataId = variable.dataId;
    }
    if (!this.#optimizer) return;
    this.#takeRate(this.#optimizer);
    const iterations = this.#optimizer.iterations_ ?? 0;
    if (iterations !== this.#iterations) engine.progress.step = iterations;
    this.#iterations = iterations;
  }

  /** The factor of a value in TensorFlow.js. */
  #scaleOf({ isScaled }: Pair): number {
    return isScaled && this.#rate > 0 ? this.#rate : 1;
  }

  /** Passes the learning rate on, and reads what it changes with. */
  #takeRate(optimizer: Optimizer): void {
    const { counters, correct } = optimizerKindOf(optimizer);
    const rate = this.#rate;
    const variables = counters?.(optimizer) ?? [];
    if (variables.some(({ dataId }, i) => dataId !== this.#counted[i])) {
      this.#counters = Float32Array.from(variables, (variable) => variable.dataSync()[0]);
      this.#counted = variables.map(({ dataId }) => dataId);
    }
    this.engine.spec.optimizer.learningRate = correct
      ? { type: "custom", rate: (step) => rate * correct(optimizer, this.#counters, step) }
      : rate;
  }

  /** Replaces the values of the variables that training has changed. */
  give(): void {
    const { engine } = this;
    for (const pair of this.#pairs) {
      if (!pair.isChanged) continue;
      const { matrix, shift, shape } = pair;
      const scale = this.#scaleOf(pair);
      const memory = engine.core.arena.floatsOf(matrix);
      const values = new Float32Array(sizeOf([matrix]));
      visit(matrix, (offset, index) => {
        values[index] = (memory[offset] - shift) * scale;
      });
      const tensor = this.#tensor(values, shape);
      const variable = pair.find();
      if (variable) variable.assign(tensor);
      else pair.make?.(tensor);
      tensor.dispose();
      pair.dataId = pair.find()?.dataId;
    }
    const optimizer = this.#optimizer;
    if (!optimizer) return;
    this.#iterations = optimizer.iterations_ = engine.progress.step;
    const variables = optimizerKindOf(optimizer).counters?.(optimizer) ?? [];
    variables.forEach((variable, i) => {
      const tensor = this.#tensor(this.#counters.slice(i, i + 1), []);
      variable.assign(tensor);
      tensor.dispose();
    });
    this.#counted = variables.map(({ dataId }) => dataId);
  }

  #tensor(values: Float32Array, shape: readonly number[]): Tensor {
    return this.#tf.tensor(values, [...shape], "float32") as Tensor;
  }
}

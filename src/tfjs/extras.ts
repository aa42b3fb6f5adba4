import type { Engine } from "../engine/engine.js";
import type { LayerMatrices } from "../program/layers/layer.js";
import type { Matrix } from "../program/matrix.js";

/** Weights with a penalty, λ₁·Σ|w| + λ₂·Σw². */
interface Penalized {
  W: Matrix;
  l1: number;
  l2: number;
}

/** The running variance of a batchNorm, as it was before a step, and the share of the batch in it. */
interface RunningVariance {
  variance: Matrix;
  before: Float32Array;
  momentum: number;
}

/** The numbers of a step that TensorFlow.js has in another way: each step is then taken by itself. */
export class Extras {
  readonly #engine: Engine;
  readonly #penalized: Penalized[] = [];
  readonly #variances: RunningVariance[] = [];

  constructor(engine: Engine) {
    const { spec, store } = engine;
    this.#engine = engine;
    spec.layers.forEach((layer, i) => {
      const { W }: LayerMatrices = store.parameters.layers[i];
      const { variance }: LayerMatrices = store.buffers.layers[i];
      if (layer.type === "dense" && W && layer.l1 + layer.l2 > 0) {
        this.#penalized.push({ W, l1: layer.l1, l2: layer.l2 });
      }
      if (layer.type === "batchNorm" && variance) {
        this.#variances.push({ variance, before: new Float32Array(), momentum: layer.momentum });
      }
    });
  }

  /** True if a step has such numbers. */
  get areNeeded(): boolean {
    return this.#penalized.length + this.#variances.length > 0;
  }

  /** Looks at the weights before a step. @returns their penalties, which TensorFlow.js adds to the loss of a step. */
  before(): number {
    const { arena } = this.#engine.core;
    for (const entry of this.#variances) entry.before = arena.floatsOf(entry.variance).slice();
    let sum = 0;
    for (const { W, l1, l2 } of this.#penalized) {
      // The padding is 0.
      for (const w of arena.floatsOf(W)) sum += l1 * Math.abs(w) + l2 * w * w;
    }
    return sum;
  }

  /**
   * Mends the running variances after a step over n rows. TensorFlow.js takes the mean square deviation s² of the batch, and
   * densely, as PyTorch does, s²·n / (n - 1): v = (1 - m)·v₀ + m·s²·n / (n - 1) becomes (1 - m)·v₀ + m·s².
   */
  after(n: number): void {
    for (const { variance, before, momentum } of this.#variances) {
      const values = this.#engine.core.arena.floatsOf(variance);
      for (let i = 0; i < values.length; i++)
        values[i] = ((n - 1) * values[i] + (1 - momentum) * before[i]) / n;
    }
  }
}

import type { Engine } from "../engine/engine.js";
import type { LayerMatrices } from "../program/layers/layer.js";
import type { Matrix } from "../program/matrix.js";

/** Weights with a penalty, λ₁·Σ|w| + λ₂·Σw². */
interface Penalized {
  W: Matrix;
  l1: number;
  l2: number;
}

/** The penalties on weights, which TensorFlow.js adds to the loss of a step: those of the weights before it. */
export class Penalties {
  readonly #engine: Engine;
  readonly #penalized: Penalized[] = [];

  constructor(engine: Engine) {
    const { spec, store } = engine;
    this.#engine = engine;
    spec.layers.forEach((layer, i) => {
      const { W }: LayerMatrices = store.parameters.layers[i];
      if (layer.type !== "dense" || !W || layer.l1 + layer.l2 === 0) return;
      this.#penalized.push({ W, l1: layer.l1, l2: layer.l2 });
    });
  }

  /** True if there are any: each step is then taken by itself. */
  get exist(): boolean {
    return this.#penalized.length > 0;
  }

  /** Their sum as the weights are now. */
  sum(): number {
    let sum = 0;
    for (const { W, l1, l2 } of this.#penalized) {
      // The padding is 0.
      for (const w of this.#engine.core.arena.floatsOf(W)) sum += l1 * Math.abs(w) + l2 * w * w;
    }
    return sum;
  }
}

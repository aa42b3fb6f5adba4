/**
 * The step from the networks of all shards to the parameters of the next round.
 *
 * With n rows in all shards and n_s in shard s, the networks θ_s that were trained from θ move it by
 *
 *     Δ = Σ_s n_s/n · (θ - θ_s)          the outer gradient
 *     v = μ·v + Δ                        the velocity
 *     θ = θ - η·(Δ + μ·v)                Nesterov's step
 *
 * as in DiLoCo (Douillard et al., "DiLoCo: Distributed Low-Communication Training of Language Models", 2023, algorithm 1, with
 * μ = 0.9 and η = 0.7), where the step is that of SGD with nesterov=True in PyTorch. With μ = 0 and η = 1 it is the mean
 * Σ_s n_s/n · θ_s of FedAvg (McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data", 2017,
 * algorithm 1).
 */

/** Options of the step between two rounds. */
export interface OuterOptions {
  /** Factor μ of the velocity, from 0 to below 1. Default 0.9. */
  momentum?: number | undefined;
  /** Learning rate η, above 0. Default 0.7. */
  learningRate?: number | undefined;
}

/** A network after a round. */
export interface Shard {
  params: Float32Array;
  /** Rows that it was trained on. */
  rows: number;
}

/**
 * Makes the step. Sums are in float64, in the order of the shards, so that the bits do not depend on who is ready first.
 * @param velocity undefined before the first step, for zeros.
 * @param statistics 1 for each running statistic, which becomes the mean.
 */
export function outerStep(
  params: Float32Array,
  velocity: Float32Array | undefined,
  shards: readonly Shard[],
  statistics: Uint8Array,
  { momentum, learningRate }: Required<{ [K in keyof OuterOptions]: number }>,
): { params: Float32Array; velocity: Float32Array } {
  const rows = shards.reduce((sum, shard) => sum + shard.rows, 0);
  const next = new Float32Array(params.length);
  const nextVelocity = new Float32Array(params.length);
  for (let i = 0; i < params.length; i++) {
    let delta = 0;
    // Δ = Σ_s n_s/n · (θ - θ_s)
    for (const shard of shards) delta += (shard.rows / rows) * (params[i] - shard.params[i]);
    if (statistics[i]) {
      next[i] = params[i] - delta;
      continue;
    }
    // v = μ·v + Δ
    nextVelocity[i] = momentum * (velocity ? velocity[i] : 0) + delta;
    // θ = θ - η·(Δ + μ·v)
    next[i] = params[i] - learningRate * (delta + momentum * nextVelocity[i]);
  }
  return { params: next, velocity: nextVelocity };
}

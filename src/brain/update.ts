import { type Layers, zerosLikeWeights } from "./layers.js";

/** Momentum: change = α·δ·x + μ·change, w = w + change; of biases, b = b + α·δ. */
export function descend(network: Layers): void {
  const { sizes, outputLayer, weights, biases, outputs, deltas, changes } = network;
  const { learningRate, momentum } = network.trainOpts;
  for (let layer = 1; layer <= outputLayer; layer++) {
    const x = outputs[layer - 1];
    for (let unit = 0; unit < sizes[layer]; unit++) {
      const w = weights[layer][unit];
      const last = changes[layer][unit];
      const step = learningRate * deltas[layer][unit];
      for (let k = 0; k < x.length; k++) {
        const change = step * x[k] + momentum * last[k];
        last[k] = change;
        w[k] += change;
      }
      biases[layer][unit] += step;
    }
  }
}

/** Sets the moments of adam and its number of updates to 0. */
export function resetMoments(network: Layers): void {
  const { sizes } = network;
  const zeros = () => sizes.map((size) => new Float32Array(size));
  network.biasChangesLow = zeros();
  network.biasChangesHigh = zeros();
  network.changesLow = zerosLikeWeights(sizes);
  network.changesHigh = zerosLikeWeights(sizes);
  network.iterations = 0;
}

/**
 * Adam, with g = δ·x: m = β₁·m + (1 - β₁)·g, v = β₂·v + (1 - β₂)·g², w = w + α·m̂ / (√v̂ + ε). As in brain.js, a bias moves by
 * its moments of before the update.
 */
export function adam(network: Layers): void {
  network.iterations++;
  const { sizes, outputLayer, weights, biases, outputs, deltas, iterations } = network;
  const { changesLow, changesHigh, biasChangesLow, biasChangesHigh } = network;
  const { learningRate, beta1, beta2, epsilon } = network.trainOpts;
  // m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ)
  const correction1 = 1 - beta1 ** iterations;
  const correction2 = 1 - beta2 ** iterations;
  for (let layer = 1; layer <= outputLayer; layer++) {
    const x = outputs[layer - 1];
    for (let unit = 0; unit < sizes[layer]; unit++) {
      const w = weights[layer][unit];
      const m = changesLow[layer][unit];
      const v = changesHigh[layer][unit];
      const delta = deltas[layer][unit];
      for (let k = 0; k < x.length; k++) {
        const g = delta * x[k];
        const low = m[k] * beta1 + (1 - beta1) * g;
        const high = v[k] * beta2 + (1 - beta2) * g * g;
        m[k] = low;
        v[k] = high;
        w[k] += (learningRate * (low / correction1)) / (Math.sqrt(high / correction2) + epsilon);
      }
      const [mb, vb] = [biasChangesLow[layer], biasChangesHigh[layer]];
      const step = (learningRate * (mb[unit] / correction1)) / (Math.sqrt(vb[unit] / correction2) + epsilon);
      mb[unit] = mb[unit] * beta1 + (1 - beta1) * delta;
      vb[unit] = vb[unit] * beta2 + (1 - beta2) * delta * delta;
      biases[layer][unit] += step;
    }
  }
}

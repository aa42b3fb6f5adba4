import { RuntimeError } from "../errors.js";
import type { Core } from "../machine/core.js";
import { leaveCore, sharedCore } from "./core.js";
import type { Layers } from "./layers.js";
import { ACTIVATIONS } from "./options.js";
import type { Activation, Pattern } from "./types.js";

/** Floats of a vector. */
const LANES = 4;

/** Words of a Training and of a Layer in memory, and of an entry in the list of active inputs. */
const TRAINING_WORDS = 28;
const LAYER_WORDS = 10;
const ACTIVE_WORDS = 4;

/** Words of a Training at which its results and its float64 begin. */
const RESULTS = 14;
const DOUBLES = 16;

/** Entries in the table of gaps. */
const GAPS = 1024;

/** The remainder of a change after the largest gap that is no longer counted. */
const NEGLIGIBLE = 1e-9;

/** The least normal float32. */
const LEAST_NORMAL = 2 ** -126;

const padded = (length: number): number => Math.ceil(length / LANES) * LANES;

/** The addresses of a layer's blocks. */
interface Blocks {
  inputs: number;
  units: number;
  /** Floats of a row. */
  width: number;
  W: number;
  V: number;
  b: number;
  A: number;
  E: number;
  D: number;
  S: number;
}

/** Copies the weights of a unit to or from memory: from place `at` on, `stride` floats apart. */
type Copy = (weights: Float32Array, memory: Float32Array, at: number, stride: number) => void;

const write: Copy = (weights, memory, at, stride) => {
  for (let k = 0; k < weights.length; k++) memory[at + k * stride] = weights[k];
};

const read: Copy = (weights, memory, at, stride) => {
  for (let k = 0; k < weights.length; k++) weights[k] = memory[at + k * stride];
};

/** The result of some epochs. */
export interface EpochsResult {
  /** Epochs that were trained. */
  epochs: number;
  /** The error of the last one. */
  lastError: number;
  /** The error at the last check; undefined if there was none. */
  checkedError: number | undefined;
}

/** How some epochs are trained. */
export interface EpochsOptions {
  activation: Activation;
  /** The largest number of epochs. */
  most: number;
  /** Epochs before these. */
  iterations: number;
  /** Epochs from one check of the error to the next. 0 for no check. */
  interval: number;
}

/** Epochs of one training on the core of assembly/online.ts, with the samples in its memory. */
export class Epochs {
  readonly #sizes: readonly number[];
  readonly #patterns: readonly Pattern[];
  #isSparse = false;
  #layers: Blocks[] = [];
  #training = 0;
  #active = 0;
  #seen = 0;
  #gaps = 0;
  #x = 0;
  #y = 0;
  #end = 0;

  constructor(sizes: readonly number[], patterns: readonly Pattern[]) {
    this.#sizes = [...sizes];
    this.#patterns = patterns;
  }

  /**
   * Trains some epochs: reads the weights and changes of a network, and writes them, with the outputs, errors and deltas of
   * the last sample.
   * @returns undefined where the host has no WebAssembly or no memory for the data.
   */
  run(network: Layers, options: EpochsOptions): EpochsResult | undefined {
    const host = sharedCore();
    if (!host) return undefined;
    const { core } = host;
    if (host.resident !== this || this.#y === 0) {
      try {
        host.resident = undefined;
        core.arena.release(host.base);
        this.#place(core, options.activation);
      } catch (error) {
        if (!(error instanceof RuntimeError)) throw error;
        return undefined;
      }
      host.resident = this;
    }
    this.#writeWeights(core, network);
    this.#writeTraining(core, network, options);
    core.run(this.#training, 1, 0, 0, options.most);
    this.#readWeights(core, network);
    const results = core.arena.integersAt(this.#training + 4 * RESULTS, 2);
    const [, , , , error, lastError] = core.arena.doublesAt(this.#training + 4 * DOUBLES, 6);
    return { epochs: results[0], lastError, checkedError: results[1] ? error : undefined };
  }

  /** Plans the memory and writes the samples. */
  #place(core: Core, activation: Activation): void {
    const { arena } = core;
    const sizes = this.#sizes;
    let top = arena.top;
    const take = (words: number): number => {
      const address = top;
      top += 4 * padded(words);
      return address;
    };
    this.#training = take(TRAINING_WORDS);
    const depth = sizes.length - 1;
    take(LAYER_WORDS * depth);
    this.#layers = [];
    for (let layer = 1; layer <= depth; layer++) {
      const [inputs, units] = [sizes[layer - 1], sizes[layer]];
      const width = padded(units);
      const [W, V] = [take(inputs * width), take(inputs * width)];
      const [b, A, E, D, S] = Array.from({ length: 5 }, () => take(width));
      this.#layers.push({ inputs, units, width, W, V, b, A, E, D, S });
    }
    this.#active = take(ACTIVE_WORDS * padded(sizes[0]));
    this.#seen = take(sizes[0]);
    this.#gaps = take(2 * GAPS);
    this.#x = take(padded(sizes[0]) * this.#patterns.length);
    this.#y = take(padded(sizes[depth]) * this.#patterns.length);
    this.#end = top;
    arena.take(this.#end);
    this.#isSparse = sizes[0] >= LANES * LANES && isMostlyZero(this.#patterns);
    this.#writeSamples(core, activation);
  }

  #writeSamples(core: Core, activation: Activation): void {
    const rows = this.#patterns.length;
    const [inputs, outputs] = [this.#sizes[0], this.#sizes[this.#sizes.length - 1]];
    const [strideX, strideY] = [padded(inputs), padded(outputs)];
    const x = core.arena.floatsAt(this.#x, rows * strideX);
    const y = core.arena.floatsAt(this.#y, rows * strideY);
    // f(0), so that the lanes behind the last output have no error.
    if (activation === "sigmoid") y.fill(0.5);
    this.#patterns.forEach(({ input, output }, row) => {
      x.set(input, row * strideX);
      y.set(output, row * strideY);
    });
  }

  #writeTraining(core: Core, network: Layers, { activation, iterations, interval }: EpochsOptions): void {
    const { arena } = core;
    const { learningRate, momentum, leakyReluAlpha, errorThresh } = network.trainOpts;
    const layers = this.#training + 4 * padded(TRAINING_WORDS);
    const isSparse = this.#isSparse && momentum ** (GAPS - 1) / (1 - momentum) < NEGLIGIBLE;
    const [inputs, outputs] = [this.#sizes[0], this.#sizes[this.#sizes.length - 1]];
    arena
      .integersAt(this.#training, DOUBLES)
      .set([
        layers,
        layers + 4 * LAYER_WORDS * this.#layers.length,
        this.#x,
        4 * padded(inputs),
        this.#y,
        4 * padded(outputs),
        this.#patterns.length,
        ACTIVATIONS.indexOf(activation),
        isSparse ? this.#active : 0,
        this.#seen,
        this.#gaps,
        GAPS - 1,
        iterations,
        interval,
        0,
        0,
      ]);
    arena
      .doublesAt(this.#training + 4 * DOUBLES, 4)
      .set([learningRate, momentum, leakyReluAlpha, errorThresh]);
    const words = arena.integersAt(layers, LAYER_WORDS * this.#layers.length);
    this.#layers.forEach(({ inputs, units, width, W, V, b, A, E, D, S }, i) => {
      words.set([inputs, 4 * width, W, V, b, A, E, D, S, units], i * LAYER_WORDS);
    });
    if (isSparse) writeGaps(arena.floatsAt(this.#gaps, 2 * GAPS), momentum);
  }

  /** Copies weights and changes, which stand input by input in memory, to it or from it. */
  #copyWeights({ arena }: Core, network: Layers, copy: Copy): void {
    this.#layers.forEach(({ inputs, units, width, W, V }, i) => {
      for (const [numbers, address] of [
        [network.weights[i + 1], W],
        [network.changes[i + 1], V],
      ] as const) {
        const memory = arena.floatsAt(address, inputs * width);
        for (let unit = 0; unit < units; unit++) copy(numbers[unit], memory, unit, width);
      }
    });
  }

  #writeWeights(core: Core, network: Layers): void {
    this.#copyWeights(core, network, write);
    this.#layers.forEach(({ units, b }, i) => {
      core.arena.floatsAt(b, units).set(network.biases[i + 1]);
    });
  }

  #readWeights(core: Core, network: Layers): void {
    const { arena } = core;
    this.#copyWeights(core, network, read);
    this.#layers.forEach(({ units, b, A, E, D }, i) => {
      const layer = i + 1;
      network.biases[layer].set(arena.floatsAt(b, units));
      network.outputs[layer].set(arena.floatsAt(A, units));
      network.errors[layer].set(arena.floatsAt(E, units));
      network.deltas[layer].set(arena.floatsAt(D, units));
    });
    network.outputs[0] = this.#patterns[this.#patterns.length - 1].input;
  }

  /** Ends the training. */
  dispose(): void {
    leaveCore(this);
  }
}

/** True if more than half of the inputs are 0. */
function isMostlyZero(patterns: readonly Pattern[]): boolean {
  let [zeros, all] = [0, 0];
  for (const { input } of patterns) {
    for (let k = 0; k < input.length; k++) if (input[k] === 0) zeros++;
    all += input.length;
  }
  return 2 * zeros > all;
}

/** μ^gap and μ + ... + μ^gap for each gap. */
function writeGaps(gaps: Float32Array, momentum: number): void {
  let [fade, drift] = [1, 0];
  for (let gap = 0; gap < GAPS; gap++) {
    gaps[2 * gap] = fade;
    gaps[2 * gap + 1] = drift;
    // A subnormal number would slow the products down.
    fade = fade * momentum > LEAST_NORMAL ? fade * momentum : 0;
    drift += fade;
  }
}

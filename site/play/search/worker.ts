/** The worker that searches: it trains 50 networks and sends each one's score and picture. */

import {
  type ActivationName,
  type EvaluateOptions,
  type FitOptions,
  Network,
  type OptimizerName,
  type Samples,
} from "densely";
import { asha, choice, real, search, whole } from "densely/search";
import { batchOf, networkOptions } from "../model/network.js";
import type { Settings } from "../model/settings.js";
import { placesOf } from "../worker/plane.js";
import { SEARCH_SIDE, type SearchAnswer, type SearchOrder, TRIALS, type Tried } from "./protocol.js";

interface WorkerScope {
  postMessage(message: SearchAnswer): void;
  onmessage: ((event: MessageEvent<SearchOrder>) => void) | null;
}
const scope = self as unknown as WorkerScope;

const ACTIVATIONS: ActivationName[] = ["tanh", "relu", "gelu", "silu", "elu", "mish"];
const OPTIMIZERS: OptimizerName[] = ["adam", "adamw", "nadam", "rmsprop", "sgd"];

const SPACE = {
  depth: whole(1, 4),
  units: whole(3, 16, { log: true }),
  activation: choice(ACTIVATIONS),
  optimizer: choice(OPTIMIZERS),
  rate: real(1e-3, 1e-1, { log: true }),
  l2: real(1e-7, 1e-3, { log: true }),
};

interface Drawn {
  readonly depth: number;
  readonly units: number;
  readonly activation: ActivationName;
  readonly optimizer: OptimizerName;
  readonly rate: number;
  readonly l2: number;
}

/** Two digits are enough for a rate, and short in an address. */
const shorten = (value: number): number => Number(value.toPrecision(2));

function triedOf({ depth, units, activation, optimizer, rate, l2 }: Drawn): Tried {
  const layers = Array.from({ length: depth }, () => ({ units, activation }));
  // Plain descent wants higher rates than the others.
  return { layers, optimizer, rate: shorten(optimizer === "sgd" ? 5 * rate : rate), l2: shorten(l2) };
}

/** The settings of a trial: what is tried, in those of the page, at a constant rate. */
export function settingsOf(settings: Settings, tried: Tried): Settings {
  return { ...settings, ...tried, schedule: "constant", momentum: 0, decay: 0 };
}

/** Epochs of the best networks; the others are given up after a ninth or a third. */
const EPOCHS = 180;

const PLACES = placesOf(SEARCH_SIDE);

/** A network of a trial that takes its own picture whenever it is scored: a search disposes of networks that it has scored. */
class Candidate {
  readonly #network: Network;
  /** Outputs over the plane. */
  plane: Float32Array | undefined;

  constructor(network: Network) {
    this.#network = network;
  }

  get spec(): Network["spec"] {
    return this.#network.spec;
  }

  get step(): number {
    return this.#network.step;
  }

  fit(x: Samples, y: Samples, options?: FitOptions): Promise<unknown> {
    return this.#network.fit(x, y, options);
  }

  predict(x: Samples): Float32Array {
    return this.#network.predict(x);
  }

  evaluate(x: Samples, y: Samples, options?: EvaluateOptions): unknown {
    this.plane = this.#network.predict(PLACES);
    return this.#network.evaluate(x, y, options);
  }

  dispose(): void {
    this.#network.dispose();
  }
}

async function run({ settings, split }: SearchOrder): Promise<void> {
  const { x, y, classes } = split.train;
  const batchSize = batchOf({ ...settings, optimizer: "adam" }, y.length);
  const candidates = new Map<string, Candidate>();
  const make = (drawn: Drawn) => {
    const tried = triedOf(drawn);
    const candidate = new Candidate(new Network(networkOptions(settingsOf(settings, tried), classes)));
    candidates.set(JSON.stringify(tried), candidate);
    return candidate;
  };
  await search(SPACE, make, x, y, {
    trials: TRIALS,
    epochs: EPOCHS,
    batchSize,
    seed: settings.seed,
    scheduler: asha({ steps: (Math.ceil((0.8 * y.length) / batchSize) * EPOCHS) / 9, factor: 3 }),
    onTrial: ({ trial, score, ...drawn }) => {
      const tried = triedOf(drawn as unknown as Drawn);
      const plane = Number.isFinite(score) ? candidates.get(JSON.stringify(tried))?.plane : undefined;
      scope.postMessage({ type: "trial", trial, score, tried, plane });
    },
  });
}

scope.onmessage = async ({ data }) => {
  try {
    await run(data);
    scope.postMessage({ type: "done" });
  } catch (error) {
    scope.postMessage({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  }
};

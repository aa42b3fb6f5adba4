import { DivergenceError, SpecError } from "../errors.js";
import { show } from "../model/check.js";
import { Network } from "../network/network.js";
import type { Lesson } from "./data.js";
import { called, isNetwork, meanOf, type Scores, type Trainable } from "./model.js";
import type { Outcome, Trial } from "./trial.js";

/** Machines that train networks, as cluster of densely/bullmq gives them. */
export interface TrainingMachines {
  /**
   * Begins a run of trainings.
   * @param options.id name of the run: what a run of the same name has trained already is not trained again.
   */
  begin(options: { id?: string | undefined; signal?: AbortSignal | undefined }): Promise<TrainingRun>;
}

/** A run of trainings on machines. */
export interface TrainingRun {
  /** Trains a network. The result depends on the task alone. @throws as fit does. */
  train(task: TrainingTask): Promise<TrainingOutcome>;
  /** Ends the run, and removes what it has left. */
  end(): Promise<void>;
}

/** A network on a machine, after its training. */
export interface RemoteCheckpoint {
  /** The bytes of its checkpoint. */
  read(): Promise<Uint8Array>;
}

export interface TrainingTask {
  /** The spec of a new network, or the network of a task before. */
  network: unknown;
  x: unknown;
  y: unknown;
  /** Options of fit, as data. */
  options: object;
  /** Rows and metrics to measure the trained network on. */
  test?: { x: unknown; y: unknown; metrics: unknown };
}

export interface TrainingOutcome {
  checkpoint: RemoteCheckpoint;
  /** Updates of the network so far. */
  step: number;
  /** Why the fit has ended, as in its history. */
  stopped: string;
  scores: Scores | undefined;
}

/** Where a search or a cross-validation trains. */
export interface PlaceOptions {
  /** Machines of cluster of densely/bullmq, in place of this process. */
  on?: TrainingMachines | undefined;
  /** With `on`: name of the run. After this process was killed, the same call with the same id goes on where it was. */
  id?: string | undefined;
}

/** @throws SpecError for anything but machines, and for options that do not go with them. */
export function checkMachines({
  on,
  id,
  worker,
}: PlaceOptions & { worker?: unknown }): TrainingMachines | undefined {
  if (on === undefined) {
    if (id !== undefined)
      throw new SpecError(`id is ${show(id)}, which names a run on machines: give on, too.`);
    return undefined;
  }
  if (typeof on?.begin !== "function") {
    throw new SpecError(`on is ${show(on)}: give await cluster({ connection }) of densely/bullmq.`);
  }
  if (!worker) return on;
  throw new SpecError(
    "worker and on were both given: leave out worker, since machines use all of their cores.",
  );
}

/** The spec that a machine makes the network of. @throws SpecError for another model than a strict network. */
export function sentSpec(model: Trainable): unknown {
  if (!isNetwork(model)) {
    throw new SpecError(
      `make gave ${show(model)}, but machines train networks: leave out on, or return a Network.`,
    );
  }
  if (called(model, "make").math === "strict") return model.spec;
  throw new SpecError(
    "make gave a network with relaxed math, but machines compute strictly: leave out math.",
  );
}

/** The network of a task that has ended. */
export async function networkOn(outcome: TrainingOutcome): Promise<Network> {
  return Network.resume(await outcome.checkpoint.read());
}

/** Begins a run, and ends it whatever happens. */
export async function during<R>(
  machines: TrainingMachines,
  { id, signal }: PlaceOptions & { signal?: AbortSignal | undefined },
  act: (run: TrainingRun) => Promise<R>,
): Promise<R> {
  const run = await machines.begin({ id, signal });
  try {
    return await act(run);
  } finally {
    await run.end();
  }
}

/** Trains the trials of a search on machines, one task a fold. */
export class RemoteTrials {
  readonly #run: TrainingRun;
  readonly #make: (settings: never) => Trainable;
  readonly #lessons: readonly Lesson[];
  readonly #metrics: unknown;
  readonly #signal: AbortSignal | undefined;
  /** The networks of trials that may go on, by fold. */
  readonly #paused = new Map<number, TrainingOutcome[]>();

  constructor(
    run: TrainingRun,
    make: (settings: never) => Trainable,
    lessons: readonly Lesson[],
    { metrics, signal }: { metrics: unknown; signal: AbortSignal | undefined },
  ) {
    this.#run = run;
    this.#make = make;
    this.#lessons = lessons;
    this.#metrics = metrics;
    this.#signal = signal;
  }

  /** Trains the networks of all folds up to `steps` updates each, and measures them, as Trial.advance does here. */
  async advance(trial: Trial, steps: number): Promise<Outcome> {
    const paused = this.#paused.get(trial.number);
    const one = ({ train, test }: Lesson, i: number) => {
      const before = paused?.[i];
      const maxSteps = steps < Infinity ? { maxSteps: steps - (before?.step ?? 0) } : {};
      const network = before?.checkpoint ?? this.spec(trial);
      const options = { ...train.options, ...maxSteps };
      return this.#run.train({ ...train, network, options, test: { ...test, metrics: this.#metrics } });
    };
    try {
      const parts = await Promise.all(this.#lessons.map(one));
      this.#paused.set(trial.number, parts);
      return {
        scores: meanOf(parts.map(({ scores }) => scores as Scores)),
        steps: Math.max(...parts.map(({ step }) => step)),
        isDone: parts.every(({ stopped }) => stopped !== "budget"),
      };
    } catch (error) {
      // A search that was ended has no use for further results.
      if (!(error instanceof DivergenceError) && !this.#signal?.aborted) throw error;
      return { scores: undefined, steps: 0, isDone: true };
    }
  }

  /** The spec of a trial's networks. */
  spec({ settings }: Pick<Trial, "settings">): unknown {
    const model = this.#make({ ...settings } as never);
    try {
      return sentSpec(model);
    } finally {
      model.dispose?.();
    }
  }
}

import { StateError } from "../errors.js";
import type { RunKeys } from "./run-keys.js";
import type { Runs } from "./runs.js";

/** Milliseconds between two looks at the runs of the jobs in hand. */
const INTERVAL = 1000;

/** The error of a job whose run was cancelled, or has ended in another way. */
export const endedWhile = (run: string): StateError =>
  new StateError(`The run ${run} has ended while this job was in hand.`);

/** A run with jobs in hand. */
interface Watched {
  keys: RunKeys;
  jobs: Set<AbortController>;
  touched: number;
}

/** Stops jobs whose run has ended, and keeps the keys of the others from expiring. */
export class RunWatch {
  readonly #runs: Runs;
  readonly #watched = new Map<string, Watched>();
  readonly #timer: NodeJS.Timeout;

  constructor(runs: Runs) {
    this.#runs = runs;
    this.#timer = setInterval(() => this.#look(), INTERVAL);
  }

  /** Runs a job with a signal that is aborted if its run ends. */
  async during<T>(keys: RunKeys, job: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const watched = this.#watched.get(keys.id) ?? { keys, jobs: new Set(), touched: Date.now() };
    this.#watched.set(keys.id, watched);
    watched.jobs.add(controller);
    try {
      return await job(controller.signal);
    } finally {
      watched.jobs.delete(controller);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const [id, watched] of this.#watched) {
      if (watched.jobs.size === 0) this.#watched.delete(id);
      // Redis may be away: the next look will tell.
      else this.#lookAt(watched).catch(() => {});
    }
  }

  async #lookAt(watched: Watched): Promise<void> {
    const { keys, jobs } = watched;
    if (!(await this.#runs.isOpen(keys))) {
      for (const job of jobs) job.abort(endedWhile(keys.id));
      return;
    }
    if (Date.now() - watched.touched < keys.expiry / 4) return;
    watched.touched = Date.now();
    await this.#runs.touch(keys);
  }
}

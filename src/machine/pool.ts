import text, { doesJobs } from "../../build/worker.js";
import { clearTimeout, setTimeout } from "./clocks.js";
import { later, PATIENCE, type Timer } from "./later.js";
import type { Message } from "./orders.js";
import { onPoolSize, poolSize } from "./pool-size.js";
import { PoolWorker } from "./pool-worker.js";
import type { Script } from "./runtime/worker.js";

/** The script in the library. */
const LIBRARY: Script = { text };

/** Milliseconds after which a worker that nobody uses ends. */
const IDLE = 5000;

/** Milliseconds without a message after which a worker is parked: its fit waits for something else. */
const PARKED = 100;

const NOTHING: Message = { orders: new Float64Array(0), written: new Uint8Array(0), bytes: 0 };

/** True if the workers of a script do jobs. Default: the script in the library. Files are those of "densely/worker", which do. */
export function canDoJobs(script: Script = LIBRARY): boolean {
  return script === LIBRARY ? doesJobs : !(typeof script === "object" && "text" in script);
}

const pools = new Map<unknown, Pool>();

onPoolSize(() => {
  for (const pool of pools.values()) pool.resize();
});

/** The pool of the workers of a script. Default: the one in the library. */
export function poolOf(script: Script = LIBRARY): Pool {
  // Files are the same by their name.
  const key = typeof script === "object" && "text" in script ? script : String(script);
  const pool = pools.get(key) ?? new Pool(script);
  pools.set(key, pool);
  return pool;
}

/** A fit that waits: to be admitted, then for a worker. Or what does jobs, which waits for a worker alone. */
export interface Waiting {
  /** True if it gives its worker back while others wait for one. Default false. */
  readonly isPatient?: boolean;
  /** The module of the core that it computes with. */
  readonly module: WebAssembly.Module;
  admit(): void;
  assign(worker: PoolWorker): void;
  refuse(reason: unknown): void;
}

/**
 * The workers of this process for the fits of this process. Each computes for one fit at a time. As many fits again are
 * admitted before a worker is free, so that this thread plans them meanwhile; others wait, first come, first served.
 */
export class Pool {
  readonly #script: Script;
  /** All workers; those that are idle with the timer of their end. */
  readonly #workers = new Map<PoolWorker, Timer | undefined>();
  readonly #idle: PoolWorker[] = [];
  /** Fits that are admitted. */
  #admitted = 0;
  /** Fits that wait to be admitted. */
  readonly #entrants = new Set<Waiting>();
  /** Fits that wait for a worker. */
  readonly #askers = new Set<Waiting>();
  /** Workers that have not answered yet. */
  #starting = 0;
  /** The first answer of a pool without workers. */
  #opening: Promise<void> | undefined;
  /** True while fits wait, and workers are looked at every now and then. */
  #isWatched = false;

  constructor(script: Script) {
    this.#script = script;
  }

  /** Admits a fit now or later. */
  enter(fit: Waiting): void {
    if (this.#admitted < 2 * poolSize()) this.#admit(fit);
    else {
      this.#entrants.add(fit);
      this.#watch();
    }
  }

  #admit(fit: Waiting): void {
    this.#admitted++;
    this.#entrants.delete(fit);
    fit.admit();
  }

  /** Resolves once a worker has answered. @throws why none does. */
  async prove(module: WebAssembly.Module): Promise<void> {
    if (this.#idle.length === 0 && this.#workers.size < poolSize()) {
      const start = this.#start(module).then((worker) => this.#free(worker));
      this.#opening ??= start;
      start.catch(() => {
        if (this.#opening === start) this.#opening = undefined;
      });
    }
    for (const { isProven } of this.#workers.keys()) if (isProven) return;
    for (const worker of this.#workers.keys()) worker.hold(true);
    await this.#opening;
  }

  /** Gives a worker to a fit now or later. */
  serve(fit: Waiting): void {
    const worker = this.#idle.pop();
    if (worker) {
      clearTimeout(this.#workers.get(worker));
      this.#workers.set(worker, undefined);
      fit.assign(worker);
      return;
    }
    this.#askers.add(fit);
    for (const worker of this.#workers.keys()) if (!worker.isProven) worker.hold(true);
    this.#recruit();
    this.#watch();
  }

  /** True if a fit waits for a worker that keeps it to its end. */
  get isAskedByFits(): boolean {
    for (const { isPatient } of this.#askers) if (!isPatient) return true;
    return false;
  }

  /** Forgets a fit. */
  leave(fit: Waiting, isAdmitted: boolean): void {
    this.#askers.delete(fit);
    this.#entrants.delete(fit);
    if (isAdmitted) {
      this.#admitted--;
      const [next] = this.#entrants;
      if (next && this.#admitted < 2 * poolSize()) this.#admit(next);
    }
    if (this.#isAwaited) return;
    for (const worker of this.#workers.keys()) if (!worker.isProven) this.#abandon(worker);
  }

  /** Gives up a worker that has not answered yet, unless it does so soon or a fit comes that waits for it. */
  #abandon(worker: PoolWorker): void {
    worker.hold(false);
    later(() => {
      if (!worker.isProven && !this.#isAwaited) worker.end();
    }, PATIENCE);
  }

  /** True if something waits for a worker, or may do so. */
  get #isAwaited(): boolean {
    return this.#admitted > 0 || this.#askers.size > 0;
  }

  /** Takes back a worker, once it has answered whatever it was asked. */
  takeBack(worker: PoolWorker): void {
    if (!worker.isBusy) {
      if (this.#workers.has(worker)) this.#free(worker);
      return;
    }
    const timer = later(() => worker.end(), PATIENCE);
    worker.afterAnswer(() => {
      clearTimeout(timer);
      this.#free(worker);
    });
  }

  /** Ends idle workers beyond the maximum, and admits fits up to it. */
  resize(): void {
    while (this.#workers.size > poolSize() && this.#idle.length > 0) this.#idle[0].end();
    for (const fit of this.#entrants) if (this.#admitted < 2 * poolSize()) this.#admit(fit);
  }

  /** Gives a worker to the next fit that waits for one, or lets it idle. */
  #free(worker: PoolWorker): void {
    const [next] = this.#askers;
    if (this.#workers.size > poolSize()) worker.end();
    else if (next) this.#assign(next, worker);
    else {
      this.#idle.push(worker);
      const timer = later(() => worker.end(), IDLE);
      this.#workers.set(worker, timer);
    }
  }

  #assign(fit: Waiting, worker: PoolWorker): void {
    this.#askers.delete(fit);
    fit.assign(worker);
  }

  /** Starts a worker. @throws why it does not compute. */
  async #start(module: WebAssembly.Module): Promise<PoolWorker> {
    const worker: PoolWorker = new PoolWorker(this.#script, () => this.#lose(worker));
    this.#workers.set(worker, undefined);
    this.#starting++;
    try {
      await worker.ask(module, NOTHING);
    } finally {
      this.#starting--;
    }
    return worker;
  }

  /** Starts a worker for fits that wait for one, where one may be had. The first of them gets the error. */
  #recruit(): void {
    const [first] = this.#askers;
    if (!first || this.#workers.size >= poolSize() || this.#askers.size <= this.#starting) return;
    this.#start(first.module).then(
      (worker) => this.#free(worker),
      (reason) => {
        const [fit] = this.#askers;
        this.#askers.delete(fit);
        fit?.refuse(reason);
      },
    );
  }

  /** Forgets a worker that has ended. */
  #lose(worker: PoolWorker): void {
    clearTimeout(this.#workers.get(worker));
    this.#workers.delete(worker);
    const place = this.#idle.indexOf(worker);
    if (place >= 0) this.#idle.splice(place, 1);
    if (this.#workers.size === 0) this.#opening = undefined;
    this.#recruit();
  }

  /**
   * Looks at the workers as long as fits wait. One whose fit waits for something else, such as a callback, does not compute: a
   * fit takes its turn, which may be the one that it waits for.
   */
  #watch(): void {
    if (this.#isWatched || this.#askers.size + this.#entrants.size === 0) return;
    this.#isWatched = true;
    const before = Array.from(this.#workers.keys(), (worker) => [worker, worker.messages] as const);
    setTimeout(() => {
      this.#isWatched = false;
      const isParked = ([worker, messages]: readonly [PoolWorker, number]) =>
        this.#workers.has(worker) && !worker.isBusy && worker.messages === messages;
      if (before.some(isParked)) this.#relieve();
      this.#watch();
    }, PARKED);
  }

  /** Serves one fit beyond the maximum. */
  #relieve(): void {
    const [asker] = this.#askers;
    const [entrant] = this.#entrants;
    if (!asker) {
      if (entrant) this.#admit(entrant);
      return;
    }
    this.#start(asker.module).then(
      (worker) => {
        const [next] = this.#askers;
        if (next) this.#assign(next, worker);
        else this.#free(worker);
      },
      () => {},
    );
  }
}

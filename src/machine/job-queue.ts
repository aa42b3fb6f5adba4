import { later, PATIENCE } from "./later.js";
import { type Pool, poolOf, type Waiting } from "./pool.js";
import { poolSize } from "./pool-size.js";
import type { PoolWorker } from "./pool-worker.js";
import type { Script } from "./runtime/worker.js";

/** A worker that holds jobs of as many multiply-adds gets no further one: some milliseconds, in which this thread may be busy. */
const HELD_WORK = 1e8;

/** A job for any worker of a pool. */
export interface Job {
  /** The module of the core that it computes with. */
  readonly module: WebAssembly.Module;
  /** Data that can be copied to another thread. */
  readonly job: unknown;
  /** Its cost, in multiply-adds. */
  readonly work: number;
}

/** How a job ended: answered; lost with the worker that did it; without a worker, since none starts; or left by its owner. */
export type ErrandEnd =
  | { readonly kind: "answered"; readonly answer: unknown }
  | { readonly kind: "lost" | "unserved"; readonly reason: unknown }
  | { readonly kind: "left" };

/** A job from its wait for a worker to its end. */
class Errand implements Job {
  readonly module: WebAssembly.Module;
  readonly job: unknown;
  readonly work: number;
  readonly end: Promise<ErrandEnd>;
  /** True once `end` is known. */
  isOver = false;
  /** Where it is done. */
  desk: Desk | undefined;
  readonly #queue: JobQueue;
  #resolve: (end: ErrandEnd) => void = () => {};

  constructor(queue: JobQueue, { module, job, work }: Job) {
    this.#queue = queue;
    this.module = module;
    this.job = job;
    this.work = work;
    this.end = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  settle(end: ErrandEnd): void {
    this.isOver = true;
    this.#resolve(end);
  }

  /** Gives the job up, unless it is over. */
  leave(): void {
    if (this.isOver) return;
    this.settle({ kind: "left" });
    this.#queue.forget(this);
  }
}

/** The place of a worker while it does jobs. */
class Desk implements Waiting {
  readonly module: WebAssembly.Module;
  readonly isPatient = true;
  worker: PoolWorker | undefined;
  /** In the order in which the worker does them. */
  readonly errands: Errand[] = [];
  /** Cost of these. */
  work = 0;
  /** True once its worker has ended. */
  isLost = false;
  readonly #queue: JobQueue;

  constructor(queue: JobQueue, module: WebAssembly.Module) {
    this.#queue = queue;
    this.module = module;
  }

  admit(): void {}

  assign(worker: PoolWorker): void {
    this.worker = worker;
    this.#queue.distribute();
  }

  refuse(reason: unknown): void {
    this.#queue.close(this, reason);
  }
}

/**
 * The jobs for the workers of a pool. A worker is given the next jobs before it has done the last ones, so that it never waits
 * for this thread, and is given back as soon as there are none, or a fit of another kind waits.
 */
class JobQueue {
  readonly #pool: Pool;
  readonly #waiting = new Set<Errand>();
  /** Desks with a worker, and those that wait for one. */
  readonly #desks = new Set<Desk>();
  #isDistributing = false;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  add(job: Job): Errand {
    const errand = new Errand(this, job);
    this.#waiting.add(errand);
    this.distribute();
    return errand;
  }

  /** Gives jobs to workers, first come, first served. */
  distribute(): void {
    // A desk that is opened in the loop may have its worker at once.
    if (this.#isDistributing) return;
    this.#isDistributing = true;
    do {
      for (const errand of this.#waiting) {
        const desk = this.#deskFor(errand);
        if (!desk?.worker) break;
        this.#waiting.delete(errand);
        this.#give(errand, desk, desk.worker);
      }
      for (const desk of this.#desks) if (desk.worker && desk.errands.length === 0) this.#dismiss(desk);
      // Where a fit took the last worker, the jobs queue up behind it.
    } while (this.#waiting.size > 0 && this.#desks.size === 0);
    this.#isDistributing = false;
  }

  /** The desk with the least to do, or one more while there are less than cores. */
  #deskFor({ module }: Errand): Desk | undefined {
    const open = [...this.#desks].slice(0, poolSize());
    if (open.length > 0 && this.#pool.isAskedByFits) return undefined;
    const working = open.filter(({ worker }) => worker !== undefined);
    const least = working.reduce<Desk | undefined>((a, b) => (a && a.work <= b.work ? a : b), undefined);
    if (least?.errands.length === 0) return least;
    const isWanted = open.length - working.length < this.#waiting.size;
    if (open.length < poolSize() && isWanted) {
      const desk = new Desk(this, module);
      this.#desks.add(desk);
      this.#pool.serve(desk);
      if (desk.worker) return desk;
    }
    return least && least.work < HELD_WORK ? least : undefined;
  }

  #give(errand: Errand, desk: Desk, worker: PoolWorker): void {
    errand.desk = desk;
    desk.errands.push(errand);
    desk.work += errand.work;
    worker.do(errand.module, errand.job).then(
      (answer) => {
        this.#take(errand, desk);
        errand.settle({ kind: "answered", answer });
        this.distribute();
      },
      (reason) => {
        this.#take(errand, desk);
        this.#desks.delete(desk);
        // Those behind the one that it was doing are done by another worker.
        if (desk.isLost && !errand.isOver) this.#waiting.add(errand);
        else errand.settle({ kind: "lost", reason });
        desk.isLost = true;
        this.distribute();
      },
    );
  }

  /** Takes a job off a desk. */
  #take(errand: Errand, desk: Desk): void {
    desk.errands.splice(desk.errands.indexOf(errand), 1);
    desk.work -= errand.work;
  }

  /** Closes a desk, and gives its worker back. */
  #dismiss(desk: Desk): void {
    this.#desks.delete(desk);
    this.#pool.leave(desk, false);
    if (desk.worker) this.#pool.takeBack(desk.worker);
  }

  /** Closes a desk for which no worker starts. */
  close(desk: Desk, reason: unknown): void {
    this.#desks.delete(desk);
    if (this.#desks.size > 0) return;
    const unserved = [...this.#waiting];
    this.#waiting.clear();
    for (const errand of unserved) errand.settle({ kind: "unserved", reason });
  }

  /** Forgets a job, whose owner has left it. A worker that is at it has to end it soon. */
  forget(errand: Errand): void {
    this.#waiting.delete(errand);
    const { desk } = errand;
    if (desk?.worker && desk.errands.includes(errand)) {
      const { worker } = desk;
      if (desk.errands.every(({ isOver }) => isOver)) worker.hold(false);
      later(() => {
        if (desk.errands.includes(errand)) worker.end();
      }, PATIENCE);
    }
    if (this.#waiting.size > 0) return;
    for (const idle of this.#desks) if (!idle.worker) this.#dismiss(idle);
  }
}

const queues = new WeakMap<Pool, JobQueue>();

/** The jobs for the workers of a script. Default: the one in the library. */
export function jobsOf(script?: Script): JobQueue {
  const pool = poolOf(script);
  const queue = queues.get(pool) ?? new JobQueue(pool);
  queues.set(pool, queue);
  return queue;
}

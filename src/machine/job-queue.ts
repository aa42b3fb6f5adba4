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
export type JobEnd =
  | { readonly kind: "answered"; readonly answer: unknown }
  | { readonly kind: "lost" | "unserved"; readonly reason: unknown }
  | { readonly kind: "left" };

/** A job from its wait for a worker to its end. */
class PendingJob implements Job {
  readonly module: WebAssembly.Module;
  readonly job: unknown;
  readonly work: number;
  readonly end: Promise<JobEnd>;
  /** True once `end` is known. */
  isOver = false;
  /** Whose worker does it. */
  slot: Slot | undefined;
  readonly #queue: JobQueue;
  #resolve: (end: JobEnd) => void = () => {};

  constructor(queue: JobQueue, { module, job, work }: Job) {
    this.#queue = queue;
    this.module = module;
    this.job = job;
    this.work = work;
    this.end = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  settle(end: JobEnd): void {
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

/** A place for one worker, and the jobs that it was given. */
class Slot implements Waiting {
  readonly module: WebAssembly.Module;
  readonly isPatient = true;
  worker: PoolWorker | undefined;
  /** In the order in which the worker does them. */
  readonly jobs: PendingJob[] = [];
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
  readonly #waiting = new Set<PendingJob>();
  /** Slots with a worker, and those that wait for one. */
  readonly #slots = new Set<Slot>();
  #isDistributing = false;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  add(job: Job): PendingJob {
    const pending = new PendingJob(this, job);
    this.#waiting.add(pending);
    this.distribute();
    return pending;
  }

  /** Gives jobs to workers, first come, first served. */
  distribute(): void {
    // A slot that is opened in the loop may have its worker at once.
    if (this.#isDistributing) return;
    this.#isDistributing = true;
    do {
      for (const pending of this.#waiting) {
        const slot = this.#slotFor(pending);
        if (!slot?.worker) break;
        this.#waiting.delete(pending);
        this.#give(pending, slot, slot.worker);
      }
      for (const slot of this.#slots) if (slot.worker && slot.jobs.length === 0) this.#dismiss(slot);
      // Where a fit took the last worker, the jobs queue up behind it.
    } while (this.#waiting.size > 0 && this.#slots.size === 0);
    this.#isDistributing = false;
  }

  /** The slot with the least to do, or one more while there are fewer than cores. */
  #slotFor({ module }: PendingJob): Slot | undefined {
    const open = [...this.#slots].slice(0, poolSize());
    if (open.length > 0 && this.#pool.isAskedByFits) return undefined;
    const working = open.filter(({ worker }) => worker !== undefined);
    const least = working.reduce<Slot | undefined>((a, b) => (a && a.work <= b.work ? a : b), undefined);
    if (least?.jobs.length === 0) return least;
    const isWanted = open.length - working.length < this.#waiting.size;
    if (open.length < poolSize() && isWanted) {
      const slot = new Slot(this, module);
      this.#slots.add(slot);
      this.#pool.serve(slot);
      if (slot.worker) return slot;
    }
    return least && least.work < HELD_WORK ? least : undefined;
  }

  #give(pending: PendingJob, slot: Slot, worker: PoolWorker): void {
    pending.slot = slot;
    slot.jobs.push(pending);
    slot.work += pending.work;
    worker.do(pending.module, pending.job).then(
      (answer) => {
        this.#take(pending, slot);
        pending.settle({ kind: "answered", answer });
        this.distribute();
      },
      (reason) => {
        this.#take(pending, slot);
        this.#slots.delete(slot);
        // Those behind the one that it was doing are done by another worker.
        if (slot.isLost && !pending.isOver) this.#waiting.add(pending);
        else pending.settle({ kind: "lost", reason });
        slot.isLost = true;
        this.distribute();
      },
    );
  }

  /** Takes a job off a slot. */
  #take(pending: PendingJob, slot: Slot): void {
    slot.jobs.splice(slot.jobs.indexOf(pending), 1);
    slot.work -= pending.work;
  }

  /** Closes a slot, and gives its worker back. */
  #dismiss(slot: Slot): void {
    this.#slots.delete(slot);
    this.#pool.leave(slot, false);
    if (slot.worker) this.#pool.takeBack(slot.worker);
  }

  /** Closes a slot for which no worker starts. */
  close(slot: Slot, reason: unknown): void {
    this.#slots.delete(slot);
    if (this.#slots.size > 0) return;
    const unserved = [...this.#waiting];
    this.#waiting.clear();
    for (const pending of unserved) pending.settle({ kind: "unserved", reason });
  }

  /** Forgets a job, whose owner has left it. A worker that is at it has to end it soon. */
  forget(pending: PendingJob): void {
    this.#waiting.delete(pending);
    const { slot } = pending;
    if (slot?.worker && slot.jobs.includes(pending)) {
      const { worker } = slot;
      if (slot.jobs.every(({ isOver }) => isOver)) worker.hold(false);
      later(() => {
        if (slot.jobs.includes(pending)) worker.end();
      }, PATIENCE);
    }
    if (this.#waiting.size > 0) return;
    for (const idle of this.#slots) if (!idle.worker) this.#dismiss(idle);
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

import type { RunProgram } from "../machine/host.js";
import type { Exports } from "../machine/instantiate.js";
import { reasonOf } from "../machine/refusals.js";
import type { Team } from "../machine/threads.js";
import { type Callable, call, disband, forget } from "./crew.js";
import type { Call } from "./messages.js";
import { threadLost } from "./refusals.js";

/** The exports of assembly/threads.ts. */
export interface TeamExports extends Exports {
  teamBytes(threads: number): number;
  workOf(program: number, length: number): number;
  isComplete(team: number, threads: number, call: number): number;
  jobsOf(team: number): number;
  dismiss(team: number): void;
  lead(team: number, threads: number, naps: number, ...job: Required<Job>): number;
}

type Job = Parameters<RunProgram>;

/** When a team works together. */
export interface Engagement {
  /** Multiply-adds of a step below which one thread runs it faster. */
  leastStep: number;
  /** Multiply-adds of all steps of a run below which it does not pay to wake threads. */
  leastRun: number;
  /** Multiply-adds that this thread does at a time until the others have come. */
  ahead: number;
  /** Tenths of a second without a sign after which a thread is lost. */
  naps: number;
}

/** When threads work together. */
export const ENGAGEMENT: Engagement = { leastStep: 2e5, leastRun: 1e6, ahead: 2e7, naps: 100 };

/** Multiply-adds that take a tenth of a second on a slow machine. */
const NAP_WORK = 1e9;

let teams = 0;

/** A core whose steps several threads share. Each thread computes by itself until all have come. */
export class SharedTeam implements Team, Callable {
  readonly id = ++teams;
  readonly threads: number;
  readonly #engagement: Engagement;
  readonly #module: WebAssembly.Module;
  readonly #exports: TeamExports;
  readonly #address: number;
  /** Calls of the mates so far. */
  #calls = 0;
  /** Why the host starts no threads. */
  #refusal: string | undefined;

  /** @param address of `teamBytes` bytes of zeros. */
  constructor(
    threads: number,
    engagement: Engagement,
    module: WebAssembly.Module,
    exports: TeamExports,
    address: number,
  ) {
    this.threads = threads;
    this.#engagement = engagement;
    this.#module = module;
    this.#exports = exports;
    this.#address = address;
  }

  /** True if steps of a program are worth sharing. */
  #engages(work: number, steps: number): boolean {
    const { leastStep, leastRun } = this.#engagement;
    return work >= leastStep && work * steps >= leastRun;
  }

  get #isComplete(): boolean {
    return this.#exports.isComplete(this.#address, this.threads, this.#calls) !== 0;
  }

  readonly run = (...[program, length, first, at, count, tail = 0, period = 0]: Job): void => {
    const { run, workOf } = this.#exports;
    const work = workOf(program, length);
    if (this.#refusal !== undefined || !this.#engages(work, count)) {
      run(program, length, first, at, count, tail, period);
      return;
    }
    this.#refusal = call(this);
    const portion = Math.ceil(this.#engagement.ahead / Math.max(work, 1));
    let done = 0;
    while (done < count && !this.#isComplete) {
      const steps = Math.min(portion, count - done);
      run(program, length, first + done, at + done, steps, tail, period);
      done += steps;
    }
    if (done < count) this.#lead(work, program, length, first + done, at + done, count - done, tail, period);
  };

  /** @throws RuntimeError if a thread is lost. */
  #lead(work: number, ...job: Required<Job>): void {
    const naps = this.#engagement.naps + Math.ceil(work / NAP_WORK);
    let cause: unknown = "it ended";
    try {
      if (this.#exports.lead(this.#address, this.threads, naps, ...job)) return;
    } catch (error) {
      cause = error;
    }
    // The others wait for one that will not come.
    disband();
    throw threadLost(reasonOf(cause));
  }

  callOf(rank: number, isFirst: boolean): Call {
    const { memory, jobsOf } = this.#exports;
    if (rank === 1) this.#calls++;
    const place = { id: this.id, team: this.#address, rank, jobs: jobsOf(this.#address), call: this.#calls };
    return isFirst ? { ...place, module: this.#module, memory } : place;
  }

  dismiss(): void {
    this.#exports.dismiss(this.#address);
  }

  release(): void {
    forget(this);
  }
}

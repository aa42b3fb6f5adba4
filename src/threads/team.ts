import type { RunProgram } from "../machine/host.js";
import type { Exports } from "../machine/instantiate.js";
import { reasonOf } from "../machine/refusals.js";
import type { Team } from "../machine/threads.js";
import { type Callable, call, disband, forget } from "./crew.js";
import type { Call } from "./messages.js";
import { threadLost } from "./refusals.js";
import { Sharing } from "./sharing.js";

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
  /** Multiply-adds of a step below which one thread runs it faster on any machine. */
  leastStep: number;
  /** Multiply-adds of all steps of a run below which it does not pay to wake threads. */
  leastRun: number;
  /** Multiply-adds of the slices that are timed. 0 to wait for the others and share everything, as tests do. */
  slice: number;
  /** Tenths of a second without a sign after which a thread is lost. */
  naps: number;
}

/** When threads work together. */
export const ENGAGEMENT: Engagement = { leastStep: 1e5, leastRun: 1e6, slice: 5e7, naps: 100 };

/** Multiply-adds that take a tenth of a second on a slow machine. */
const NAP_WORK = 1e9;

/** Maximum of programs whose times a team keeps. */
const MOST_PROGRAMS = 64;

/** It may stand still, or be a fake: then all times are equal. */
const clock: { now(): number } = typeof performance === "object" ? performance : Date;

let teams = 0;

/** A core whose steps several threads share, where that is faster. Until all have come, this thread computes alone. */
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
  /** The choice for each program, by the work of one step. */
  readonly #sharings = new Map<number, Sharing>();

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

  readonly run: RunProgram = (program, length, first, at, count, tail = 0, period = 0) => {
    const { run, workOf } = this.#exports;
    const work = workOf(program, length);
    if (this.#refusal === undefined && this.#engages(work, count)) {
      this.#runInSlices(work, [program, length, first, at, count, tail, period]);
    } else run(program, length, first, at, count, tail, period);
  };

  /** Runs slices of steps, each on one thread or on all. */
  #runInSlices(work: number, [program, length, first, at, count, tail, period]: Required<Job>): void {
    this.#refusal = call(this);
    const { slice } = this.#engagement;
    const mustShare = slice === 0;
    const sharing = this.#sharingOf(work);
    const most = mustShare ? count : Math.ceil(slice / work);
    for (let done = 0; done < count; ) {
      const isComplete = this.#isComplete;
      if (mustShare && !isComplete) continue;
      const steps = Math.min(most, count - done);
      const job: Required<Job> = [program, length, first + done, at + done, steps, tail, period];
      const start = clock.now();
      if (isComplete && (mustShare || sharing.isShared)) this.#lead(work, job);
      else this.#exports.run(...job);
      // One thread in place of all says nothing about them.
      if (isComplete || !sharing.isShared) sharing.note((clock.now() - start) / steps);
      done += steps;
    }
  }

  #sharingOf(work: number): Sharing {
    const known = this.#sharings.get(work);
    if (known) return known;
    if (this.#sharings.size === MOST_PROGRAMS) this.#sharings.clear();
    const sharing = new Sharing();
    this.#sharings.set(work, sharing);
    return sharing;
  }

  /** @throws RuntimeError if a thread is lost. */
  #lead(work: number, job: Required<Job>): void {
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

import type { Arena } from "./arena.js";
import type { MemoryRange } from "./orders.js";

/**
 * Executes a program: its address and number of instructions, the number of the first step, that step's slot in the tables,
 * and the number of steps. Where epochs end in a short batch: the address of the program for it, and the slots of an epoch.
 */
export type RunProgram = (
  program: number,
  length: number,
  step: number,
  slot: number,
  steps: number,
  tail?: number,
  period?: number,
) => void;

/** Results that a worker was asked for. Awaiting them copies them to this thread's memory, as far as that is still there. */
export interface Arrival extends PromiseLike<undefined> {
  /** Copies them if they have come. @returns false if they have to be awaited. */
  receive(): boolean;
}

/**
 * Linear memory and the core that computes in it: on this thread (Core) or in a worker (WorkerCore). Code that plans, writes
 * and runs programs uses this interface and does not know which of the two it has. An address means the same in both.
 */
export interface Host {
  /** Memory on this thread. Read results from it after `fetch`; change it by `write` only. */
  readonly arena: Arena;
  /** Threads that share the steps of a program, each with scratch of its own. */
  readonly threads: number;
  /** Cost of fetching one byte, in multiply-adds. */
  readonly fetchWork: number;
  /** Calls of `write` so far, where orders may run ahead of this thread; else 0. */
  readonly writes: number;
  /** Takes memory from the top of the arena up to `end`, and fills it with zeros up to `zeros`. @throws RuntimeError */
  take(end: number, zeros?: number): void;
  /** Changes memory through a view of the arena: `change` must write to `view` alone. */
  write<V extends ArrayBufferView>(view: V, change: (view: V) => void): void;
  /** Runs a program, or sends it to be run. */
  readonly run: RunProgram;
  /**
   * Asks for what programs wrote. Several answers are received in the order of the calls.
   * @returns undefined where it is in this thread's memory already.
   */
  fetch(ranges: readonly MemoryRange[]): Arrival | undefined;
}

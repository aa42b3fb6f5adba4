/** Part of linear memory. */
export type MemoryRange = readonly [address: number, bytes: number];

/**
 * Orders to a core in a worker, as one list of numbers: the kind of each, then its numbers. A list of hundreds of orders is
 * so a single copy of memory between threads.
 */
export interface Kinds {
  /** start, zeros, end: grow memory up to `end`, and fill it with zeros from `start` to `zeros`. */
  readonly take: 0;
  /** address, bytes: copy as many of the message's bytes to it. */
  readonly write: 1;
  /** The seven arguments of the core's `run`. */
  readonly run: 2;
  /** address, bytes: append this range to the answer. */
  readonly read: 3;
}

export const ORDERS: Kinds = { take: 0, write: 1, run: 2, read: 3 };

/** Orders to a worker, which answers each message once. */
export interface Message {
  orders: Float64Array;
  /** The bytes that `write` copies, one after the other. */
  written: Uint8Array<ArrayBuffer>;
  /** Length of the answer. */
  bytes: number;
}

/** A message to a worker: orders, or a job as the code that does it defines it. */
export type WorkerMessage = (Message | { readonly job: unknown }) & {
  /** Take this module for this message and the next ones. */
  module?: WebAssembly.Module | undefined;
};

/**
 * The worker's answer: the bytes of the ranges it was asked for, one after the other; the result of the job; or why it cannot
 * give them.
 */
export interface Answer {
  bytes?: Uint8Array;
  done?: unknown;
  error?: string;
}

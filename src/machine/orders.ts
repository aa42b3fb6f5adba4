/** Part of linear memory. */
export type MemoryRange = readonly [address: number, bytes: number];

/** What a core in a worker is told to do; of several things in the order in which they stand here. */
export interface Order {
  /** Make the core of this module. */
  module?: WebAssembly.Module;
  /** Have memory up to `end`, and zeros from `start` to `zeros`. */
  take?: readonly [start: number, zeros: number, end: number];
  /** Put bytes at an address. */
  write?: readonly [address: number, bytes: Uint8Array];
  /** Run a program: the arguments of the core's `run`. */
  run?: readonly number[];
  /** Answer with what memory holds there. */
  read?: readonly MemoryRange[];
}

/** What it answers: the regions it was asked for, or why it cannot. */
export interface Answer {
  parts?: readonly Uint8Array[];
  error?: string;
}

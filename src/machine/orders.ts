/** Part of linear memory. */
export type MemoryRange = readonly [address: number, bytes: number];

/** Requests to a core in a worker. Those of one order are carried out in the order of these fields. */
export interface Order {
  /** Instantiate the core of this module. */
  module?: WebAssembly.Module;
  /** Grow memory up to `end`, and fill it with zeros from `start` to `zeros`. */
  take?: readonly [start: number, zeros: number, end: number];
  /** Copy bytes to an address. */
  write?: readonly [address: number, bytes: Uint8Array];
  /** Run a program: the arguments of the core's `run`. */
  run?: readonly number[];
  /** Answer with the bytes of these ranges. */
  read?: readonly MemoryRange[];
}

/** The worker's answer: the ranges it was asked for, or why it cannot give them. */
export interface Answer {
  parts?: readonly Uint8Array[];
  error?: string;
}

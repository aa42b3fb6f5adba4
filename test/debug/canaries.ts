/**
 * Canaries: bytes of a pattern behind every block that a plan places. A kernel that writes beyond its block changes them; one
 * that computes with them gets NaN. The subclasses below add them to Placement, which reserves the bytes, and to Arena, which
 * fills them when it takes the memory; after each run the instance checks those of its memory.
 */

import { alignTo, CACHE_LINE } from "../../src/machine/align.js";

type ArenaModule = typeof import("../../src/machine/arena.js");
type PlacementModule = typeof import("../../src/program/placement.js");

/** Bytes of a canary. */
export const GAP = 16;

/** Every byte of a canary behind a matrix: NaN as a float32. */
const NAN_BYTE = 0xff;

/**
 * Every byte of a canary behind parameters, gradients or optimizer states: 1.5e16 as a float32. The test for divergence reads
 * parameters and states in one pass, canaries included, so these must be finite.
 */
const FINITE_BYTE = 0x5a;

/** The canary behind a block, at the block's end. */
interface Canary {
  block: string;
  address: number;
  byte: number;
}

/** The canaries of a plan. */
interface Guarded {
  start: number;
  end: number;
  canaries: Canary[];
}

/** The last plan. The engine takes the memory of a plan before it makes the next one. */
let latest: Guarded | undefined;

/** The canaries that were filled, by memory. */
const filled = new WeakMap<WebAssembly.Memory, Canary[]>();

/** The block that is placed too short, for tests of the canaries, and by how many bytes. */
export const short = { block: "", bytes: 16 };

/** @throws Error if a canary of this memory was changed. */
export function checkCanaries(memory: WebAssembly.Memory): void {
  const bytes = new Uint8Array(memory.buffer);
  for (const { block, address, byte } of filled.get(memory) ?? []) {
    for (let i = address; i < address + GAP; i++) {
      if (bytes[i] !== byte)
        throw new Error(`A kernel wrote behind the block ${block}, which ends at ${address}.`);
    }
  }
}

/** A Placement that leaves room for a canary behind each block. */
export function guardPlacement({ Placement }: PlacementModule): PlacementModule {
  class GuardedPlacement extends Placement {
    readonly #guarded: Guarded;

    constructor(address: number) {
      super(address);
      this.#guarded = { start: this.end, end: this.end, canaries: [] };
      latest = this.#guarded;
    }

    override place<T extends { bytes: number }>(make: (address: number) => T): T {
      const start = this.end;
      const made = super.place(make);
      const { name } = made as { name?: string };
      const block = name ?? `at ${start}`;
      const address = start + made.bytes - (block === short.block ? short.bytes : 0);
      this.#guarded.canaries.push({ block, address, byte: name === undefined ? FINITE_BYTE : NAN_BYTE });
      this.end = alignTo(address + GAP, CACHE_LINE);
      this.#guarded.end = this.end;
      return made;
    }
  }
  return { Placement: GuardedPlacement };
}

/** An Arena that fills the canaries of the plan whose memory it takes. */
export function guardArena({ Arena }: ArenaModule): ArenaModule {
  class GuardedArena extends Arena {
    readonly #canaries: Canary[] = [];
    /**
     * The plan of blocks behind the parameters that are taken later: the states of an optimizer. A network that was made from given
     * parameters and trains before anything else has no canaries there, because nothing was released before.
     */
    #states: Guarded | undefined;
    /** False until the memory of the states was released once: the scratch of the initial weights lies there first. */
    #isInitialized = false;

    constructor(memory: WebAssembly.Memory, base: number) {
      super(memory, base);
      filled.set(memory, this.#canaries);
    }

    override take(end: number, zeros = end): void {
      const start = this.top;
      super.take(end, zeros);
      if (latest?.start === start) {
        const guarded = latest;
        latest = undefined;
        this.#fill(guarded, start, end);
        if (guarded.end > end) this.#states = guarded;
      } else if (this.#isInitialized && this.#states?.end === end) {
        this.#fill(this.#states, start, end);
      }
    }

    #fill({ canaries }: Guarded, start: number, end: number): void {
      for (const canary of canaries) {
        if (canary.address < start || canary.address + GAP > end) continue;
        this.bytesAt(canary.address, GAP).fill(canary.byte);
        this.#canaries.push(canary);
      }
    }

    override release(mark: number): void {
      super.release(mark);
      this.#isInitialized = true;
      const kept = this.#canaries.filter(({ address }) => address < mark);
      this.#canaries.splice(0, Number.POSITIVE_INFINITY, ...kept);
    }
  }
  return { Arena: GuardedArena };
}

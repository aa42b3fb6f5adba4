import { OP_BYTES, Op } from "../../assembly/isa.js";
import type { Host } from "../machine/host.js";
import type { NetworkSpec } from "../model/spec.js";
import { compile } from "../program/compile.js";
import { encode, type Instruction, type SamplePlaces, setSamples } from "../program/instruction.js";
import type { Store } from "../program/parameters.js";
import { type Plan, plan } from "../program/plan.js";
import { type RequestOptions, requestOf } from "../program/request.js";
import { maximumInstructions } from "../program/tables.js";

/** Writes instructions to an address. @param samples of a batch. Default: no instruction has any. */
export function writeInstructions(
  host: Host,
  address: number,
  program: readonly Instruction[],
  samples?: number,
): SamplePlaces {
  let places: SamplePlaces = { extents: [], means: [] };
  host.write(host.arena.bytesAt(address, program.length * OP_BYTES), (view) => {
    places = encode(program, view, samples);
  });
  return places;
}

/** Runs instructions once, outside any plan, in free memory above it. */
export function runOnce(host: Host, program: readonly Instruction[]): void {
  const { arena } = host;
  const address = arena.top;
  host.take(address + program.length * OP_BYTES);
  writeInstructions(host, address, program);
  host.run(address, program.length, 0, 0, 1);
  arena.release(address);
}

/** The operations that gather a batch, the first ones of a step. */
const GATHERING: readonly Op[] = [Op.gather, Op.oneHot, Op.smooth, Op.weigh];

/**
 * A compiled program in linear memory, with room for everything that it reads and writes.
 *
 * The constructor plans it at the top of the arena, `place` takes its memory and writes the instructions, and the other methods
 * run them as often as asked, for as long as the memory is not released.
 */
export class Program {
  readonly plan: Plan;
  readonly #host: Host;
  readonly #spec: NetworkSpec;
  readonly #store: Store;
  /** The address of the program for a whole batch, and that for the last batch of an epoch. */
  readonly #address: number;
  readonly #tail: number;
  /** The rows of the batch that this program is for; 0 as long as it is not written. */
  #tailRows = 0;
  /** Where both programs have the number of rows. */
  #places: SamplePlaces = { extents: [], means: [] };
  /** Instructions of one step. */
  #length = 0;
  /** Instructions that gather the batch. */
  #gathering = 0;
  /** Instructions up to the loss. None of them changes a parameter. */
  #upToLoss = 0;

  constructor(host: Host, spec: NetworkSpec, store: Store, request: Omit<RequestOptions, "address">) {
    this.#host = host;
    this.#spec = spec;
    this.#store = store;
    const { threads, arena } = host;
    this.plan = plan(spec, store, requestOf({ ...request, threads, address: arena.top }));
    this.#address = this.plan.tables.program.address;
    this.#tail = this.#address + maximumInstructions(spec, this.plan.weighted) * OP_BYTES;
  }

  /** Takes the memory of the plan and writes the program for a whole batch. */
  place(): void {
    const { end, zeros } = this.plan;
    this.#host.take(end, zeros);
    this.write();
  }

  /** Writes the program for a whole batch. That for the last batch of an epoch has to be set after it. */
  write(): void {
    this.#tailRows = 0;
    const program = compile(this.#spec, this.plan, this.#store);
    this.#length = program.length;
    this.#gathering = program.findIndex(({ op }) => !GATHERING.includes(op));
    this.#upToLoss = program.findIndex(({ op }) => op === Op.loss || op === Op.custom) + 1;
    this.#places = writeInstructions(this.#host, this.#address, program, this.plan.batch);
  }

  /** Sets the last batch of an epoch, which has only `rows` rows: its program is that for a whole batch with other numbers. */
  setTail(rows: number): void {
    if (rows === this.#tailRows) return;
    const { arena } = this.#host;
    const bytes = this.#length * OP_BYTES;
    this.#host.write(arena.bytesAt(this.#tail, bytes), (tail) => {
      if (this.#tailRows === 0) tail.set(arena.bytesAt(this.#address, bytes));
      setSamples(this.#places, tail, rows);
    });
    this.#tailRows = rows;
  }

  /**
   * Runs steps.
   * @param step number of the first one's update, from 0. @param slot its slot in the tables. @param steps how many.
   * @param period the slots of an epoch if its last batch is a short one, else 0.
   * @param gathers false where the batch stays the same and was gathered by `gather`.
   */
  run(step: number, slot: number, steps: number, period: number, gathers: boolean): void {
    this.#run(gathers ? 0 : this.#gathering, this.#length, step, slot, steps, period);
  }

  /** Runs one step over a whole batch, as `run` does. It is for programs that take less time than the arguments of `run`. */
  runWhole(): void {
    this.#host.run(this.#address, this.#length, 0, 0, 1, 0, 0);
  }

  /** Gathers the batch of slot 0 and runs nothing else. */
  gather(period: number): void {
    this.#run(0, this.#gathering, 0, 0, 1, period);
  }

  /** Runs one step as far as its loss. @param gathers false where the batch was gathered by `gather`. */
  runToLoss(step: number, slot: number, period: number, gathers: boolean): void {
    this.#run(gathers ? 0 : this.#gathering, this.#upToLoss, step, slot, 1, period);
  }

  /** Runs the rest of that step: gradients and update. */
  runFromLoss(step: number, slot: number, period: number): void {
    this.#run(this.#upToLoss, this.#length, step, slot, 1, period);
  }

  /** Runs the instructions from number `first` to before number `last`. */
  #run(first: number, last: number, step: number, slot: number, steps: number, period: number): void {
    const skipped = first * OP_BYTES;
    this.#host.run(this.#address + skipped, last - first, step, slot, steps, this.#tail + skipped, period);
  }
}

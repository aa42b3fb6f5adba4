import { OP_BYTES, Op } from "../../assembly/isa.js";
import type { Host } from "../machine/host.js";
import type { NetworkSpec } from "../model/spec.js";
import { gatherBatch } from "../program/batch.js";
import { compile } from "../program/compile.js";
import { encode, type Instruction } from "../program/instruction.js";
import type { Store } from "../program/parameters.js";
import { type Plan, plan } from "../program/plan.js";
import { type RequestOptions, requestOf } from "../program/request.js";
import { maximumInstructions } from "../program/tables.js";

/** Writes instructions to an address. */
export function writeInstructions(host: Host, address: number, program: readonly Instruction[]): void {
  const bytes = host.arena.bytesAt(address, program.length * OP_BYTES);
  host.write(bytes, (view) => encode(program, view));
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

/**
 * A compiled program in linear memory, with room for everything that it reads and writes.
 *
 * Placing and running are separate: the constructor takes memory from the top of the arena and writes the instructions; the
 * methods run them as often as asked, for as long as the memory is not released.
 */
export class Program {
  readonly plan: Plan;
  readonly #host: Host;
  readonly #spec: NetworkSpec;
  readonly #store: Store;
  /** The address of the program for the last batch of an epoch. */
  readonly #tail: number;
  /** Instructions of one step. */
  readonly #length: number;
  /** Instructions that gather the batch, the first ones of a step. */
  readonly #gathering: number;
  /** Instructions up to the loss. None of them changes a parameter. */
  readonly #upToLoss: number;

  constructor(host: Host, spec: NetworkSpec, store: Store, request: Omit<RequestOptions, "address">) {
    this.#host = host;
    this.#spec = spec;
    this.#store = store;
    this.plan = plan(spec, store, requestOf({ ...request, address: host.arena.top }));
    host.take(this.plan.end, this.plan.zeros);
    const program = compile(spec, this.plan, store);
    this.#tail = this.plan.tables.program.address + maximumInstructions(spec) * OP_BYTES;
    this.#length = program.length;
    this.#gathering = gatherBatch(spec, this.plan, this.plan.batch).length;
    this.#upToLoss = program.findIndex(({ op }) => op === Op.loss) + 1;
    writeInstructions(host, this.plan.tables.program.address, program);
  }

  /** Compiles the program for the last batch of an epoch, which has only `samples` rows. */
  compileTail(samples: number): void {
    writeInstructions(this.#host, this.#tail, compile(this.#spec, this.plan, this.#store, samples));
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

  /** Gathers the batch of slot 0 and runs nothing else. */
  gather(): void {
    this.#run(0, this.#gathering, 0, 0, 1, 0);
  }

  /** Runs one step as far as its loss. */
  runToLoss(step: number): void {
    this.#run(0, this.#upToLoss, step, 0, 1, 0);
  }

  /** Runs the rest of that step: gradients and update. */
  runFromLoss(step: number): void {
    this.#run(this.#upToLoss, this.#length, step, 0, 1, 0);
  }

  /** Runs the instructions from number `first` to before number `last`. */
  #run(first: number, last: number, step: number, slot: number, steps: number, period: number): void {
    const skipped = first * OP_BYTES;
    const { address } = this.plan.tables.program;
    this.#host.run(address + skipped, last - first, step, slot, steps, this.#tail + skipped, period);
  }
}

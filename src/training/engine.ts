import { OP_BYTES, Op } from "../../assembly/isa.js";
import { StateError } from "../errors.js";
import { align } from "../machine/arena.js";
import type { MathBuild } from "../machine/build.js";
import { Core } from "../machine/core.js";
import type { Store } from "../program/compile.js";
import { encode } from "../program/encode.js";
import type { Instruction } from "../program/equations.js";
import { planParameters } from "../program/plan.js";
import { initialLimit } from "../spec/initializers.js";
import type { NetworkSpec } from "../spec/spec.js";

/** Vectors as long as the parameters that an optimizer keeps. */
function stateCount({ optimizer }: NetworkSpec): number {
  if (optimizer.type === "adam") return 2;
  return optimizer.momentum > 0 ? 1 : 0;
}

/** A network in linear memory: its parameters, the optimizer's states, and how far training has come. */
export class Engine {
  readonly core: Core;
  readonly store: Store;
  /** Updates so far. */
  step = 0;
  /** Epochs begun so far: each has a shuffle of its own. */
  epoch = 0;
  /** The call that trains at the moment. */
  #training = "";
  #isDisposed = false;

  constructor(
    readonly spec: NetworkSpec,
    math?: MathBuild,
  ) {
    this.core = new Core(math);
    const { arena } = this.core;
    const parameters = planParameters(spec, arena.top);
    const size = align(parameters.bytes);
    const states = Array.from({ length: stateCount(spec) }, (_, i) =>
      planParameters(spec, parameters.address + (i + 1) * size, "state "),
    );
    arena.take(parameters.address + (states.length + 1) * size);
    this.store = { parameters, states };
    this.execute(
      parameters.layers.map(({ W }, i) => ({
        equation: `${W.name} = uniform`,
        result: W,
        op: Op.uniform,
        f: i,
        rows: W.cols,
        cols: W.rows,
        c: W.address,
        ldc: W.stride,
        p: [initialLimit(spec, i), spec.seed],
      })),
    );
  }

  /** Runs a program once, for what happens between steps. */
  execute(program: readonly Instruction[]): void {
    const { arena, run } = this.core;
    const address = arena.top;
    arena.take(address + program.length * OP_BYTES);
    encode(program, arena.bytesAt(address, program.length * OP_BYTES));
    run(address, program.length, 0, 0, 1);
    arena.release(address);
  }

  /** All parameters and optimizer states, as one live view: read or write it at once, never keep it. */
  get state(): Float32Array {
    const { parameters, states } = this.store;
    const last = states[states.length - 1] ?? parameters;
    return this.core.arena.floatsAt(parameters.address, (last.address + last.bytes - parameters.address) / 4);
  }

  /** Ends the use of this network: its memory goes with the last reference to the core. */
  dispose(): void {
    this.#isDisposed = true;
  }

  /** @throws StateError if the network was disposed of. */
  checkAlive(call: string): void {
    if (this.#isDisposed) {
      throw new StateError(
        `${call} was called on a network that was disposed of: make a new one, or call dispose later.`,
      );
    }
  }

  /** Marks the network as being trained by `call` until `free`. @throws StateError if it already is. */
  occupy(call: string): void {
    if (this.#training) {
      throw new StateError(
        `${call} was called while ${this.#training} is training this network: await the running call first.`,
      );
    }
    this.#training = call;
  }

  /** Ends what `occupy` began. */
  free(): void {
    this.#training = "";
  }
}

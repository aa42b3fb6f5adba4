import { OP_BYTES } from "../../assembly/isa.js";
import { StateError } from "../errors.js";
import { align } from "../machine/arena.js";
import type { MathBuild } from "../machine/build.js";
import { Core } from "../machine/core.js";
import type { MemoryRange } from "../machine/orders.js";
import type { WorkerCore } from "../machine/worker-core.js";
import { plateauOf, rateAt } from "../model/schedules.js";
import type { NetworkSpec } from "../model/spec.js";
import { initialise, initialScratch } from "../program/initialise.js";
import { encode, type Instruction } from "../program/instruction.js";
import { type Matrix, visit } from "../program/matrix.js";
import { stateCount } from "../program/optimizer.js";
import { matricesOf, planBuffers, planParameters, type Store } from "../program/parameters.js";
import { type Progress, startOfProgress } from "../record/progress.js";
import type { Slices } from "./scheduler.js";

/** Multiply-adds beside which it does not matter to bring a byte from a worker. */
const FETCH_WORK = 100;

/** A network in linear memory: its parameters, the optimizer's states, and how far training has come. */
export class Engine {
  readonly core: Core;
  readonly store: Store;
  progress: Progress = startOfProgress();
  /** The parameters and running statistics of the best epoch of the fit under way, where it looks for one. */
  best: Float32Array | undefined;
  /** The core in a worker that the fit under way computes with, if it does. */
  mirror: WorkerCore | undefined;
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
    const buffers = planBuffers(spec, parameters.address + align(parameters.bytes));
    const first = buffers.address + align(buffers.bytes);
    const size = align(parameters.bytes);
    const states = Array.from({ length: stateCount(spec.optimizer) }, (_, i) =>
      planParameters(spec, first + i * size, "state "),
    );
    arena.take(first + states.length * size);
    this.store = { parameters, buffers, states };
    this.#initialise();
  }

  /** Weights by their initializers, biases and normalisations at their constants. */
  #initialise(): void {
    const { arena } = this.core;
    const mark = arena.top;
    arena.take(mark + initialScratch(this.spec));
    this.execute(initialise(this.spec, this.store, mark));
    arena.release(mark);
    this.spec.layers.forEach((layer, i) => {
      const { W, b, gamma } = this.store.parameters.layers[i];
      if (layer.type === "dense") {
        if (layer.init.type === "constant") this.#fill(W, layer.init.value);
        this.#fill(b, Number(layer.bias));
      }
      this.#fill(gamma, 1);
      this.#fill(this.store.buffers.layers[i].variance, 1);
    });
    const { optimizer } = this.spec;
    if (optimizer.type !== "adagrad") return;
    for (const matrix of matricesOf(this.store.states[0])) this.#fill(matrix, optimizer.initialAccumulator);
  }

  /** Writes one value to every place of a matrix but its padding. */
  #fill(matrix: Matrix | undefined, value: number): void {
    if (!matrix) return;
    const memory = this.core.arena.floatsOf(matrix);
    visit(matrix, (offset) => {
      memory[offset] = value;
    });
  }

  /** Runs a program once, for what happens between steps: here, or in a worker. */
  execute(program: readonly Instruction[], mirror?: WorkerCore): void {
    const { arena } = this.core;
    const address = arena.top;
    const bytes = program.length * OP_BYTES;
    arena.take(address + bytes);
    encode(program, arena.bytesAt(address, bytes));
    mirror?.take(address, address, arena.top);
    mirror?.write(address, bytes);
    (mirror ?? this.core).run(address, program.length, 0, 0, 1);
    arena.release(address);
  }

  /** The learning rate of the update after `step` updates. */
  rateAt(step: number): number {
    const { learningRate } = this.spec.optimizer;
    if (typeof learningRate === "number") return learningRate;
    const rate = rateAt(learningRate, step);
    const plateau = plateauOf(learningRate);
    return plateau ? Math.max(rate * this.progress.plateau.factor, Math.min(rate, plateau.least)) : rate;
  }

  get #region(): MemoryRange {
    const { parameters, buffers, states } = this.store;
    const last = states[states.length - 1] ?? buffers;
    return [parameters.address, last.address + last.bytes - parameters.address];
  }

  /** Parameters, running statistics and optimizer states, as one live view: read or write it at once, never keep it. */
  get state(): Float32Array {
    const [address, bytes] = this.#region;
    return this.core.arena.floatsAt(address, bytes / 4);
  }

  /** Tells the worker, if there is one, the state that it is to go on from. */
  send(): void {
    this.mirror?.write(...this.#region);
  }

  /** Work that makes it worth it to bring a state from the worker. */
  get fetching(): number {
    return this.mirror ? FETCH_WORK * this.#region[1] : 0;
  }

  /** Brings the state that the worker has come to, before progress tells of it. */
  *fetch(): Slices<void> {
    if (this.mirror) yield this.mirror.read([this.#region]);
  }

  /** What predictions follow from: parameters and running statistics, as a live view. */
  get model(): Float32Array {
    const { parameters, buffers } = this.store;
    const bytes = buffers.address + buffers.bytes - parameters.address;
    return this.core.arena.floatsAt(parameters.address, bytes / 4);
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

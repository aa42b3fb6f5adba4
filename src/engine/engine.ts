import { StateError } from "../errors.js";
import type { MathBuild } from "../machine/build.js";
import { Core } from "../machine/core.js";
import type { Host } from "../machine/host.js";
import type { MemoryRange } from "../machine/orders.js";
import type { NetworkSpec } from "../model/spec.js";
import { planStore, type Store } from "../program/parameters.js";
import { type Progress, startOfProgress } from "../record/progress.js";
import { initializeParameters, initializeStates } from "./initialize.js";
import { type CheckedParameters, writeParameters } from "./parameters.js";

/** A network in linear memory: its parameters, the optimizer's state, and how far training has come. */
export class Engine {
  /** The core of this thread, which computes everything except a fit in a worker. */
  readonly core: Core;
  readonly store: Store;
  /** The address behind the store. */
  readonly end: number;
  /** Where the fit under way computes. What changes parameters writes through it. */
  host: Host;
  progress: Progress = startOfProgress();
  /** The user's own texts in the file that the network was read from. */
  metadata: Readonly<Record<string, string>> = {};
  /** The parameters and running statistics of the best epoch of the fit under way, if it looks for one. */
  best: Float32Array | undefined;
  /** The name of the call that trains at the moment, or nothing. */
  #training = "";
  #isDisposed = false;
  #hasStates = false;

  /** @param parameters all parameters and statistics. Default: initial ones are drawn. */
  constructor(
    readonly spec: NetworkSpec,
    math?: MathBuild,
    parameters?: CheckedParameters,
  ) {
    this.core = new Core(math);
    this.host = this.core;
    const { arena } = this.core;
    const { store, firstState, end } = planStore(spec, arena.top);
    arena.take(firstState);
    this.store = store;
    this.end = end;
    if (parameters) writeParameters(this, parameters);
    else initializeParameters(this.core, spec, store);
  }

  /**
   * Takes the memory of the optimizer's states, which only training needs, before the first update. Nothing else may be
   * above the parameters then.
   */
  takeStates(): void {
    if (this.#hasStates) return;
    this.core.arena.take(this.end);
    this.#hasStates = true;
    initializeStates(this.core, this.spec, this.store);
  }

  /**
   * Where everything lies that a fit changes: parameters, running statistics and the optimizer's states, which takeStates
   * must have taken.
   */
  get stateRange(): MemoryRange {
    const { parameters, buffers, states } = this.store;
    const last = states[states.length - 1] ?? buffers;
    return [parameters.address, last.address + last.bytes - parameters.address];
  }

  /** The numbers in `stateRange`, as a live view: read it at once and never keep it. */
  get state(): Float32Array<ArrayBuffer> {
    const [address, bytes] = this.stateRange;
    return this.core.arena.floatsAt(address, bytes / 4);
  }

  /** The numbers that predictions depend on, parameters and running statistics, as a live view. */
  get model(): Float32Array<ArrayBuffer> {
    const { parameters, buffers } = this.store;
    const bytes = buffers.address + buffers.bytes - parameters.address;
    return this.core.arena.floatsAt(parameters.address, bytes / 4);
  }

  /** Ends the use of this network: its memory is freed with the last reference to the core. */
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

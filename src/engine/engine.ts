import { alignTo, CACHE_LINE } from "../machine/align.js";
import type { MathBuild } from "../machine/build.js";
import { Core } from "../machine/core.js";
import type { Host } from "../machine/host.js";
import { LiveView } from "../machine/live-view.js";
import type { MemoryRange } from "../machine/orders.js";
import { decidingSpec, type NetworkSpec } from "../model/spec.js";
import { planStore, type Store } from "../program/parameters.js";
import { type Progress, startOfProgress } from "../record/progress.js";
import { Finiteness } from "./finiteness.js";
import { initializeParameters, initializeStates } from "./initialize.js";
import { Occupancy } from "./occupancy.js";
import { type CheckedParameters, ParameterBlock } from "./parameters.js";
import { KeptPlans } from "./plans.js";

/** A network in linear memory: its parameters, the optimizer's state, and how far training has come. */
export class Engine {
  /** The core of this thread, which computes everything except a fit in a worker. */
  readonly core: Core;
  store: Store;
  /** Parameters and running statistics. */
  readonly parameters: ParameterBlock;
  /** The address behind the store. */
  end: number;
  /** The address behind what was taken of the store, where sessions begin. */
  top!: number;
  /** Where everything lies that a fit changes: parameters, running statistics and, once taken, the optimizer's states. */
  stateRange!: MemoryRange;
  /** Where the fit under way computes. What changes parameters writes through it. */
  host: Host;
  progress: Progress = startOfProgress();
  /** The user's own texts in the file that the network was read from. */
  metadata: Readonly<Record<string, string>> = {};
  /** The parameters and running statistics of the best epoch of the fit under way, if it looks for one. */
  best: Float32Array | undefined;
  /** The sessions and what is planned for them. */
  readonly plans = new KeptPlans(this);
  /** The copies that `keep` makes. */
  #kept: Float32Array<ArrayBuffer> | undefined;
  #state!: LiveView<Float32Array<ArrayBuffer>>;
  /** The test of the state, behind it in memory. */
  finiteness!: Finiteness;
  readonly #variants = new Map<string, NetworkSpec>();
  /** Its source has it from before the engine was made. */
  occupancy = new Occupancy();
  /** True once the memory of the optimizer's states was taken. */
  hasStates = false;

  /** @param parameters all parameters and statistics. Default: initial ones are drawn. */
  constructor(
    public spec: NetworkSpec,
    /** The build that was asked for. Default: strict. */
    readonly math?: MathBuild,
    parameters?: CheckedParameters,
  ) {
    this.core = new Core(math, this);
    this.host = this.core;
    const { arena } = this.core;
    const { store, firstState, end } = planStore(spec, arena.top);
    this.core.take(firstState);
    this.store = store;
    this.end = end;
    this.#coverTo(store.buffers);
    this.parameters = new ParameterBlock(this.core, store.parameters, store.buffers);
    if (parameters) this.parameters.write(this.host, parameters);
    else initializeParameters(this.core, spec, store);
  }

  /**
   * Takes the memory of the optimizer's states, which only training needs, before the first update. Plans that were kept above
   * the parameters give way; no session may be open.
   */
  takeStates(): void {
    if (this.hasStates) return;
    const { arena } = this.core;
    this.plans.clear();
    arena.release(this.finiteness.start);
    this.core.take(this.end);
    this.hasStates = true;
    const { states, buffers } = this.store;
    initializeStates(this.core, this.spec, this.store);
    this.#coverTo(states[states.length - 1] ?? buffers);
  }

  /** Goes on with a spec of the same layers and the same optimizer. No session may be open. */
  become(spec: NetworkSpec): void {
    this.plans.clear();
    this.#variants.clear();
    this.spec = spec;
  }

  /** Goes on with a spec of the same layers as a network that was never trained. Parameters and running statistics stay. */
  beginAnew(spec: NetworkSpec): void {
    this.become(spec);
    const { arena } = this.core;
    const { store, firstState, end } = planStore(spec, this.store.parameters.address);
    arena.release(firstState);
    this.core.take(firstState);
    this.store = store;
    this.end = end;
    this.hasStates = false;
    this.#kept = undefined;
    this.#coverTo(store.buffers);
    this.progress = startOfProgress();
  }

  /** Lets the state end with a block, behind which its test is placed and sessions begin. */
  #coverTo({ address, bytes }: { address: number; bytes: number }): void {
    const { arena } = this.core;
    const first = this.store.parameters.address;
    const end = address + bytes;
    this.stateRange = [first, end - first];
    this.#state = new LiveView(() => arena.floatsAt(first, (end - first) / 4));
    this.finiteness = new Finiteness(this.core, this.stateRange);
    this.top = arena.top;
  }

  /** Returns the optimizer's states and all progress to those of a network that was never trained. */
  resetStates(): void {
    for (const { address, bytes } of this.store.states) this.core.arena.floatsAt(address, bytes / 4).fill(0);
    initializeStates(this.core, this.spec, this.store);
    this.progress = startOfProgress();
  }

  /** The numbers in `stateRange`, as a live view: read it at once and never keep it. */
  get state(): Float32Array<ArrayBuffer> {
    this.occupancy.checkAlive();
    return this.#state.array;
  }

  /** A copy of `state` that holds until the next call: one update overwrites all of it. */
  keep(): Float32Array<ArrayBuffer> {
    const { state } = this;
    this.#kept ??= new Float32Array(state.length);
    this.#kept.set(state);
    return this.#kept;
  }

  /** Exchanges the model in memory and `best`. */
  exchangeBest(): void {
    const { best, model, host } = this;
    if (!best) return;
    this.best = model.slice();
    host.write(model, (memory) => memory.set(best));
  }

  /** Forgets the fit that was cut or stopped: a new one begins. */
  discardFit(): void {
    const { progress } = this;
    const { fit } = progress;
    // The rows of the epoch in which it was stopped came in an order that the next epoch must not repeat.
    if (fit?.isStopped && fit.partial.batches > 0) progress.epoch++;
    progress.fit = undefined;
    this.best = undefined;
  }

  /** Forgets a fit that was stopped, because something else has changed the parameters. */
  discardStoppedFit(): void {
    if (this.progress.fit?.isStopped) this.discardFit();
  }

  /** A changed spec of this network, always the same object, by which plans are kept. @param name of the change. */
  variant(name: string, change: (spec: NetworkSpec) => NetworkSpec): NetworkSpec {
    let spec = this.#variants.get(name);
    if (!spec) {
      spec = change(this.spec);
      this.#variants.set(name, spec);
    }
    return spec;
  }

  /** The network of the first `layers` layers, always the same object. */
  partOf(layers: number): NetworkSpec {
    return this.variant(`part ${layers}`, (spec) => ({ ...spec, layers: spec.layers.slice(0, layers) }));
  }

  /** The network up to the numbers that decisions read, always the same object. */
  get decidingSpec(): NetworkSpec {
    return this.variant("deciding", decidingSpec);
  }

  /** The numbers that predictions depend on, parameters and running statistics, as a live view. */
  get model(): Float32Array<ArrayBuffer> {
    const { parameters, buffers } = this.store;
    const bytes = buffers.address + buffers.bytes - parameters.address;
    return this.core.arena.floatsAt(parameters.address, bytes / 4);
  }

  /** Where the first plan of a fit begins: behind the optimizer's states, taken or not, and the test of the state. */
  get fitStart(): number {
    return alignTo(this.end, CACHE_LINE) + this.top - this.finiteness.start;
  }

  /** Ends the use of this network and drops its memory, though the network may still be referenced. */
  dispose(): void {
    this.best = undefined;
    this.#kept = undefined;
    this.plans.clear();
    // Views of the memory would hold it.
    for (const view of [this.#state, this.parameters, this.finiteness]) view.release();
    this.core.drop();
    this.occupancy.dispose();
  }

  get isDisposed(): boolean {
    return this.occupancy.isDisposed;
  }

  /** @throws StateError if the network was disposed of. */
  checkAlive(call: string): void {
    this.occupancy.checkAlive(call);
  }
}

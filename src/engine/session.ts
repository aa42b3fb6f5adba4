import type { Rows } from "../data/dataset.js";
import { alignTo, CACHE_LINE } from "../machine/align.js";
import type { Core } from "../machine/core.js";
import type { Arrival, Host } from "../machine/host.js";
import type { MemoryRange } from "../machine/orders.js";
import type { NetworkSpec } from "../model/spec.js";
import type { Store } from "../program/parameters.js";
import type { Plan } from "../program/plan.js";
import type { Counts, Purpose, Request } from "../program/request.js";
import { workOf } from "./cost.js";
import type { Finiteness } from "./finiteness.js";
import type { GradientValues } from "./gradient-values.js";
import type { HostLoss } from "./host-loss.js";
import { ParameterBlock } from "./parameters.js";
import { Program } from "./program.js";
import { RateTable } from "./rates.js";
import { ResultTables } from "./results.js";
import { Window } from "./window.js";

/** The part of a network that its sessions work on. */
export interface Model {
  readonly spec: NetworkSpec;
  readonly core: Core;
  readonly store: Store;
  readonly finiteness: Finiteness;
  /** The address behind what was taken of the store, where sessions begin. */
  readonly top: number;
}

/** The purpose of a session. */
export interface SessionOptions {
  /** The network, or its first layers. Default: all of it. */
  spec?: NetworkSpec;
  purpose: Purpose;
  /** Maximum of rows of a step. */
  batch: number;
  /** Maximum of bytes of rows in the window. */
  windowBytes: number;
  /** Counted besides the loss. Default: nothing. */
  counts?: Counts;
  /** Maximum of epochs in one run. Default 1. */
  epochs?: number;
  /** True if layers act as in training. Default: true for purpose "train". */
  training?: boolean;
  /** True if each row is taken once, in its own order: the plan may then have room for more rows. Default false. */
  isSequential?: boolean;
  /** True if steps run over the same rows again and again: a batch of all rows is then gathered once. Default false. */
  isRepeated?: boolean;
  /** Where it computes. Default: the core of this thread. */
  host?: Host;
}

/** Everything that the plan of a session depends on. */
export interface SessionRequest extends Omit<Request, "address" | "threads"> {
  host: Host;
  spec: NetworkSpec;
  isSequential: boolean;
}

/**
 * A program and the user's rows in linear memory: the one way to run steps, for fit, evaluate, predict, gradients and
 * trainOnBatch alike. Load rows, run steps, read results. KeptPlans opens and closes sessions.
 */
export class Session {
  /** Computes losses in code. Class Network of densely sets it; that of densely/core takes no such loss. */
  static HostLoss: typeof HostLoss;
  readonly request: SessionRequest;
  readonly plan: Plan;
  readonly program: Program;
  readonly window: Window;
  readonly rates: RateTable;
  readonly results: ResultTables;
  /** Cost of one step, in multiply-adds. */
  readonly work: number;
  /** Its first address, and that behind it. */
  readonly start: number;
  readonly end: number;
  /** True if a later call may use it again. */
  isKept = false;
  /** True between `open` and its end. */
  isOpen = false;
  /** True if each step takes all rows. */
  isFullBatch = false;
  /** The slot of the last step that it has run. */
  lastSlot = -1;
  /** True if the batch of all rows is gathered once, when it is loaded. */
  #gathersOnce = false;
  readonly #host: Host;
  readonly #core: Core;
  #gradients: ParameterBlock | undefined;
  /** The gradients that it computes, as users read them; made when they are read first. */
  gradientValues: GradientValues | undefined;
  /** The loss in code between the two parts of each step, if the network has one. */
  readonly #customLoss: HostLoss | undefined;

  /** Plans a session at the top of the arena. */
  constructor(model: Model, request: SessionRequest) {
    const { core, store } = model;
    const { host, spec, batch, purpose } = request;
    this.#host = host;
    this.#core = core;
    this.request = request;
    this.start = core.arena.top;
    this.program = new Program(host, spec, store, request);
    this.plan = this.program.plan;
    this.end = alignTo(this.plan.end, CACHE_LINE);
    this.work = workOf(spec, batch, purpose);
    this.window = new Window(model, host, this.plan);
    this.rates = new RateTable(host, this.plan);
    this.results = new ResultTables(host, this.plan, this.window);
    const hasLoss = request.targets === "matrix" && purpose !== "predict";
    if (hasLoss && spec.loss.type === "custom") {
      this.#customLoss = new Session.HostLoss(host, spec.loss, this.plan);
    }
  }

  /** The gradients of the parameters that are trained, as an update reads them. */
  get gradients(): ParameterBlock {
    const { layers, gradients } = this.plan;
    this.#gradients ??= new ParameterBlock(this.#core, {
      ...gradients,
      layers: layers.map((layer) => layer.gradients),
    });
    return this.#gradients;
  }

  /** Bytes of its memory. */
  get bytes(): number {
    return this.end - this.start;
  }

  /** Takes its memory and writes its programs. */
  place(): void {
    this.program.place();
    this.window.place();
    if (this.request.isSequential) this.window.orderInSequence();
  }

  /** Begins the use of these rows, which the plan has room for. */
  open(data: Rows, isRepeated = false): void {
    const { batch } = this.plan;
    const { rows } = data.x;
    this.isOpen = true;
    this.isFullBatch = rows <= batch;
    this.#gathersOnce = isRepeated && this.isFullBatch;
    this.window.open(data);
    if (rows % batch > 0) this.program.setTail(rows % batch);
  }

  /** Ends the use of the rows. */
  close(): void {
    this.isOpen = false;
    this.window.close();
  }

  /** Loads the rows from place `first` of their order on, as many as the window holds. Yields the work done. */
  *load(first: number): Generator<number, void> {
    yield* this.window.load(first);
    this.#gather();
  }

  /** Loads the rows as `load` does, without a pause. */
  loadAtOnce(first: number): void {
    this.window.loadAtOnce(first);
    this.#gather();
  }

  #gather(): void {
    if (this.#gathersOnce) this.program.gather(this.#tailPeriod);
  }

  /** The steps of a pass whose last batch is a short one, else 0. */
  get #tailPeriod(): number {
    const { period, lastRows } = this.window;
    return lastRows < this.plan.batch ? period : 0;
  }

  /** Runs `steps` steps from a slot on; `step` is the number of the first one's update. */
  run(step: number, slot: number, steps: number): void {
    this.lastSlot = slot + steps - 1;
    if (!this.#customLoss) this.program.run(step, slot, steps, this.#tailPeriod, !this.#gathersOnce);
    else {
      for (let i = 0; i < steps; i++) {
        this.runToLoss(step + i, slot + i);
        this.runFromLoss(step + i, slot + i);
      }
    }
  }

  /** Runs one step as far as its loss, and includes it. */
  runToLoss(step: number, slot = 0): void {
    this.lastSlot = slot;
    this.program.runToLoss(step, slot, this.#tailPeriod, !this.#gathersOnce);
    this.#customLoss?.compute(slot, this.window.rowsOf(slot));
  }

  /** Runs the rest of that step: gradients and update. */
  runFromLoss(step: number, slot = 0): void {
    this.program.runFromLoss(step, slot, this.#tailPeriod);
  }

  /** Brings the results of steps to this thread, and another range with them. @returns undefined if they are here. */
  fetch(slot: number, steps: number, other?: MemoryRange): Arrival | undefined {
    // The ranges are not even listed on this thread, where every run of a small network asks.
    if (this.#host.fetchWork === 0) return undefined;
    const ranges = this.results.ranges(slot, steps);
    return this.#host.fetch(other ? [...ranges, other] : ranges);
  }
}

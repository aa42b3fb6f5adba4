import { Op } from "../../assembly/isa.js";
import type { Engine } from "../engine/engine.js";
import { runOnce } from "../engine/program.js";
import { learningRateAt } from "../engine/rates.js";
import type { Slices } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import type { Updater } from "../fit/settings.js";
import type { Host } from "../machine/host.js";
import type { MemoryRange } from "../machine/orders.js";
import type { Instruction } from "../program/instruction.js";
import type { LbfgsSpec } from "../program/lbfgs.js";
import { type Point, searchLine } from "./line-search.js";

/** Addresses of vectors that are as long as the parameters. */
interface Vectors {
  parameters: number;
  gradient: number;
  /** Where the line starts. */
  origin: number;
  direction: number;
  /** The gradient where the line starts. */
  before: number;
  /** Steps s and changes of the gradient y, one after the other, as a ring. */
  pairs: readonly number[];
}

/** The vectors s and y of one step. */
interface Pair {
  s: number;
  y: number;
}

/** Pairs of less curvature s·y, as a share of y·y, are not stored. */
const LEAST_CURVATURE = 1e-10;

/**
 * L-BFGS: the direction from the last `historySize` steps s and changes of the gradient y by the two-loop recursion
 * (Nocedal and Wright, "Numerical Optimization", 2006, algorithm 7.4), then a line search along it. Its vectors lie in the
 * optimizer's state.
 */
export class Lbfgs implements Updater {
  readonly #engine: Engine;
  readonly #host: Host;
  readonly #session: Session;
  readonly #options: LbfgsSpec;
  readonly #vectors: Vectors;
  /** Numbers of a vector. */
  readonly #length: number;
  /** True once the gradient is so small, or the line so flat, that no further step is made. */
  isDone = false;

  constructor(engine: Engine, session: Session, host: Host = engine.host) {
    const { parameters, states } = engine.store;
    const [origin, direction, before, ...pairs] = states.map(({ address }) => address);
    const gradient = session.plan.gradients.address;
    this.#engine = engine;
    this.#host = host;
    this.#session = session;
    this.#options = engine.spec.optimizer as LbfgsSpec;
    this.#vectors = { parameters: parameters.address, gradient, origin, direction, before, pairs };
    this.#length = parameters.bytes / 4;
  }

  /** Makes updates, each a search along a line. */
  *update(step: number, slot: number, steps: number): Slices<void> {
    for (let i = 0; i < steps; i++) yield* this.#step(step + i, slot + i);
  }

  /** The vectors of pair number `number`, whose place pair `number + historySize` takes. */
  #pair(number: number): Pair {
    const at = 2 * (number % this.#options.historySize);
    const { pairs } = this.#vectors;
    return { s: pairs[at], y: pairs[at + 1] };
  }

  *#step(step: number, slot: number): Slices<void> {
    const { spec, progress } = this.#engine;
    const { maxEvaluations, toleranceGradient, toleranceChange } = this.#options;
    const { parameters, gradient, origin, direction, before } = this.#vectors;
    const value = yield* this.#evaluate(step, slot);
    const measured = this.#measured(slot);
    const kept = yield* this.#read(measured);
    const norm = Math.sqrt(yield* this.#dot(gradient, gradient));
    if (norm <= toleranceGradient) this.isDone = true;
    if (!Number.isFinite(value) || this.isDone) return;
    this.#copy(origin, parameters);
    this.#copy(before, gradient);
    const slope = yield* this.#direct();
    const rate = learningRateAt(spec, progress, step);
    const first = progress.pairs === 0 ? Math.min(1, 1 / (yield* this.#norm1(gradient))) * rate : rate;
    const { found, last } = yield* searchLine(
      (t) => this.#moveTo(t, step, slot),
      { t: 0, value, slope },
      { first, maximumEvaluations: maxEvaluations, tolerance: toleranceChange },
    );
    if (last.t !== found.t) yield* this.#moveTo(found.t, step, slot);
    if (found.t === 0) this.isDone = true;
    // As for every optimizer, the report is of before the step, and running statistics move once per step.
    this.#restore(measured, kept);
    // direction = s, before = y. They replace the oldest pair only if they are stored.
    this.#combine(direction, 1, parameters, -1, origin);
    this.#combine(before, 1, gradient, -1, before);
    const curvature = yield* this.#dot(direction, before);
    if (!(curvature > LEAST_CURVATURE * (yield* this.#dot(before, before)))) return;
    const { s, y } = this.#pair(progress.pairs++);
    this.#copy(s, direction);
    this.#copy(y, before);
  }

  /** Moves the parameters to a place on the line and evaluates it. */
  *#moveTo(t: number, step: number, slot: number): Slices<Point> {
    const { parameters, gradient, origin, direction } = this.#vectors;
    this.#combine(parameters, 1, origin, t, direction);
    const value = yield* this.#evaluate(step, slot);
    return { t, value, slope: yield* this.#dot(gradient, direction) };
  }

  /** Where a step leaves its measures, and the running statistics: every evaluation changes them. */
  #measured(slot: number): MemoryRange[] {
    const { address, bytes } = this.#engine.store.buffers;
    return [...this.#session.results.ranges(slot, 1), [address, bytes]];
  }

  /** Copies of ranges. */
  *#read(ranges: readonly MemoryRange[]): Slices<Uint8Array[]> {
    yield* this.#fetch(ranges);
    return ranges.map((range) => this.#host.arena.bytesAt(...range).slice());
  }

  #restore(ranges: readonly MemoryRange[], kept: readonly Uint8Array[]): void {
    ranges.forEach((range, i) => {
      this.#host.write(this.#host.arena.bytesAt(...range), (memory) => memory.set(kept[i]));
    });
  }

  /** Sets the direction to one that leads down. @returns its slope. */
  *#direct(): Slices<number> {
    const { gradient, direction } = this.#vectors;
    yield* this.#recur();
    const slope = yield* this.#dot(gradient, direction);
    if (slope < 0) return slope;
    // Stale pairs may give a direction that leads up. Forget them: the direction is then the negative gradient.
    this.#engine.progress.pairs = 0;
    yield* this.#recur();
    return yield* this.#dot(gradient, direction);
  }

  /** direction = -H·gradient, with H of the stored pairs: the two-loop recursion. */
  *#recur(): Slices<void> {
    const { gradient, direction } = this.#vectors;
    const { pairs } = this.#engine.progress;
    const count = Math.min(pairs, this.#options.historySize);
    const newestFirst = Array.from({ length: count }, (_, i) => this.#pair(pairs - 1 - i));
    this.#combine(direction, -1, gradient, 0, gradient);
    const steps: (Pair & { curvature: number; alpha: number })[] = [];
    for (const { s, y } of newestFirst) {
      const curvature = yield* this.#dot(s, y);
      const alpha = (yield* this.#dot(s, direction)) / curvature;
      this.#combine(direction, 1, direction, -alpha, y);
      steps.push({ s, y, curvature, alpha });
    }
    if (steps.length > 0) {
      const [{ y, curvature }] = steps;
      this.#combine(direction, curvature / (yield* this.#dot(y, y)), direction, 0, direction);
    }
    for (const { s, y, curvature, alpha } of steps.reverse()) {
      const beta = (yield* this.#dot(y, direction)) / curvature;
      this.#combine(direction, 1, direction, alpha - beta, s);
    }
  }

  /** Loss and penalties under the present parameters; their gradient is in memory after it. */
  *#evaluate(step: number, slot: number): Slices<number> {
    const { address } = this.#session.plan.tables.penalties;
    const penalty = () => this.#host.arena.doublesAt(address + 8 * slot, 1);
    this.#host.write(penalty(), (memory) => memory.fill(0));
    this.#session.run(step, slot, 1);
    yield* this.#fetch(this.#session.results.ranges(slot, 1));
    return this.#session.results.losses(slot, 1)[0] + penalty()[0];
  }

  /** Σ a·b. */
  *#dot(a: number, b: number): Slices<number> {
    const { address } = this.#session.plan.cell;
    this.#execute({ op: Op.dot, cols: this.#length, a, b, d: address });
    yield* this.#fetch([[address, 8]]);
    return this.#host.arena.doublesAt(address, 1)[0];
  }

  /** c = p·a + q·b. */
  #combine(c: number, p: number, a: number, q: number, b: number): void {
    this.#execute({ op: Op.combine, cols: this.#length, a, b, c, p: [p, q] });
  }

  /** c = a. */
  #copy(c: number, a: number): void {
    this.#combine(c, 1, a, 0, a);
  }

  /** Σ |a|. */
  *#norm1(a: number): Slices<number> {
    yield* this.#fetch([[a, 4 * this.#length]]);
    return this.#host.arena.floatsAt(a, this.#length).reduce((sum, value) => sum + Math.abs(value), 0);
  }

  #execute(instruction: Omit<Instruction, "equation" | "result">): void {
    runOnce(this.#host, [{ equation: "", result: this.#session.plan.cell, ...instruction }]);
  }

  /** Brings ranges to this thread, if they are not there. */
  *#fetch(ranges: readonly MemoryRange[]): Slices<void> {
    const arrival = this.#host.fetch(ranges);
    if (arrival) yield arrival;
  }
}

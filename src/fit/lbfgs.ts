import { Op } from "../../assembly/isa.js";
import type { Engine } from "../engine/engine.js";
import type { Slices } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import type { MemoryRange } from "../machine/orders.js";
import type { LbfgsSpec } from "../model/optimizers.js";
import type { Instruction } from "../program/instruction.js";
import type { Matrix } from "../program/matrix.js";
import { resultsOf } from "../program/plan.js";
import { type Point, searchLine } from "./line-search.js";

/**
 * L-BFGS: the direction from the last `historySize` steps s and changes of the gradient y by the two-loop recursion
 * (Nocedal and Wright, 2006, algorithm 7.4), then a line search along it. All vectors are as long as the parameters and
 * lie in the optimizer's states: where the line starts, its direction, the gradient there, then the pairs s, y as a ring.
 */
export class Lbfgs {
  readonly #engine: Engine;
  readonly #session: Session;
  readonly #options: LbfgsSpec;
  readonly #floats: number;
  /** Whether the gradient is so small, or the line so flat, that there is nowhere to go. */
  isDone = false;

  constructor(engine: Engine, session: Session) {
    this.#engine = engine;
    this.#session = session;
    this.#options = engine.spec.optimizer as LbfgsSpec;
    this.#floats = engine.store.parameters.bytes / 4;
  }

  /** Makes steps, each the best along a line. */
  *compute(step: number, slot: number, steps: number): Slices<void> {
    for (let i = 0; i < steps; i++) yield* this.#step(step + i, slot + i);
  }

  get #places() {
    const { parameters, states } = this.#engine.store;
    const [origin, direction, before, ...pairs] = states.map(({ address }) => address);
    const gradient = this.#session.plan.gradients.address;
    return { parameters: parameters.address, gradient, origin, direction, before, pairs };
  }

  /** The addresses of s and y of a pair, which number `historySize` later takes the place of. */
  #pair(number: number): [s: number, y: number] {
    const at = 2 * (number % this.#options.historySize);
    const { pairs } = this.#places;
    return [pairs[at], pairs[at + 1]];
  }

  *#step(step: number, slot: number): Slices<void> {
    const { progress } = this.#engine;
    const { maxEvaluations, toleranceGradient, toleranceChange } = this.#options;
    const { parameters, gradient, origin, direction, before } = this.#places;
    const start = yield* this.#evaluate(step, slot);
    const restore = yield* this.#keep(slot);
    const steepness = Math.sqrt(yield* this.#dot(gradient, gradient));
    if (steepness <= toleranceGradient) this.isDone = true;
    if (!Number.isFinite(start) || this.isDone) return;
    this.#combine(origin, 1, parameters, 0, parameters);
    this.#combine(before, 1, gradient, 0, gradient);
    yield* this.#direct(direction, gradient);
    let slope = yield* this.#dot(gradient, direction);
    // A direction that does not lead down is one of stale pairs: begin anew, down the gradient.
    if (!(slope < 0)) {
      progress.pairs = 0;
      yield* this.#direct(direction, gradient);
      slope = yield* this.#dot(gradient, direction);
    }
    let latest = 0;
    const at = function* (this: Lbfgs, t: number): Slices<Point> {
      latest = t;
      this.#combine(parameters, 1, origin, t, direction);
      const value = yield* this.#evaluate(step, slot);
      return { t, value, slope: yield* this.#dot(gradient, direction) };
    }.bind(this);
    const rate = this.#engine.rateAt(step);
    const first = progress.pairs === 0 ? Math.min(1, 1 / (yield* this.#norm1(gradient))) * rate : rate;
    const found = yield* searchLine(
      at,
      { t: 0, value: start, slope },
      first,
      maxEvaluations,
      toleranceChange,
    );
    if (latest !== found) yield* at(found);
    if (found === 0) this.isDone = true;
    // What is reported is of before the step, as for every optimizer, and running statistics move once.
    restore();
    // Only a pair that is kept may take the place of the oldest one.
    this.#combine(direction, 1, parameters, -1, origin);
    this.#combine(before, 1, gradient, -1, before);
    if (!((yield* this.#dot(direction, before)) > 1e-10 * (yield* this.#dot(before, before)))) return;
    const [s, y] = this.#pair(progress.pairs++);
    this.#combine(s, 1, direction, 0, direction);
    this.#combine(y, 1, before, 0, before);
  }

  /** What puts measures and running statistics of a step back, where more evaluations of that step have changed them. */
  *#keep(slot: number): Slices<() => void> {
    const { store, mirror } = this.#engine;
    const { arena } = this.#engine.core;
    const { address, bytes } = store.buffers;
    const regions: MemoryRange[] = [...resultsOf(this.#session.plan, slot, 1), [address, bytes]];
    if (mirror) yield mirror.read(regions);
    const kept = regions.map((region) => arena.bytesAt(...region).slice());
    return () => {
      regions.forEach((region, i) => {
        arena.bytesAt(...region).set(kept[i]);
        mirror?.write(...region);
      });
    };
  }

  /** direction = -H·gradient, with H of the remembered pairs. */
  *#direct(direction: number, gradient: number): Slices<void> {
    const { historySize } = this.#options;
    const { pairs } = this.#engine.progress;
    const numbers = Array.from({ length: Math.min(pairs, historySize) }, (_, i) => pairs - 1 - i);
    this.#combine(direction, -1, gradient, 0, gradient);
    const steps: { s: number; y: number; curvature: number; alpha: number }[] = [];
    for (const number of numbers) {
      const [s, y] = this.#pair(number);
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

  /** Loss and penalties under the present parameters, with their gradient. */
  *#evaluate(step: number, slot: number): Slices<number> {
    const { penalties } = this.#session.plan;
    const penalty = () => this.#engine.core.arena.doublesAt(penalties.address + 8 * slot, 1);
    penalty()[0] = 0;
    this.#engine.mirror?.write(penalties.address + 8 * slot, 8);
    yield* this.#session.compute(step, slot, 1);
    return this.#session.losses(slot, 1)[0] + penalty()[0];
  }

  /** Σ a·b. */
  *#dot(a: number, b: number): Slices<number> {
    const { cell } = this.#session.plan;
    this.#execute({ op: Op.dot, cols: this.#floats, a, b, d: cell.address });
    yield* this.#fetch(cell.address, 8);
    return this.#engine.core.arena.doublesAt(cell.address, 1)[0];
  }

  /** c = p·a + q·b. */
  #combine(c: number, p: number, a: number, q: number, b: number): void {
    this.#execute({ op: Op.combine, cols: this.#floats, a, b, c, p: [p, q] });
  }

  *#norm1(a: number): Slices<number> {
    yield* this.#fetch(a, 4 * this.#floats);
    return this.#engine.core.arena.floatsAt(a, this.#floats).reduce((sum, value) => sum + Math.abs(value), 0);
  }

  #execute(instruction: Omit<Instruction, "equation" | "result">): void {
    const result: Matrix = this.#session.plan.cell;
    this.#engine.execute([{ equation: "", result, ...instruction }], this.#engine.mirror);
  }

  /** Brings numbers that are looked at here from where they are computed. */
  *#fetch(address: number, bytes: number): Slices<void> {
    const { mirror } = this.#engine;
    if (mirror) yield mirror.read([[address, bytes]]);
  }
}

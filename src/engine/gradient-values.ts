import { checkOut } from "../data/out.js";
import { copyNumbers } from "../data/values.js";
import type { Core } from "../machine/core.js";
import { LiveView } from "../machine/live-view.js";
import { trainedGradients } from "../program/flat-gradients.js";
import type { Plan } from "../program/plan.js";
import type { ParameterArrays } from "./parameters.js";

/** Gradients by parameter name, W as [units][inputs]; `inputs` as x, row by row. */
export type BackwardGradients = ParameterArrays & { inputs: Float32Array };

/** A gradient among the numbers of the core: its name and its place. */
interface Part {
  name: keyof ParameterArrays;
  first: number;
  length: number;
}

/** The gradients that a program has computed over a batch of all rows. */
export class GradientValues {
  readonly #parts: readonly Part[];
  /** Gradients of the inputs begin here. */
  readonly #first: number;
  readonly #inputs: number;
  readonly #numbers: LiveView<Float32Array>;
  readonly #magnitude: LiveView<Float64Array>;

  constructor({ arena }: Core, plan: Plan) {
    let first = 0;
    this.#parts = trainedGradients(plan).map(({ key, rows, cols }) => {
      const part = { name: key as Part["name"], first, length: rows * cols };
      first += part.length;
      return part;
    });
    this.#first = first;
    this.#inputs = plan.A0.rows;
    this.#numbers = new LiveView(() => arena.floatsOf(plan.flatGradients));
    this.#magnitude = new LiveView(() => arena.doublesAt(plan.cell.address, 1));
  }

  /** True if all of them are finite. */
  get areFinite(): boolean {
    return Number.isFinite(this.#magnitude.array[0]);
  }

  /** Copies of all. They share one buffer: to make several takes longer than the gradients of a small batch. */
  read(rows: number): BackwardGradients {
    const { buffer } = this.#numbers.array.slice(0, this.#first + rows * this.#inputs);
    const result: Partial<BackwardGradients> = {};
    for (const { name, first, length } of this.#parts) {
      result[name] = new Float32Array(buffer, 4 * first, length);
    }
    result.inputs = new Float32Array(buffer, 4 * this.#first);
    return result as BackwardGradients;
  }

  /** Copies all to the arrays of an object that `read` returned. @throws ShapeError unless it has an array for each. */
  readTo(result: BackwardGradients, rows: number): void {
    const count = rows * this.#inputs;
    const inputs = checkOut(result.inputs, count, "out.inputs", "one value for each row and input");
    for (const { name, first, length } of this.#parts) {
      const out = checkOut(result[name], length, `out.${name}`, "as in what gradients returned");
      // A getter of the user may have moved the memory.
      copyNumbers(this.#numbers.array, first, length, out, 0);
    }
    this.readInputs(rows, inputs, 0);
  }

  /** Copies the gradients of the inputs of `rows` rows to `out`, from its element `at` on. */
  readInputs(rows: number, out: Float32Array, at: number): void {
    copyNumbers(this.#numbers.array, this.#first, rows * this.#inputs, out, at);
  }
}

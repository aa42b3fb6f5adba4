import { tabulateInputs } from "../data/dataset.js";
import type { Numbers, Samples } from "../data/table.js";
import { tabulate } from "../data/tabulate.js";
import type { Engine } from "../engine/engine.js";
import { ShapeError, SpecError } from "../errors.js";
import { FORWARD_BATCH, FORWARD_WINDOW } from "../evaluation/evaluation.js";
import { checkKeys, checkWhole } from "../model/check.js";
import { outputsOf } from "../model/spec.js";
import { checkOf, type GradientOf, givenSpec } from "./backward.js";
import { checkFiniteGradients, gradientsOf } from "./gradients.js";

/** Which output is differentiated. */
export interface OutputGradientsOptions {
  /** The index of the output, or one for each row. Default 0 for a network with one output. */
  output?: number | Numbers | undefined;
  /** "logits" for the number before the last activation. Default "outputs". */
  of?: GradientOf | undefined;
}

/** The index of the output for each of `rows` rows. @throws SpecError, ShapeError */
export function outputPerRow(given: unknown, rows: number, outputs: number): ArrayLike<number> {
  const check = (output: unknown): number => {
    const index = checkWhole(output, 0, "output");
    if (index < outputs) return index;
    throw new SpecError(
      `output is ${index}, but the network has outputs 0 to ${outputs - 1}: give one of these.`,
    );
  };
  if (given === undefined && outputs > 1) {
    throw new SpecError(
      `output was not given, but the network has ${outputs} outputs: give the index of one, or one index for each row.`,
    );
  }
  if (typeof given !== "object" || given === null) return new Int32Array(rows).fill(check(given ?? 0));
  const list = given as ArrayLike<unknown>;
  // By index: the iterator of an array that was detached throws.
  const indices = Array.from({ length: list.length }, (_, i) => check(list[i]));
  if (indices.length === rows) return indices;
  throw new ShapeError(
    `output has ${indices.length} values but x has ${rows} rows: give one index for all, or one for each row.`,
  );
}

/** The gradient of one output by the inputs for every row of x: [rows][inputs], row by row. */
export function outputGradients(engine: Engine, x: Samples, options: OutputGradientsOptions): Float32Array {
  const { output, of } = checkKeys<OutputGradientsOptions>(options, ["output", "of"], "outputGradients");
  const spec = givenSpec(engine, checkOf(of), true);
  const table = tabulateInputs(spec, x);
  const outputs = outputsOf(spec);
  const indices = outputPerRow(output, table.rows, outputs);
  const selected = new Float32Array(table.rows * outputs);
  for (let r = 0; r < table.rows; r++) selected[r * outputs + indices[r]] = 1;
  const y = tabulate(selected, outputs, "output", () => "it has one index a row");
  const { plans } = engine;
  const session = plans.open(
    { x: table, y, targets: "gradient" },
    { spec, purpose: "gradients", batch: FORWARD_BATCH, windowBytes: FORWARD_WINDOW, isSequential: true },
  );
  try {
    const { plan, window } = session;
    const result = new Float32Array(table.rows * spec.inputs);
    for (let first = 0; first < table.rows; first += plan.rows) {
      session.loadAtOnce(first);
      session.run(engine.progress.step, 0, window.period);
      gradientsOf(engine, session).readInputs(window.rows, result, first * spec.inputs);
    }
    checkFiniteGradients({ inputs: result }, table.rows);
    return result;
  } finally {
    plans.close(session);
  }
}

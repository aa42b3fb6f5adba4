/** Forward, backward and update of a 2-3-1 network with one sample as a list of single numbers, each with its equation. */

import { backprop, cost_function, forward_prop, update_parameters } from "densely/article";

/** A parameter or value: "W1[2][0]" is the weight from input 0 to unit 2 of layer 1. */
export type NumberName = string;

/** The numbers that belong to one pass through the network. */
export type Values = Readonly<Record<string, readonly (readonly number[])[]>>;

export interface Step {
  /** The part of the training step that it belongs to. */
  readonly part: "Forward" | "Cost" | "Backward" | "Update";
  /** The number that is computed. */
  readonly name: NumberName;
  /** The equation in the words of the article, and with the numbers. */
  readonly equation: string;
  readonly numbers: string;
  readonly value: number;
  /** The numbers that it is computed from. */
  readonly uses: readonly NumberName[];
}

export interface Pass {
  /** All matrices of the pass: X, W1, b1, Z1, A1, ... dW1, db1, and the new parameters. */
  readonly values: Values;
  readonly steps: readonly Step[];
  readonly cost: number;
}

/** A number as it is shown. */
export const shown = (value: number): string =>
  value
    .toFixed(3)
    .replace(/^-(0\.0+)$/, "$1")
    .replace("-", "\u2212");

const factor = (value: number): string => (value < 0 ? `(${shown(value)})` : shown(value));

const rows = (matrix: readonly ArrayLike<number>[]): number[][] => matrix.map((row) => Array.from(row));

/** W1, b1, W2, b2 as arrays of rows. */
export type Parameters = Readonly<Record<string, readonly ArrayLike<number>[]>>;

/** One pass of one sample. @param x two features. @param y the target, 0 to 1. */
export function passOf(params: Parameters, x: readonly number[], y: number, lr: number): Pass {
  const X = x.map((value) => [value]);
  const Y = [[y]];
  const [A2, caches] = forward_prop(X, params as never);
  const grads = backprop(A2, Y, caches) as Record<string, Float32Array[]>;
  const updated = update_parameters(params as never, grads as never, lr) as Parameters;
  const [[, Z1], [[A1], Z2]] = caches;
  const dZ2 = [[A2[0][0] - y]];
  const dZ1 = rows(grads.dA1).map(([d], i) => [d * A1[i][0] * (1 - A1[i][0])]);
  const values: Values = Object.fromEntries(
    Object.entries({
      ...{ X, Y, W1: params.W1, b1: params.b1, Z1, A1, W2: params.W2, b2: params.b2, Z2, A2 },
      ...{ dZ2, dW2: grads.dW2, db2: grads.db2, dA1: grads.dA1, dZ1, dW1: grads.dW1, db1: grads.db1 },
      ...{ "W1'": updated.W1, "b1'": updated.b1, "W2'": updated.W2, "b2'": updated.b2 },
    }).map(([name, matrix]) => [name, rows(matrix)]),
  );
  const cost = cost_function(A2, Y);
  return { values, cost, steps: stepsOf(values, y, cost, lr) };
}

/** All steps in the order in which they are computed. */
function stepsOf(values: Values, y: number, cost: number, lr: number): Step[] {
  const steps: Step[] = [];
  const read = (matrix: string, r: number, c = 0): number => values[matrix][r][c];
  const name = (matrix: string, r: number, c = 0): NumberName => `${matrix}[${r}][${c}]`;
  const add = (
    part: Step["part"],
    of: readonly [string, number, number?],
    equation: string,
    numbers: string,
    uses: NumberName[],
  ) => steps.push({ part, name: name(...of), equation, numbers, value: read(...of), uses });

  for (const layer of [1, 2]) {
    const before = layer === 1 ? "X" : "A1";
    const [W, b, Z, A] = ["W", "b", "Z", "A"].map((letter) => `${letter}${layer}`);
    values[W].forEach((weights, unit) => {
      const terms = weights.map((weight, i) => `${factor(weight)}·${factor(read(before, i))}`);
      const uses = weights.flatMap((_, i) => [name(W, unit, i), name(before, i)]);
      add(
        "Forward",
        [Z, unit],
        `${Z} = ${W}·${before} + ${b}`,
        `${terms.join(" + ")} + ${factor(read(b, unit))}`,
        [...uses, name(b, unit)],
      );
      add("Forward", [A, unit], `${A} = 1 / (1 + e^-${Z})`, `1 / (1 + e^${shown(-read(Z, unit))})`, [
        name(Z, unit),
      ]);
    });
  }
  steps.push({
    part: "Cost",
    name: "cost",
    equation: "cost = -(Y·ln A2 + (1 - Y)·ln(1 - A2))",
    numbers: `-(${shown(y)}·ln ${shown(read("A2", 0))} + ${shown(1 - y)}·ln ${shown(1 - read("A2", 0))})`,
    value: cost,
    uses: [name("A2", 0), name("Y", 0)],
  });

  add("Backward", ["dZ2", 0], "dZ2 = dA2·A2·(1 - A2) = A2 - Y", `${shown(read("A2", 0))} - ${shown(y)}`, [
    name("A2", 0),
    name("Y", 0),
  ]);
  for (const layer of [2, 1]) {
    const before = layer === 1 ? "X" : "A1";
    const [W, dZ, dW, db] = ["W", "dZ", "dW", "db"].map((letter) => `${letter}${layer}`);
    if (layer === 1) {
      values.dA1.forEach((_, unit) => {
        add(
          "Backward",
          ["dA1", unit],
          "dA1 = W2ᵀ·dZ2",
          `${factor(read("W2", 0, unit))}·${factor(read("dZ2", 0))}`,
          [name("W2", 0, unit), name("dZ2", 0)],
        );
      });
      values.dZ1.forEach((_, unit) => {
        const a = read("A1", unit);
        add(
          "Backward",
          ["dZ1", unit],
          "dZ1 = dA1·A1·(1 - A1)",
          `${factor(read("dA1", unit))}·${shown(a)}·${shown(1 - a)}`,
          [name("dA1", unit), name("A1", unit)],
        );
      });
    }
    values[W].forEach((weights, unit) => {
      weights.forEach((_, i) => {
        add(
          "Backward",
          [dW, unit, i],
          `${dW} = ${dZ}·${before}ᵀ`,
          `${factor(read(dZ, unit))}·${factor(read(before, i))}`,
          [name(dZ, unit), name(before, i)],
        );
      });
      add("Backward", [db, unit], `${db} = ${dZ}`, name(dZ, unit), [name(dZ, unit)]);
    });
  }

  for (const matrix of ["W1", "b1", "W2", "b2"]) {
    values[matrix].forEach((row, r) => {
      row.forEach((value, c) => {
        const gradient = `d${matrix}`;
        add(
          "Update",
          [`${matrix}'`, r, c],
          `${matrix} ← ${matrix} - lr·${gradient}`,
          `${shown(value)} - ${shown(lr)}·${factor(read(gradient, r, c))}`,
          [name(matrix, r, c), name(gradient, r, c)],
        );
      });
    });
  }
  return steps;
}

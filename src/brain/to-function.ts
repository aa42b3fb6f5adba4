import { SpecError } from "../errors.js";
import { checkActivation } from "./options.js";
import type { Activation, NetworkData, NumberHash } from "./types.js";

/** The numbers and names that a network computes with, as copies. */
export interface Computation {
  weights: number[][][];
  biases: number[][];
  activation: string;
  leakyReluAlpha: number;
  inputLookup: NumberHash | null;
  outputLookup: NumberHash | null;
}

/** f of each activation; `alpha` is the slope of leaky-relu. */
const FORMULAS: Readonly<Record<Activation, (z: number, alpha: number) => number>> = {
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  relu: (z) => Math.max(z, 0),
  "leaky-relu": (z, alpha) => Math.max(z, alpha * z),
  tanh: (z) => Math.tanh(z),
};

/** The same as JavaScript. */
const SOURCES: Readonly<Record<Activation, (alpha: number) => string>> = {
  sigmoid: () => "1 / (1 + Math.exp(-z))",
  relu: () => "z < 0 ? 0 : z",
  "leaky-relu": (alpha) => `Math.max(z, ${alpha} * z)`,
  tanh: () => "Math.tanh(z)",
};

/** The names of a table in the order of their places. */
function namesOf(table: NumberHash | null): string[] | null {
  return table && Object.keys(table).sort((a, b) => table[a] - table[b]);
}

/** The body of a function of `input` that computes a network: it grows with the number of weights. */
function sourceOf({ weights, biases, activation, leakyReluAlpha, ...tables }: Computation): string {
  const inputs = namesOf(tables.inputLookup) ?? weights[0][0].map((_, k) => k);
  const outputs = namesOf(tables.outputLookup);
  const formula = SOURCES[checkActivation(activation)](leakyReluAlpha);
  return [
    `var weights = ${JSON.stringify(weights)};`,
    `var biases = ${JSON.stringify(biases)};`,
    `var a = ${JSON.stringify(inputs)}.map(function (name) { return input[name] || 0; });`,
    "for (var layer = 0; layer < weights.length; layer++) {",
    "  a = weights[layer].map(function (w, unit) {",
    "    var z = biases[layer][unit];",
    "    for (var k = 0; k < w.length; k++) z += w[k] * a[k];",
    `    return ${formula};`,
    "  });",
    "}",
    outputs
      ? `return Object.fromEntries(${JSON.stringify(outputs)}.map(function (name, unit) { return [name, a[unit]]; }));`
      : "return a;",
  ].join("\n");
}

/**
 * Makes a function that computes a network as it is now, without the network and without evaluating text. Its toString gives
 * a source that stands alone.
 * @param change changes the body of that source.
 */
export function functionOf<I extends NetworkData, O extends NetworkData>(
  computation: Computation,
  change: (source: string) => string = (source) => source,
): (input: Partial<I>) => O {
  const { weights, biases, activation, leakyReluAlpha } = computation;
  const formula = FORMULAS[checkActivation(activation)];
  const inputs = namesOf(computation.inputLookup) ?? weights[0][0].map((_, k) => String(k));
  const outputs = namesOf(computation.outputLookup);
  if (typeof change !== "function") {
    throw new SpecError("toFunction was given no function: give one that changes its source, or nothing.");
  }
  const source = `function anonymous(input) {\n${change(sourceOf(computation))}\n}`;
  const compute = (input: Partial<I>): O => {
    let a = inputs.map((name) => (input as NumberHash)[name] || 0);
    weights.forEach((layer, l) => {
      a = layer.map((w, unit) => {
        let z = biases[l][unit];
        for (let k = 0; k < w.length; k++) z += w[k] * a[k];
        return formula(z, leakyReluAlpha);
      });
    });
    return (outputs ? Object.fromEntries(outputs.map((name, unit) => [name, a[unit]])) : a) as O;
  };
  return Object.defineProperty(compute, "toString", { value: () => source });
}

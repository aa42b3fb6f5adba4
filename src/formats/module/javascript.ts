import type { ActivationStep, FeatureStep, Step } from "../../formulas/steps.js";
import { floatBytes } from "../bytes.js";
import { base64, LETTERS } from "./base64.js";
import { type FunctionName, type Language, printStep } from "./print.js";
import { literal, type PlacedStep, type PlacedSteps, wrap } from "./steps.js";

/** More parameters than this are written as base64, which takes less than half the length and is read faster. */
const MOST_LITERALS = 1000;

/** Prints `: type` after a name in TypeScript, and nothing in JavaScript. */
type Annotate = (type: string) => string;

/** Math has all functions except erf. @param called gathers the names of those that are called. */
const languageOf = (called: Set<FunctionName>): Language => ({
  literal: String,
  call: (name, operands) => {
    called.add(name);
    return `${name === "erf" ? name : `Math.${name}`}(${operands.join(", ")})`;
  },
});

/** The error function, which Math lacks: 2/√π · e^(-v²) · Σ 2ⁿ·v^(2n+1) / (1·3·5⋯(2n+1)). */
const erf = (is: Annotate): string => `function erf(v${is("number")})${is("number")} {
  if (Math.abs(v) > 6) return Math.sign(v);
  let sum = v;
  for (let n = 1, term = v; Math.abs(term) > 1e-17; n++) {
    term *= (2 * v * v) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-v * v) * sum;
}`;

/** A formula for each value of a row, computed in float64; Float32Array rounds what map returns. */
function elementwise(step: ActivationStep | FeatureStep, language: Language, is: Annotate): string {
  const parameters = step.kind === "activation" ? [] : [...step.fields, ...Object.keys(step.options)];
  const operands = [`x${is("Float32Array")}`, ...parameters.map((name) => name + is("number"))];
  const formula = printStep(step, language, "v", (field) => `parameters[${field} + j]`);
  return `function ${step.name}(${operands.join(", ")})${is("Float32Array")} {
  return x.map((v${parameters.length > 0 ? ", j" : ""}) => ${formula});
}`;
}

/** Sums are rounded at every step and begin from the bias, as in the core. A bias at -1 is none. */
const dense = (is: Annotate): string =>
  `function dense(x${is("Float32Array")}, units${is("number")}, weight${is("number")}, bias${is("number")})${is("Float32Array")} {
  const z = new Float32Array(units);
  for (let j = 0, w = weight; j < units; j++) {
    let sum = bias < 0 ? 0 : parameters[bias + j];
    for (let k = 0; k < x.length; k++, w++) sum = Math.fround(sum + Math.fround(parameters[w] * x[k]));
    z[j] = sum;
  }
  return z;
}`;

const layerNorm = (is: Annotate): string =>
  `function layerNorm(x${is("Float32Array")}, weight${is("number")}, bias${is("number")}, epsilon${is("number")})${is("Float32Array")} {
  const n = x.length;
  const mean = x.reduce((sum, v) => sum + v, 0) / n;
  const variance = x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n;
  return x.map((v, j) => (parameters[weight + j] * (v - mean)) / Math.sqrt(variance + epsilon) + parameters[bias + j]);
}`;

const softmax = (is: Annotate): string => `function softmax(z${is("Float32Array")})${is("Float32Array")} {
  const top = z.reduce((a, b) => Math.max(a, b));
  const powers = z.map((v) => Math.exp(v - top));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((v) => v / sum);
}`;

const decode = (is: Annotate): string =>
  `function decode(text${is("string")}, count${is("number")})${is("Float32Array")} {
  const digits${is("Map<string, number>")} = new Map();
  for (const letter of "${LETTERS}") digits.set(letter, digits.size);
  const view = new DataView(new ArrayBuffer(4 * count + 2));
  let [at, held, bits] = [0, 0, 0];
  for (const letter of text) {
    const digit = digits.get(letter);
    if (digit === undefined) continue;
    held = ((held << 6) | digit) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    view.setUint8(at++, (held >> bits) & 255);
  }
  return Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
}`;

function sourceOf(step: Step, language: Language, is: Annotate): string {
  switch (step.kind) {
    case "dense":
      return dense(is);
    case "softmax":
      return softmax(is);
    case "layerNorm":
      return layerNorm(is);
    case "activation":
    case "feature":
      return elementwise(step, language, is);
  }
}

/** The call of a step's function on row `a`. Parameters are passed as their offsets. */
function callOf({ step, outputs, at }: PlacedStep): string {
  const call = (name: string, ...operands: number[]) => `${name}(${["a", ...operands].join(", ")})`;
  switch (step.kind) {
    case "dense":
      return call("dense", outputs, at.weight, at.bias);
    case "layerNorm":
      return call("layerNorm", at.weight, at.bias, step.epsilon);
    case "feature":
      return call(step.name, ...step.fields.map((field) => at[field]), ...Object.values(step.options));
    case "activation":
      return call(step.name);
    case "softmax":
      return call("softmax");
  }
}

function predict({ inputs, outputs, inputScale, steps }: PlacedSteps, is: Annotate): string {
  const rows = "ArrayLike<number | ArrayLike<number>>";
  return `/**
 * Predicts the outputs, ${outputs} per row, one row after the other.
 * @param inputs ${inputs} numbers per row: one flat array, or an array of rows. Bytes are multiplied by ${inputScale}.
 */
export function predict(inputs${is(rows)})${is("Float32Array")} {
  const values${is("number[]")} = [];
  const add = (row${is(rows)})${is("void")} => {
    const scale = row instanceof Uint8Array || row instanceof Uint8ClampedArray ? ${inputScale} : 1;
    for (let i = 0; i < row.length; i++) {
      const value = row[i];
      if (typeof value === "number") values.push(value * scale);
      else add(value);
    }
  };
  add(inputs);
  const rows = values.length / ${inputs};
  if (!Number.isInteger(rows)) throw new RangeError(\`predict got \${values.length} values: give ${inputs} per row.\`);
  const result = new Float32Array(rows * ${outputs});
  for (let row = 0; row < rows; row++) {
    let a${is("Float32Array")} = Float32Array.from(values.slice(row * ${inputs}, (row + 1) * ${inputs}));
${steps.map((step) => `    a = ${callOf(step)};`).join("\n")}
    result.set(a, row * ${outputs});
  }
  return result;
}`;
}

/** Writes a network as an ES module without imports. @param typed true for TypeScript, false for JavaScript. */
export function writeJavaScript(network: PlacedSteps, typed: boolean): string {
  const is: Annotate = typed ? (type) => `: ${type}` : () => "";
  const { parameters, steps, title } = network;
  const isLong = parameters.length > MOST_LITERALS;
  const called = new Set<FunctionName>();
  const functions = new Set(steps.map(({ step }) => sourceOf(step, languageOf(called), is)));
  const values = isLong
    ? `decode(\`\n${base64(floatBytes(parameters))}\`, ${parameters.length})`
    : `new Float32Array([\n${wrap(Array.from(parameters, literal), ",")}\n])`;
  const code = [
    `const parameters = ${values};`,
    ...(isLong ? [decode(is)] : []),
    ...(called.has("erf") ? [erf(is)] : []),
    ...functions,
    predict(network, is),
  ];
  return `// ${title}, written by densely.\n\n${code.join("\n\n")}\n`;
}

import { floatBytes } from "../bytes.js";
import { base64, LETTERS } from "./base64.js";
import { literal, type Step, type Steps, wrap } from "./steps.js";

/** More parameters than this are written as base64, which takes less than half the room and is read faster. */
const LITERALS = 1000;

type Helper = "log1pExp" | "erf";

/** The function of a step, and the helper that it calls. */
interface Source {
  needs?: Helper;
  text: string;
}

/** An activation of one value. Float32Array rounds what map returns. */
const elementwise = (name: string, formula: string, needs?: Helper): Source => ({
  needs,
  text: `function ${name}(z: Float32Array): Float32Array {
  return z.map((v) => ${formula});
}`,
});

/** In TypeScript. Sums are rounded at every step and begin from the bias, as the core's do. */
const SOURCES: Record<Step["call"] | Helper, Source> = {
  dense: {
    text: `function dense(x: Float32Array, units: number, at: number, bias: boolean): Float32Array {
  const z = new Float32Array(units);
  for (let j = 0, w = at; j < units; j++) {
    let sum = bias ? parameters[at + units * x.length + j] : 0;
    for (let k = 0; k < x.length; k++, w++) sum = Math.fround(sum + Math.fround(parameters[w] * x[k]));
    z[j] = sum;
  }
  return z;
}`,
  },
  batchNorm: {
    text: `function batchNorm(x: Float32Array, at: number, epsilon: number): Float32Array {
  const n = x.length;
  const [scale, shift, mean, variance] = [0, 1, 2, 3].map((i) => parameters.subarray(at + i * n, at + (i + 1) * n));
  return x.map((v, j) => (scale[j] * (v - mean[j])) / Math.sqrt(variance[j] + epsilon) + shift[j]);
}`,
  },
  layerNorm: {
    text: `function layerNorm(x: Float32Array, at: number, epsilon: number): Float32Array {
  const n = x.length;
  const mean = x.reduce((sum, v) => sum + v, 0) / n;
  const variance = x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n;
  return x.map((v, j) => (parameters[at + j] * (v - mean)) / Math.sqrt(variance + epsilon) + parameters[at + n + j]);
}`,
  },
  softmax: {
    text: `function softmax(z: Float32Array): Float32Array {
  const top = z.reduce((a, b) => Math.max(a, b));
  const powers = z.map((v) => Math.exp(v - top));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((v) => v / sum);
}`,
  },
  log1pExp: {
    text: `function log1pExp(v: number): number {
  return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
}`,
  },
  erf: {
    text: `function erf(v: number): number {
  if (Math.abs(v) > 6) return Math.sign(v);
  let sum = v;
  for (let n = 1, term = v; Math.abs(term) > 1e-17; n++) {
    term *= (2 * v * v) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-v * v) * sum;
}`,
  },
  sigmoid: elementwise("sigmoid", "1 / (1 + Math.exp(-v))"),
  hardSigmoid: elementwise("hardSigmoid", "Math.min(Math.max(v + 3, 0), 6) / 6"),
  tanh: elementwise("tanh", "Math.tanh(v)"),
  relu: elementwise("relu", "Math.max(v, 0)"),
  leakyRelu: elementwise("leakyRelu", "v > 0 ? v : 0.01 * v"),
  elu: elementwise("elu", "v > 0 ? v : Math.expm1(v)"),
  selu: elementwise("selu", "1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * Math.expm1(v))"),
  gelu: elementwise("gelu", "0.5 * v * (1 + erf(v * Math.SQRT1_2))", "erf"),
  silu: elementwise("silu", "v / (1 + Math.exp(-v))"),
  softplus: elementwise("softplus", "log1pExp(v)", "log1pExp"),
  softsign: elementwise("softsign", "v / (1 + Math.abs(v))"),
  mish: elementwise("mish", "v * Math.tanh(log1pExp(v))", "log1pExp"),
};

const DECODE = `function decode(text: string, count: number): Float32Array {
  const digits = new Map<string, number>();
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

function callOf(step: Step): string {
  switch (step.call) {
    case "dense":
      return `dense(a, ${step.units}, ${step.at}, ${step.bias})`;
    case "batchNorm":
    case "layerNorm":
      return `${step.call}(a, ${step.at}, ${step.epsilon})`;
    default:
      return `${step.call}(a)`;
  }
}

const predictOf = ({ inputs, outputs, inputScale, steps }: Steps): string => `/**
 * The outputs, ${outputs} a row, one row after the other.
 * @param inputs ${inputs} numbers a row: one flat array, or an array of rows. Bytes are multiplied by ${inputScale}.
 */
export function predict(inputs: ArrayLike<number | ArrayLike<number>>): Float32Array {
  const values: number[] = [];
  const add = (row: ArrayLike<number | ArrayLike<number>>): void => {
    const scale = row instanceof Uint8Array || row instanceof Uint8ClampedArray ? ${inputScale} : 1;
    for (let i = 0; i < row.length; i++) {
      const value = row[i];
      if (typeof value === "number") values.push(value * scale);
      else add(value);
    }
  };
  add(inputs);
  const rows = values.length / ${inputs};
  if (!Number.isInteger(rows)) throw new RangeError(\`predict got \${values.length} values: give ${inputs} a row.\`);
  const result = new Float32Array(rows * ${outputs});
  for (let row = 0; row < rows; row++) {
    let a: Float32Array = Float32Array.from(values.slice(row * ${inputs}, (row + 1) * ${inputs}));
${steps.map((step) => `    a = ${callOf(step)};`).join("\n")}
    result.set(a, row * ${outputs});
  }
  return result;
}`;

/** The annotations of the sources above, which follow a name, a parenthesis or Map. */
const ANNOTATION =
  /(?<=[\w)])(: (?:ArrayLike<number \| ArrayLike<number>>|Float32Array|number\[\]|number|boolean|string|void)|<string, number>)(?=[,)]| [={]|\()/g;

/** The network as an ES module without imports. */
export function writeJavaScript(network: Steps, typed: boolean): string {
  const { parameters, steps, title } = network;
  const isLong = parameters.length > LITERALS;
  const used = new Set<keyof typeof SOURCES>();
  for (const { call } of steps) {
    const { needs } = SOURCES[call];
    if (needs) used.add(needs);
    used.add(call);
  }
  const functions = [...used].map((name) => SOURCES[name].text);
  if (isLong) functions.push(DECODE);
  functions.push(predictOf(network));
  const code = functions.join("\n\n");
  const values = isLong
    ? `decode(\`\n${base64(floatBytes(parameters))}\`, ${parameters.length})`
    : `new Float32Array([\n${wrap(Array.from(parameters, literal), ",")}\n])`;
  return `// ${title}, written by densely.

const parameters = ${values};

${typed ? code : code.replace(ANNOTATION, "")}
`;
}

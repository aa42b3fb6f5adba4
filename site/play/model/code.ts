/** The playground's network and data as a program of few lines. */

import type { Points } from "../data/points.js";
import { batchOf, networkOptions } from "./network.js";
import type { Settings } from "./settings.js";

type Data = Readonly<Record<string, unknown>>;

/** The names that a program imports, gathered while its text is written. */
type Names = Set<string>;

const isData = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as source text; data with a type are calls of the function of that name. */
function textOf(value: unknown, names: Names): string {
  if (Array.isArray(value)) return `[${value.map((entry) => textOf(entry, names)).join(", ")}]`;
  if (!isData(value)) return JSON.stringify(value);
  const { type, ...options } = value;
  if (typeof type !== "string") return optionsText(options, names);
  names.add(type);
  return `${type}(${optionsText(options, names)})`;
}

function optionsText(options: Data, names: Names): string {
  const entries = Object.entries(options).map(([key, value]) => `${key}: ${textOf(value, names)}`);
  return entries.length > 0 ? `{ ${entries.join(", ")} }` : "";
}

/** A layer as a call; the options that are arguments of their own come first. */
function layerText(layer: Data, names: Names): string {
  const { type, units, activation, rate, ...options } = layer;
  names.add(String(type));
  const given = [units, activation, rate].filter((argument) => argument !== undefined);
  const texts = given.map((argument) => JSON.stringify(argument));
  // dense(units, activation, options): options come third.
  if (Object.keys(options).length > 0) {
    if (activation === undefined) texts.push('"linear"');
    texts.push(optionsText(options, names));
  }
  return `${type}(${texts.join(", ")})`;
}

/** A float32 in as few digits as give it back. */
function number(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

/** Lines of at most this many characters. */
const WIDTH = 100;

function wrap(parts: readonly string[]): string {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 2 <= WIDTH)
      lines[lines.length - 1] = `${last} ${part},`;
    else lines.push(`  ${part},`);
  }
  return lines.join("\n");
}

/** A module that trains the same network on the same rows for some epochs, to the same bits. */
export function codeOf(settings: Settings, train: Points, epochs: number): string {
  const names: Names = new Set(["Network"]);
  const { layers, optimizer, seed } = networkOptions(settings, train.classes);
  const layerTexts = layers.map((layer) => `    ${layerText(layer as unknown as Data, names)},`);
  const optimizerText = textOf(optimizer, names);
  const hasLbfgs = names.delete("lbfgs");
  const rows = Array.from(train.y, (_, i) => `[${number(train.x[2 * i])}, ${number(train.x[2 * i + 1])}]`);
  return `import { ${[...names].sort((a, b) => a.localeCompare(b)).join(", ")} } from "densely";
${hasLbfgs ? 'import { lbfgs } from "densely/lbfgs";\n' : ""}
const network = new Network({
  inputs: 2,
  layers: [
${layerTexts.join("\n")}
  ],
  optimizer: ${optimizerText},${seed === 0 ? "" : `\n  seed: ${seed},`}
});

const x = [
${wrap(rows)}
];
const y = [
${wrap(Array.from(train.y, (value) => number(value)))}
];
const history = await network.fit(x, y, { epochs: ${epochs}, batchSize: ${batchOf(settings, train.y.length)} });
console.log(history.loss.at(-1));
console.log(network.predict([[0.5, -1]]));
`;
}

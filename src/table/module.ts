import { toModule } from "../formats/module.js";
import type { Model } from "./model.js";
import { CLASSIFY, PREPARE, REGRESS } from "./module-source.js";
import { missingSet, usedColumns } from "./preparation.js";
import type { Task } from "./recipes.js";

/** The languages of modules. */
export const MODULE_FORMATS = ["js", "ts"] as const;
export type ModuleFormat = (typeof MODULE_FORMATS)[number];

/** A value as source text. JSON has no bigints. */
function literal(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  return Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : JSON.stringify(value);
}

/** An object as source text. */
function objectSource(members: Readonly<Record<string, string>>): string {
  return `{ ${Object.entries(members)
    .map(([name, source]) => `${name}: ${source}`)
    .join(", ")} }`;
}

/** The module of a network as an expression: its function predict. */
function networkSource(source: string): string {
  return `(() => {\n${source.replace(/^export function/m, "function").trimEnd()}\nreturn predict;\n})()`;
}

/** The type of one prediction in TypeScript. */
function typeOf(task: Task, labels: readonly unknown[]): string {
  return task === "regression" ? "number" : typeof labels[0];
}

/** A public function with its types, which JavaScript has in a comment. */
function publicFunction(name: string, result: string, body: string, isTyped: boolean): string {
  const row = "Record<string, unknown>";
  const comment = `/** @type {{ (row: ${row}): ${result}; (rows: ${row}[]): ${result}[] }} */`;
  const typed = `export function ${name}(row: ${row}): ${result};\nexport function ${name}(rows: ${row}[]): ${result}[];\nexport function ${name}(rows) {\n  ${body}\n}`;
  return isTyped ? typed : `${comment}\nexport const ${name} = (rows) => {\n  ${body}\n};`;
}

/**
 * Writes a model as an ES module without imports: predict(row) or predict(rows) of records, and probabilities of a Classifier.
 * @param isBalanced true if classes are decided by their shares. @param isSeveral true if predictions are by target.
 */
export function writeModule<C>(
  task: Task,
  model: Model<C>,
  {
    isBalanced,
    isSeveral,
    title,
    format,
  }: { isBalanced: boolean; isSeveral: boolean; title: string; format: ModuleFormat },
): string {
  const { preparation, heads } = model;
  const targets = heads.map(({ name, coding, networks }) => {
    const given = coding as Readonly<Record<string, unknown>>;
    const kept =
      task === "regression"
        ? ["transform", "mean", "deviation", "range"]
        : ["labels", ...(isBalanced ? ["counts"] : [])];
    const members = Object.fromEntries(kept.map((key) => [key, literal(given[key])]));
    const sources = networks.map((network) => networkSource(toModule(network)));
    return objectSource({ name: literal(name), ...members, networks: `[${sources.join(",\n")}]` });
  });
  const isTyped = format === "ts";
  const labels = (heads[0].coding as { labels?: readonly unknown[] }).labels ?? [];
  const result = isSeveral ? "Record<string, unknown>" : typeOf(task, labels);
  const probabilities =
    "return forRows(rows, ({ labels }, outputs) => Object.fromEntries(labels.map((label, i) => [String(label), outputs[i]])));";
  const functions = [publicFunction("predict", result, "return forRows(rows, decide);", isTyped)];
  if (task === "classification") {
    const ofClasses = isSeveral ? "Record<string, Record<string, number>>" : "Record<string, number>";
    functions.push(publicFunction("probabilities", ofClasses, probabilities, isTyped));
  }
  return [
    `${isTyped ? "// @ts-nocheck\n" : ""}// ${title.replace(/\s+/g, " ")}, written by densely.`,
    `const columns = [\n${usedColumns(preparation)
      .map((plan) => `  ${literal({ ...plan, advice: undefined })},\n`)
      .join("")}];`,
    `const missing = new Set(${literal([...missingSet(preparation.missing)])});`,
    `const isSeveral = ${isSeveral};`,
    `const targets = [\n${targets.join(",\n")}\n];`,
    PREPARE,
    task === "regression" ? REGRESS : CLASSIFY,
    ...functions,
    "",
  ].join("\n\n");
}

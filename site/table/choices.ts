/** The visitor's choices about a table: the column to predict, and what the others are taken for. */

import type { ColumnKindName } from "densely/table";
import { find, make } from "../shared/dom.js";
import type { Choices, ColumnFacts, TableFacts, Task } from "./protocol.js";

const target = find("target", HTMLSelectElement);
const task = find("task", HTMLSelectElement);
const missing = find("missing", HTMLInputElement);
const columns = find("columns", HTMLTableElement);

/** Numbers with at most this many different values are probably classes. */
const FEW = 12;

const KINDS: readonly (readonly [ColumnKindName | "", string])[] = [
  ["", "what it holds"],
  ["number", "number"],
  ["category", "category"],
  ["date", "date"],
  ["text", "text, by its words"],
  ["ignore", "nothing: leave it out"],
];

let facts: TableFacts | undefined;
/** The choice of the kind of each column, by its name. */
let kinds = new Map<string, HTMLSelectElement>();

const taskFor = ({ isNumeric, distinct }: ColumnFacts): Task =>
  isNumeric && distinct > FEW ? "regression" : "classification";

/** The row of a column: its name, some of its fields, and what it is to be taken for. */
function rowOf({ name }: ColumnFacts, { samples }: TableFacts): HTMLTableRowElement {
  const fields = samples.map((sample) => sample.fields[name]).filter((field) => field !== "");
  const examples = [...new Set(fields)].slice(0, 3);
  const kind = make(
    "select",
    { "aria-label": `Take ${name} as` },
    ...KINDS.map(([value, words]) => make("option", { value }, words)),
  );
  kinds.set(name, kind);
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, name),
    make("td", { className: "soft" }, examples.join(", ")),
    make("td", {}, kind),
  );
}

function chooseTarget(): void {
  const column = facts?.columns.find(({ name }) => name === target.value);
  if (column) task.value = taskFor(column);
  for (const [name, kind] of kinds) kind.disabled = name === target.value;
}

/** Offers the choices about a table. The last column is the likely target. */
export function showChoices(table: TableFacts): void {
  facts = table;
  kinds = new Map();
  target.replaceChildren(...table.columns.map(({ name }) => make("option", { value: name }, name)));
  const titles = ["column", "for example", "take it as"].map((title) => make("th", { scope: "col" }, title));
  columns.replaceChildren(
    make("thead", {}, make("tr", {}, ...titles)),
    make("tbody", {}, ...table.columns.map((column) => rowOf(column, table))),
  );
  target.selectedIndex = table.columns.length - 1;
  chooseTarget();
}

export function choices(): Choices {
  const chosen = [...kinds].filter(([name, { value }]) => value !== "" && name !== target.value);
  return {
    target: target.value,
    task: task.value as Task,
    columns: Object.fromEntries(chosen.map(([name, { value }]) => [name, value as ColumnKindName])),
    missing: missing.value
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== ""),
  };
}

target.addEventListener("change", chooseTarget);

/** Shows how much each column adds to the prediction of a row. */

import type { Classifier, Regressor } from "densely/table";
import { find, make } from "../shared/dom.js";
import { digits, percent } from "./parts.js";

type Explanation = ReturnType<Classifier["explain"]> | ReturnType<Regressor["explain"]>;
type Contribution = Explanation["contributions"][number];

/** Columns that are shown; the others are summed in one line. */
const MOST_COLUMNS = 12;

/** Milliseconds without a change before a row is explained: it costs many passes through the networks. */
const PAUSE = 120;

const place = find("explanation", HTMLElement);

const signed = (value: number, words: (size: number) => string): string =>
  `${value < 0 ? "−" : "+"}${words(Math.abs(value))}`;

/** A bar from the middle: to the right if the column raises the prediction, to the left if it lowers it. */
function barOf(adds: number, largest: number): HTMLElement {
  const share = (50 * Math.abs(adds)) / largest;
  const bar = make("i", { className: adds < 0 ? "lowers" : "" });
  bar.style.width = `${share}%`;
  bar.style.marginLeft = `${adds < 0 ? 50 - share : 50}%`;
  return make("span", { className: "track", "aria-hidden": "true" }, bar);
}

function lineOf(name: string, about: string, adds: number, largest: number, words: string): HTMLElement {
  return make(
    "li",
    {},
    make("span", { className: "name", title: about }, name),
    barOf(adds, largest),
    make("span", { className: "number" }, words),
  );
}

/** The text of a field of a row. */
function fieldOf(value: unknown): string {
  if (value === undefined || value === "") return "missing";
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : String(value);
}

/** The lines of the columns, the largest first. */
function linesOf(contributions: readonly Contribution[], words: (adds: number) => string): HTMLElement[] {
  const largest = Math.max(...contributions.map(({ adds }) => Math.abs(adds)), 1e-9);
  const lines = contributions
    .slice(0, MOST_COLUMNS)
    .map(({ column, value, median, adds }) =>
      lineOf(
        `${column}: ${fieldOf(value)}`,
        `${column}: ${fieldOf(value)} here, ${fieldOf(median)} in the median row`,
        adds,
        largest,
        words(adds),
      ),
    );
  const others = contributions.slice(MOST_COLUMNS);
  if (others.length === 0) return lines;
  const sum = others.reduce((total, { adds }) => total + adds, 0);
  const name = `${others.length} other columns`;
  return [...lines, lineOf(name, others.map(({ column }) => column).join(", "), sum, largest, words(sum))];
}

function show(
  target: string,
  { prediction, value, base, contributions }: Explanation,
  isNumber: boolean,
): void {
  const [here, median] = isNumber ? [digits(value), digits(base)] : [percent(value), percent(base)];
  const subject = isNumber ? target : `the probability of ${prediction}`;
  const words = isNumber
    ? (adds: number) => signed(adds, digits)
    : (adds: number) => signed(100 * adds, (points) => points.toFixed(1));
  place.replaceChildren(
    make("h3", {}, "What each column adds"),
    make(
      "p",
      { className: "soft small" },
      `For this row ${subject} is ${here}, for the median row ${median}. The median row has the middle number and the most frequent category of each column. Each bar is the part of the difference that comes from a column${isNumber ? "" : ", in percentage points"}: orange raises, blue lowers.`,
    ),
    make("ul", { className: "bars adds" }, ...linesOf(contributions, words)),
  );
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Explains a row once no other one has been given for a moment. */
export function explain(
  model: Classifier | Regressor,
  target: string,
  record: Readonly<Record<string, unknown>>,
): void {
  clearTimeout(timer);
  timer = setTimeout(() => show(target, model.explain(record), !("labels" in model)), PAUSE);
}

/** Shows nothing, where there is no prediction. */
export function explainNothing(): void {
  clearTimeout(timer);
  place.replaceChildren();
}

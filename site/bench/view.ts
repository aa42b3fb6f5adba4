/** Shows the result of a race as a table. */

import { make } from "../shared/dom.js";
import type { Finish, Result } from "./protocol.js";

const threeDigits = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 2 });

/** True for losses of the same arithmetic. */
const areAlike = (a: number, b: number): boolean => Math.abs(a - b) <= 0.05 * b + 1e-3;

/** How fast densely is beside another. */
function comparison(densely: Finish, { median }: Finish): string {
  const ratio = densely.median / median;
  return ratio >= 1
    ? `densely is ${threeDigits(ratio)} times as fast`
    : `${threeDigits(1 / ratio)} times as fast as densely`;
}

function rowOf(finish: Finish, densely: Finish, fastest: number): HTMLTableRowElement {
  const { name, version, median, slowest, fastest: most, loss } = finish;
  const bar = make("i", { className: finish === densely ? "own" : "" });
  bar.style.width = `${(100 * median) / fastest}%`;
  const judged = areAlike(loss, densely.loss) ? loss.toPrecision(3) : `${loss.toPrecision(3)}, another loss`;
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, name, make("span", { className: "soft small" }, ` ${version}`)),
    make(
      "td",
      {},
      make("span", { className: "median" }, threeDigits(median)),
      make("span", { className: "track", "aria-hidden": "true" }, bar),
      make("span", { className: "soft small" }, `${threeDigits(slowest)} to ${threeDigits(most)}`),
      make("span", { className: "comparison" }, finish === densely ? "" : comparison(densely, finish)),
    ),
    make("td", {}, judged),
  );
}

export function resultView({ title, updates, finishes, absent }: Result): HTMLElement {
  const [densely] = finishes;
  const fastest = Math.max(...finishes.map(({ median }) => median));
  const titles = [
    "library",
    "samples a second, median",
    `loss after ${updates.toLocaleString("en")} updates`,
  ];
  const head = titles.map((text) => make("th", { scope: "col" }, text));
  const table = make(
    "table",
    {},
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...finishes.map((finish) => rowOf(finish, densely, fastest))),
  );
  return make(
    "section",
    { className: "panel result" },
    make("h2", {}, title),
    make(
      "div",
      { className: "scroll", tabIndex: 0, role: "group", "aria-label": `Figures: ${title}` },
      table,
    ),
    ...absent.map((text) => make("p", { className: "soft small" }, `Not here: ${text}.`)),
  );
}

/** Parts that several results are shown with. */

import { make } from "../shared/dom.js";

export const percent = (share: number): string => `${(100 * share).toFixed(1)}\u00a0%`;

/** A number with four significant digits. */
export const digits = (value: number): string =>
  Number(value.toPrecision(4)).toLocaleString("en", { maximumSignificantDigits: 4 });

/** A list of bars: a name, a bar from 0 to `share` of the width, and the number in words. */
export function bars(rows: readonly { name: string; share: number; words: string }[]): HTMLElement {
  return make(
    "ul",
    { className: "bars" },
    ...rows.map(({ name, share, words }) => {
      const bar = make("i", {});
      bar.style.width = `${100 * Math.min(1, Math.max(0, share))}%`;
      return make(
        "li",
        {},
        make("span", { className: "name", title: name }, name),
        make("span", { className: "track" }, bar),
        make("span", { className: "number" }, words),
      );
    }),
  );
}

/** A table with a line of titles; the first cell of each row is its title. */
export function grid(titles: readonly string[], rows: readonly (readonly (string | Node)[])[]): HTMLElement {
  const head = titles.map((title) => (title === "" ? make("td", {}) : make("th", { scope: "col" }, title)));
  const body = rows.map(([first, ...others]) =>
    make("tr", {}, make("th", { scope: "row" }, first), ...others.map((cell) => make("td", {}, cell))),
  );
  return make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body));
}

/** A part that scrolls sideways if it is wider than the page, with the keyboard too. */
export const scrolling = (name: string, ...children: Node[]): HTMLElement =>
  make("section", { className: "scroll", tabIndex: 0, "aria-label": name }, ...children);

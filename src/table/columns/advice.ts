import { type Decimal, numberIn } from "../number-text.js";
import type { Column } from "./column.js";
import { daysIn } from "./date.js";

/** Advice about columns that may be something else than they are taken for. It is said, and never followed by itself. */

/** Different texts that are looked at, at most. */
const MOST = 1000;

/** With fewer different numbers, texts such as "1" and "2" are probably codes. */
const MANY = 20;

/** Texts that are no numbers, at most, in a column of numbers. */
const FEW = 3;

/** A number with a comma: before decimals, or between thousands. */
const WITH_COMMA = /^[+-]?\d[\d.]*,\d[\d,]*(?:\.\d+)?$/;

/** A date by other rules than ISO 8601. */
const OTHER_DATE = /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[ T].*)?$/;

/** A number behind a sign such as "$" or before a unit such as "kg". */
const WITH_UNIT = /^([^\p{L}\d\s.,+-]{0,3})\s*[+-]?\d[\d.,]*\s*([^\d\s.,+-][^\d\s]{0,9})?$/u;

/** A code such as 00501, of which a number would lose the zeros. */
const CODE = /^0\d+$/;

/** Words of a text that is more than a name. */
const SENTENCE = 4;

export const CODE_ADVICE = "may be codes, whose leading zeros are lost: give it the kind category";

/** The sign or unit that a text has besides a number; undefined for any other text. */
function unitOf(text: string): string | undefined {
  const [, sign = "", unit = ""] = WITH_UNIT.exec(text) ?? [];
  return sign || unit || undefined;
}

/** True for a text of digits that begins with a zero. */
export const isCode = (text: string): boolean => CODE.test(text);

/** Different texts of a column, in the order in which they first appear. */
export function textsOf(column: Column): string[] {
  const texts = new Set<string>();
  for (let row = 0; row < column.rows && texts.size < MOST; row++) {
    const value = column.at(row);
    if (typeof value === "string") texts.add(value.trim());
  }
  return [...texts];
}

/** Advice about different texts that are taken for names. */
export function adviceOnTexts(texts: readonly string[], decimal?: Decimal): string | undefined {
  if (texts.length < 2) return undefined;
  if (texts.every((text) => daysIn(text) !== undefined)) return "may be dates: give it the kind date";
  if (texts.every((text) => OTHER_DATE.test(text))) {
    return "may be dates: write them as 2024-02-29, and give it the kind date";
  }
  const others = texts.filter((text) => numberIn(text, decimal) === undefined);
  if (others.length === 0) {
    return texts.length > MANY ? "may be numbers: convert its texts, or give it the kind number" : undefined;
  }
  if (others.every((text) => WITH_COMMA.test(text))) {
    return 'may be numbers: use the option decimal "," if commas stand before decimals, and remove others';
  }
  const unit = unitOf(texts[0]);
  if (unit !== undefined && texts.every((text) => unitOf(text) === unit)) {
    return `may be numbers: leave out ${JSON.stringify(unit)}`;
  }
  const areFew = others.length <= FEW && texts.length - others.length > FEW;
  if (areFew && !others.some((text) => /\d/.test(text))) {
    return `may be numbers: name ${others.map((text) => JSON.stringify(text)).join(", ")} in the option missing`;
  }
  const words = texts.reduce((sum, text) => sum + text.split(/\s+/).length, 0);
  return texts.length > MANY && words >= SENTENCE * texts.length
    ? "may be text: give it the kind text"
    : undefined;
}

/** Advice about a column of numbers: codes, and those that count rows, which say nothing about new ones. */
export function adviceOnNumbers(column: Column): string | undefined {
  if (column.frame.isText && textsOf(column).some(isCode)) return CODE_ADVICE;
  const numberAt = (row: number): number => {
    const value = column.at(row);
    return typeof value === "string" ? (column.numberIn(value) ?? Number.NaN) : Number(value);
  };
  if (column.rows <= MANY) return undefined;
  for (let row = 1; row < column.rows; row++) if (numberAt(row) !== numberAt(row - 1) + 1) return undefined;
  return "may only number the rows: give it the kind ignore";
}

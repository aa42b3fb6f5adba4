/** Numbers as the fields of CSV files. */

/** A number as CSV files have it, with NaN and Infinity as programs write them. */
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?inf(?:inity)?|nan)$/i;

/** The mark before the decimals of numbers in the text of a CSV file. */
export const DECIMALS = [".", ","] as const;
export type Decimal = (typeof DECIMALS)[number];

/** The number that a field is; undefined for text that is none. */
export function numberIn(field: string, decimal: Decimal = "."): number | undefined {
  const text = field.trim();
  // Where commas stand before decimals, 1.234 may be meant as a thousand.
  if (decimal === ",") return text.includes(".") ? undefined : numberIn(text.replace(",", "."));
  if (!NUMBER.test(text)) return undefined;
  if (/inf/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return Number(text);
}

import { type Center, centerOf, scaled } from "../statistics.js";
import type { Column, ColumnKind, PlanOf } from "./column.js";

/** A number: minus the median, over the interquartile range, clipped smoothly; and 1 for a missing one where it can be. */
export interface NumberPlan extends PlanOf<"number">, Center {
  /** True if a value was missing: a second input is 1 where one is. */
  hasIndicator: boolean;
  least: number;
  most: number;
  /**
   * Limits of bins, in ascending order; none without bins. Each bin is an input that rises from 0 to 1 within it: the
   * piecewise linear encoding of Gorishniy et al. ("On Embeddings for Numerical Features", 2022), which lets small networks
   * learn steps as trees do.
   */
  knots: number[];
}

/** Larger numbers would overflow where two of them are subtracted or multiplied. */
const MOST = 1e150;

/** The number of a row; undefined if it is missing. @throws DataError for anything else, and for infinite ones. */
export function numberAt(column: Column, row: number): number | undefined {
  const value = column.at(row);
  if (value === undefined) return undefined;
  const number =
    typeof value === "number"
      ? value
      : typeof value === "bigint"
        ? Number(value)
        : typeof value === "string"
          ? column.numberIn(value)
          : undefined;
  if (number === undefined) {
    throw column.wrong(row, "it is a column of numbers, so give one, or null where it is missing");
  }
  if (Number.isNaN(number)) return undefined;
  if (Math.abs(number) <= MOST) return number;
  throw column.wrong(row, "give a finite number, at most 1e150, or null where it is missing");
}

/** The numbers that are not missing, sorted. */
export function sortedNumbers(column: Column): Float64Array {
  const values = new Float64Array(column.rows);
  let count = 0;
  for (let row = 0; row < column.rows; row++) {
    const value = numberAt(column, row);
    if (value !== undefined) values[count++] = value;
  }
  return values.subarray(0, count).sort();
}

/** Values at the quantiles of sorted numbers, which divide them into at most `bins` bins, each value once. */
function knotsOf(sorted: Float64Array, bins: number): number[] {
  if (bins < 2) return [];
  const knots = Array.from(
    { length: bins + 1 },
    (_, i) => sorted[Math.floor((i * (sorted.length - 1)) / bins)],
  );
  const distinct = knots.filter((knot, i) => i === 0 || knot > knots[i - 1]);
  return distinct.length > 2 ? distinct : [];
}

/** A whole number as it is, another one with six digits that count. */
const short = (value: number): number => (Number.isSafeInteger(value) ? value : Number(value.toPrecision(6)));

export const numberKind: ColumnKind<NumberPlan> = {
  fit(column, { bins }) {
    const sorted = sortedNumbers(column);
    if (sorted.length === 0) return "has no values";
    const hasIndicator = sorted.length < column.rows;
    const center = centerOf(sorted);
    if (!center && !hasIndicator) return "is constant";
    // Where only the indicator varies, any scale will do.
    const { median, scale } = center ?? { median: sorted[0], scale: 1 };
    const [least, most] = [sorted[0], sorted[sorted.length - 1]];
    return {
      name: column.name,
      kind: "number",
      median,
      scale,
      hasIndicator,
      least,
      most,
      knots: knotsOf(sorted, bins),
    };
  },
  inputs: ({ name, hasIndicator, knots }) => [
    name,
    ...(hasIndicator ? [`${name} is missing`] : []),
    ...knots.slice(1).map((knot, i) => `${name} from ${knots[i]} to ${knot}`),
  ],
  write(plan, column, { values, stride }, first) {
    const { hasIndicator, knots, median } = plan;
    for (let row = 0; row < column.rows; row++) {
      const value = numberAt(column, row);
      const at = row * stride + first;
      if (value !== undefined) values[at] = scaled(value, plan);
      else if (hasIndicator) values[at + 1] = 1;
      for (let i = 1, bin = at + Number(hasIndicator); i < knots.length; i++) {
        const share = ((value ?? median) - knots[i - 1]) / (knots[i] - knots[i - 1]);
        values[bin + i] = Math.min(Math.max(share, 0), 1);
      }
    }
  },
  median: ({ median }) => median,
  describe: ({ least, most, hasIndicator }) =>
    `number from ${short(least)} to ${short(most)}${hasIndicator ? ", some missing" : ""}`,
};

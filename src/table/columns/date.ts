import { sineOfTurn } from "../../model/real.js";
import { type Center, centerOf, scaled } from "../statistics.js";
import type { Column, ColumnKind, PlanOf } from "./column.js";

/** A date: its day as a number, and its place in the week and in the year where these repeat. */
export interface DatePlan extends PlanOf<"date">, Center {
  /** True if the dates span two weeks and fall on several days of it. */
  hasWeek: boolean;
  /** True if the dates span two years. */
  hasYear: boolean;
  hasIndicator: boolean;
  least: number;
  most: number;
}

const MILLISECONDS = 86_400_000;
const WEEK = 7;
const TWO_YEARS = 730;

/** A date as ISO 8601 writes it, without a time or with one, and with its zone or in UTC. */
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?(Z|[+-]\d\d:?\d\d)?)?$/;

/** Days since 1970 of a text; undefined if it is no date. Date.parse would read other texts by rules of the engine. */
export function daysIn(text: string): number | undefined {
  const match = ISO.exec(text.trim());
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const midnight = new Date(Date.UTC(year, month - 1, day));
  // The 30th of February becomes the 2nd of March.
  const isReal = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
  if (!isReal || hour > 24 || minute > 59 || second >= 61) return undefined;
  const zone = match[7] ?? "Z";
  const sign = zone.startsWith("-") ? -1 : 1;
  const shift = zone === "Z" ? 0 : sign * (60 * Number(zone.slice(1, 3)) + Number(zone.slice(-2)));
  return midnight.getTime() / MILLISECONDS + (hour * 60 + minute + second / 60 - shift) / 1440;
}

/** Days since 1970 of a row; undefined if it is missing. @throws DataError for anything else. */
export function daysAt(column: Column, row: number): number | undefined {
  const value = column.at(row);
  if (value === undefined) return undefined;
  const days =
    value instanceof Date
      ? value.getTime() / MILLISECONDS
      : typeof value === "number"
        ? value / MILLISECONDS
        : typeof value === "string"
          ? daysIn(value)
          : undefined;
  if (days !== undefined && Number.isFinite(days)) return days;
  throw column.wrong(
    row,
    "it is a column of dates, so give a Date, its milliseconds, text such as 2024-02-29 or 2024-02-29T12:30Z, or null where it is missing",
  );
}

/** The share of the year that is over on a day. */
export function shareOfYear(days: number): number {
  const year = new Date(days * MILLISECONDS).getUTCFullYear();
  const [start, end] = [year, year + 1].map((y) => Date.UTC(y, 0, 1) / MILLISECONDS);
  return (days - start) / (end - start);
}

/** The share of the week that is over on a day: days - 7·⌊days/7⌋, over 7. */
export const shareOfWeek = (days: number): number => days / WEEK - Math.floor(days / WEEK);

export const dateKind: ColumnKind<DatePlan> = {
  fit(column) {
    const days = new Float64Array(column.rows);
    let count = 0;
    for (let row = 0; row < column.rows; row++) {
      const day = daysAt(column, row);
      if (day !== undefined) days[count++] = day;
    }
    if (count === 0) return "has no values";
    const sorted = days.subarray(0, count).sort();
    const hasIndicator = count < column.rows;
    const center = centerOf(sorted);
    if (!center && !hasIndicator) return "is constant";
    const { median, scale } = center ?? { median: sorted[0], scale: 1 };
    const [least, most] = [sorted[0], sorted[count - 1]];
    const weekdays = new Set(Array.from(sorted, (day) => Math.floor(day) - WEEK * Math.floor(day / WEEK)));
    return {
      name: column.name,
      kind: "date",
      median,
      scale,
      hasWeek: most - least >= 2 * WEEK && weekdays.size > 1,
      hasYear: most - least >= TWO_YEARS,
      hasIndicator,
      least,
      most,
    };
  },
  inputs({ name, hasWeek, hasYear, hasIndicator }) {
    const names = [name];
    if (hasWeek) names.push(`sine of the week of ${name}`, `cosine of the week of ${name}`);
    if (hasYear) names.push(`sine of the year of ${name}`, `cosine of the year of ${name}`);
    if (hasIndicator) names.push(`${name} is missing`);
    return names;
  },
  write(plan, column, { values, stride }, first) {
    const { hasWeek, hasYear, hasIndicator } = plan;
    for (let row = 0; row < column.rows; row++) {
      const days = daysAt(column, row);
      let at = row * stride + first;
      if (days === undefined) {
        if (hasIndicator) values[at + 1 + (hasWeek ? 2 : 0) + (hasYear ? 2 : 0)] = 1;
        continue;
      }
      values[at++] = scaled(days, plan);
      const shares = [...(hasWeek ? [shareOfWeek(days)] : []), ...(hasYear ? [shareOfYear(days)] : [])];
      for (const share of shares) {
        values[at++] = sineOfTurn(share);
        values[at++] = sineOfTurn(share + 0.25);
      }
    }
  },
  median: ({ median }) => new Date(median * MILLISECONDS),
  describe({ least, most, hasWeek, hasYear, hasIndicator }) {
    const [from, to] = [least, most].map((days) => new Date(days * MILLISECONDS).toISOString().slice(0, 10));
    const cycles = [...(hasWeek ? ["week"] : []), ...(hasYear ? ["year"] : [])].join(" and ");
    return `date from ${from} to ${to}${cycles && `, with the ${cycles}`}${hasIndicator ? ", some missing" : ""}`;
  },
};

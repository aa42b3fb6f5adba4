import type { Column, ColumnKind, PlanOf } from "./column.js";

/** A category: one input of -1 and 1 for two levels, otherwise one for each level. Missing and unknown ones are zeros. */
export interface CategoryPlan extends PlanOf<"category"> {
  /** The levels as text, the most frequent first. */
  levels: string[];
  /** Levels beyond the most frequent ones, which are treated as unknown. */
  others: number;
  hasMissing: boolean;
}

/** With a level for more than this share of its rows, and more levels than this, a column says nothing about new rows. */
const NEARLY_ALL = 0.9;
const MANY = 20;

/** The level of a row as text; undefined if it is missing. @throws DataError for an object. */
function levelAt(column: Column, row: number): string | undefined {
  const value = column.at(row);
  if (value === undefined) return undefined;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object" || typeof value === "function" || typeof value === "symbol") {
    throw column.wrong(row, "it is a column of categories, so give text, a number, true or false");
  }
  return String(value);
}

/** True for a level that appears in text before another, by the numbers of its characters. */
const isBefore = (a: string, b: string): boolean => a < b;

/** Characters of a level that a description has, at most. */
const MOST_SHOWN = 30;

/** A level in one line: long ones are cut, and line breaks are \n. */
function inLine(level: string): string {
  const text = JSON.stringify(level).slice(1, -1).replaceAll('\\"', '"');
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;
}

export const categoryKind: ColumnKind<CategoryPlan> = {
  fit(column, { maxLevels }) {
    const counts = new Map<string, number>();
    let present = 0;
    for (let row = 0; row < column.rows; row++) {
      const level = levelAt(column, row);
      if (level === undefined) continue;
      counts.set(level, (counts.get(level) ?? 0) + 1);
      present++;
    }
    if (present === 0) return "has no values";
    const hasMissing = present < column.rows;
    if (counts.size === 1 && !hasMissing) return "is constant";
    if (counts.size > MANY && counts.size > NEARLY_ALL * present) {
      return `has ${counts.size} levels in ${present} rows`;
    }
    const byCount = [...counts].sort(([a, m], [b, n]) => n - m || (isBefore(a, b) ? -1 : 1));
    const levels = byCount.slice(0, maxLevels).map(([level]) => level);
    return { name: column.name, kind: "category", levels, others: counts.size - levels.length, hasMissing };
  },
  inputs: ({ name, levels }) =>
    levels.length === 2 ? [`${name}=${levels[1]}`] : levels.map((level) => `${name}=${level}`),
  write({ levels }, column, { values, stride }, first) {
    const places = new Map(levels.map((level, i) => [level, i]));
    const isPair = levels.length === 2;
    for (let row = 0; row < column.rows; row++) {
      const place = places.get(levelAt(column, row) ?? "");
      if (place === undefined) continue;
      const at = row * stride + first;
      if (isPair) values[at] = 2 * place - 1;
      else values[at + place] = 1;
    }
  },
  median: ({ levels }) => levels[0],
  describe({ levels, others, hasMissing }) {
    const some = levels.slice(0, 5).map(inLine).join(", ");
    const rest = levels.length + others - 5;
    const rare = others > 0 ? `, ${others} rare ones as unknown` : "";
    return `category: ${some}${rest > 0 ? `, and ${rest} more` : ""}${rare}${hasMissing ? ", some missing" : ""}`;
  },
};

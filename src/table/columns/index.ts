import { adviceOnNumbers, adviceOnTexts, textsOf } from "./advice.js";
import { type CategoryPlan, categoryKind } from "./category.js";
import type { Column, ColumnKind, ColumnSettings, Features, IgnoredPlan, PlanOf } from "./column.js";
import { type DatePlan, dateKind } from "./date.js";
import { type NumberPlan, numberKind } from "./number.js";
import { type TextPlan, textKind } from "./text.js";

/** Plan of a column that the model reads, as plain data. */
export type UsedPlan = NumberPlan | CategoryPlan | DatePlan | TextPlan;

/** Plan of a column, as plain data. */
export type ColumnPlan = UsedPlan | IgnoredPlan;

/** The kinds that a column can be taken for. */
export type ColumnKindName = ColumnPlan["kind"];

const KINDS: { readonly [K in UsedPlan["kind"]]: ColumnKind<Extract<UsedPlan, { kind: K }>> } = {
  number: numberKind,
  category: categoryKind,
  date: dateKind,
  text: textKind,
};

/** The names of all kinds, for options. */
export const KIND_NAMES: readonly ColumnKindName[] = [
  ...(Object.keys(KINDS) as UsedPlan["kind"][]),
  "ignore",
];

const kindOf = <P extends UsedPlan>(plan: P) => KINDS[plan.kind] as unknown as ColumnKind<P>;

export const inputsOf = (plan: UsedPlan): string[] => kindOf(plan).inputs(plan);
export const medianOf = (plan: UsedPlan): unknown => kindOf(plan).median(plan);
export const writeInputs = (plan: UsedPlan, column: Column, to: Features, first: number): void =>
  kindOf(plan).write(plan, column, to, first);

/** Sums of the numbers of the inputs of each column. */
export function gatherInputs(plans: readonly UsedPlan[], values: Float64Array): number[] {
  let first = 0;
  return plans.map((plan) => {
    const last = first + inputsOf(plan).length;
    const sum = values.subarray(first, last).reduce((a, b) => a + b, 0);
    first = last;
    return sum;
  });
}

/** Description of a plan in some words. */
export const describePlan = (plan: ColumnPlan): string =>
  plan.kind === "ignore" ? `left out: ${plan.reason}` : kindOf(plan).describe(plan);

/** The kind of one value by its JavaScript type, and the type in words. */
function typeOf(value: unknown): { kind: UsedPlan["kind"]; type: string } | undefined {
  switch (typeof value) {
    case "number":
    case "bigint":
      return { kind: "number", type: "a number" };
    case "string":
      return { kind: "category", type: "text" };
    case "boolean":
      return { kind: "category", type: "true or false" };
  }
  return value instanceof Date ? { kind: "date", type: "a date" } : undefined;
}

/**
 * The kind of a column by the types of its values. Where all values are fields of a text, it is a number if every field
 * that is not missing is one.
 * @throws DataError for values of several types or of none that a column can have.
 */
function detect(column: Column): UsedPlan["kind"] {
  const first = column.firstPresent;
  if (first < 0) return "number";
  const found = typeOf(column.at(first));
  if (!found) throw column.wrong(first, "give a number, text, true or false, or a Date");
  for (let row = first; row < column.rows; row++) {
    const value = column.at(row);
    if (value === undefined) continue;
    const { type } = typeOf(value) ?? {};
    if (type !== found.type) {
      throw column.wrong(
        row,
        `the column is ${found.type} with ${column.quote(first)}, so give one type, name what stands for a missing value in the option missing, or say columns: { ${JSON.stringify(column.name)}: "category" }`,
      );
    }
    if (column.frame.isText && column.numberIn(value as string) === undefined) return "category";
  }
  return column.frame.isText ? "number" : found.kind;
}

/** Advice about a column whose kind was detected. */
function adviceOn(kind: UsedPlan["kind"], column: Column): string | undefined {
  if (kind === "category") return adviceOnTexts(textsOf(column), column.frame.decimal);
  return kind === "number" ? adviceOnNumbers(column) : undefined;
}

/** Decides what becomes of a column. @param kind what the user says that it is. @throws DataError */
export function planColumn(
  column: Column,
  kind: ColumnKindName | undefined,
  settings: ColumnSettings,
): ColumnPlan {
  const { name } = column;
  if (kind === "ignore") return { name, kind, reason: "as the option columns says" };
  const taken = kind ?? detect(column);
  const fit = KINDS[taken].fit as ColumnKind<UsedPlan & PlanOf<string>>["fit"];
  const found = fit(column, settings);
  const plan: ColumnPlan =
    typeof found === "string" ? { name, kind: "ignore", reason: `it ${found}` } : found;
  const advice = kind === undefined ? adviceOn(taken, column) : undefined;
  return advice === undefined ? plan : { ...plan, advice };
}

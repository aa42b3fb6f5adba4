import type { Options } from "./command.js";
import type { Aim, Task } from "./estimator.js";
import { recordOf, type Table } from "./input/table.js";
import { type AnyModel, byTarget, factsOf } from "./model.js";
import type { Importance, Measures } from "./output/report.js";
import { type FitReport, linearMeasures, measuresOf, type Plan } from "./scoring.js";

/** Rows that importance is measured on, at most. */
export const MOST_FOR_IMPORTANCE = 2000;

/** Findings of a test about one target. */
export interface Finding {
  target: string;
  measures: Measures | undefined;
  linear: Measures | undefined;
  importance: Importance[];
  /** Advice about the target. */
  notes: readonly string[];
}

/** Result of the test of a model. */
export interface Examination {
  task: Task;
  findings: Finding[];
  /** The rows that were tested. */
  tested: Table;
}

/** Some rows of a table from its beginning; test rows and training rows have no order that matters. */
function someRows({ columns, rows, ...rest }: Table, most: number): Table {
  const part = Array.from(columns, ([name, values]) => [name, values.slice(0, most)] as const);
  return { ...rest, rows: Math.min(rows, most), columns: new Map(part) };
}

/** Tests a model by a plan, a linear model on the same rows, and the importance of the columns. */
export async function examine(
  model: AnyModel,
  aim: Aim,
  plan: Plan,
  options: Options,
  { report, signal }: { report: FitReport; signal: AbortSignal },
): Promise<Examination> {
  const tested = plan.test ?? plan.training;
  const measures = await measuresOf(model, plan, report);
  const isMeasured = measures.some((of) => of !== undefined);
  const linear = isMeasured ? await linearMeasures(aim, plan, options, signal) : undefined;
  const importance = model.importance(recordOf(someRows(tested, MOST_FOR_IMPORTANCE)));
  const findings = byTarget<Importance[]>(factsOf(model), importance).map(([target, ofColumns], t) => ({
    target,
    measures: measures[t],
    linear: linear?.[t],
    importance: ofColumns,
    notes: report.data.targets[t].notes,
  }));
  return { task: aim.task, findings, tested };
}

/** The test as data. */
export function summaryOf(
  { training, folds }: Plan,
  { task, findings, tested }: Examination,
  output: string,
): object {
  const targets = findings.map(({ target, measures, linear, importance, notes }) => ({
    target,
    test: measures ? { rows: measures.rows, folds } : null,
    measures: measures
      ? {
          ...measures,
          worst: measures.worst.map(({ row, ...rest }) => ({ line: tested.lines[row], ...rest })),
        }
      : null,
    linear: linear ?? null,
    importance,
    notes,
  }));
  const common = { task, model: output, rows: training.rows };
  return targets.length > 1 ? { ...common, targets } : { ...common, ...targets[0] };
}

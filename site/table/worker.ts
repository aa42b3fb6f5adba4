/** The worker of the page: it keeps the text of the table, and trains and measures models, so that the page stays alive. */

import { Classifier, Regressor } from "densely/table";
import type { Answer, Choices, Order, ReportData, Trained } from "./protocol.js";
import { readTable, thinned, withDecimalPoints, withTarget } from "./read.js";

/** The part of a worker's global that is used; the types of pages do not have it. */
interface WorkerScope {
  postMessage(message: Answer, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<Order>) => void) | null;
}
const scope = self as unknown as WorkerScope;

/** Tables below this many rows are tested by five-fold cross-validation; larger ones by their validation rows. */
const FOLDS_BELOW = 2000;

/** Rows that the importance is measured on at most. */
const IMPORTANCE_ROWS = 1000;

let table = { text: "", rows: 0 };
let abort: AbortController | undefined;

function read(given: string): void {
  const text = given.includes("\0") ? given : withDecimalPoints(given);
  const facts = readTable(text);
  table = { text, rows: facts.rows };
  scope.postMessage({ type: "table", table: facts });
}

async function train({ target, task, columns, missing }: Choices): Promise<Trained> {
  abort = new AbortController();
  const { text, leftOut } = withTarget(table.text, target, missing);
  const options = { target, columns: { ...columns }, missing: [...missing] };
  const model = task === "classification" ? new Classifier(options) : new Regressor(options);
  try {
    const report = await model.fit(text, {
      folds: table.rows < FOLDS_BELOW ? 5 : 0,
      signal: abort.signal,
      onEpoch: (epoch) => scope.postMessage({ type: "epoch", report: epoch }),
    });
    const some = thinned(text, IMPORTANCE_ROWS);
    const importance = model.importance(some.text);
    const html = report.toHTML({ importance });
    const data: ReportData = report.data;
    return { bytes: model.save(), data, importance, importanceRows: some.rows, leftOut, html };
  } finally {
    model.dispose();
    abort = undefined;
  }
}

async function obey(order: Order): Promise<void> {
  switch (order.type) {
    case "read":
      return read(order.text);
    case "train":
      return scope.postMessage({ type: "trained", trained: await train(order.choices) });
    case "stop":
      return abort?.abort();
  }
}

scope.onmessage = async ({ data: order }) => {
  try {
    await obey(order);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    scope.postMessage({ type: "fault", during: order.type === "read" ? "read" : "train", text });
  }
};

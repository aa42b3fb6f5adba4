/** The page of tables: reads one, lets the visitor choose, has a model trained in a worker, and shows it. */

import { type Classifier, load, type Regressor } from "densely/table";
import { progress } from "densely/ui";
import { find } from "../shared/dom.js";
import { choices, showChoices } from "./choices.js";
import { showColumns, showImportance } from "./columns.js";
import { showFiles } from "./files.js";
import { RowForm } from "./form.js";
import type { Answer, Order, TableFacts, Trained } from "./protocol.js";
import { showScore } from "./score.js";
import { bindSource } from "./source.js";

const readState = find("read", HTMLElement);
const readFault = find("read-fault", HTMLElement);
const chooseSection = find("choose", HTMLElement);
const trainButton = find("train", HTMLButtonElement);
const stopButton = find("stop", HTMLButtonElement);
const trainFault = find("train-fault", HTMLElement);
const bar = find("bar", HTMLElement);
const results = find("results", HTMLElement);

const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
const order = (message: Order): void => worker.postMessage(message);

let table: TableFacts | undefined;
let course = progress(bar);
let model: Classifier | Regressor | undefined;
let form: RowForm | undefined;
/** The row of the table that the form shows next. */
let nextRow = 0;

function complain(place: HTMLElement, text: string): void {
  place.textContent = text;
  place.hidden = text === "";
}

function setRunning(isRunning: boolean): void {
  trainButton.disabled = isRunning;
  stopButton.disabled = !isRunning;
}

function take(text: string): void {
  table = undefined;
  order({ type: "stop" });
  chooseSection.hidden = true;
  results.hidden = true;
  complain(readFault, "");
  readState.textContent = "";
  if (text.trim() !== "") order({ type: "read", text });
}

function showTable(facts: TableFacts): void {
  table = facts;
  readState.textContent = `${facts.rows.toLocaleString("en")} rows, ${facts.columns.length} columns.`;
  complain(trainFault, "");
  bar.replaceChildren();
  showChoices(facts);
  chooseSection.hidden = false;
}

function showSample(): void {
  if (!table || !form) return;
  form.show(table.samples[nextRow % table.samples.length]);
  // Steps through all samples in an order that jumps about: neighbours in a table are often alike.
  nextRow += 17;
}

function showTrained(trained: Trained): void {
  course.onTrainEnd();
  setRunning(false);
  const [{ name: target }] = trained.data.targets;
  model?.dispose();
  model = load(trained.bytes);
  showScore(trained);
  showImportance(trained);
  showColumns(trained.data.columns);
  showFiles(model, target, trained);
  form = new RowForm(model, target, trained.data.columns);
  showSample();
  results.hidden = false;
}

worker.onmessage = ({ data: answer }: MessageEvent<Answer>) => {
  switch (answer.type) {
    case "table":
      return showTable(answer.table);
    case "epoch":
      return course.onEpoch(answer.report);
    case "trained":
      if (!table) return setRunning(false);
      return showTrained(answer.trained);
    case "fault":
      setRunning(false);
      if (answer.during === "train") bar.replaceChildren();
      return complain(answer.during === "read" ? readFault : trainFault, answer.text);
  }
};
worker.onerror = ({ message }) => complain(readFault, `The worker could not start: ${message}`);

trainButton.addEventListener("click", () => {
  complain(trainFault, "");
  results.hidden = true;
  bar.replaceChildren();
  course = progress(bar);
  setRunning(true);
  order({ type: "train", choices: choices() });
});
stopButton.addEventListener("click", () => order({ type: "stop" }));
find("another", HTMLButtonElement).addEventListener("click", showSample);
bindSource(take);

/** The page of tables: reads one, lets the visitor choose, has a model trained in a worker, and shows it. */

import { type Classifier, load, type Regressor } from "densely/table";
import { progress } from "densely/ui";
import { find, make } from "../shared/dom.js";
import { faultOfWorker } from "../shared/worker.js";
import { choices, showChoices } from "./choices.js";
import { showColumns, showImportance } from "./columns.js";
import { showFiles } from "./files.js";
import { RowForm } from "./form.js";
import type { Answer, Order, SampleRow, TableFacts, Trained } from "./protocol.js";
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
const sample = find("sample", HTMLSelectElement);

let table: TableFacts | undefined;
let course = progress(bar);
let model: Classifier | Regressor | undefined;
let form: RowForm | undefined;

let worker = begin();
let isRunning = false;

const order = (message: Order): void => worker.postMessage(message);

function complain(place: HTMLElement, text: string): void {
  place.textContent = text;
  place.hidden = text === "";
}

function setRunning(is: boolean): void {
  isRunning = is;
  trainButton.disabled = isRunning;
  stopButton.disabled = !isRunning;
}

function take(text: string): void {
  table = undefined;
  if (isRunning) {
    // The model of the last table is not wanted any more.
    worker.terminate();
    worker = begin();
    setRunning(false);
  }
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

/** Offers rows of the table to try. */
function offerSamples(samples: readonly SampleRow[], target: string): void {
  const options = samples.map(({ number, fields }, i) =>
    make("option", { value: String(i) }, `${number}: ${fields[target] || "missing"}`),
  );
  sample.replaceChildren(make("option", { value: "", hidden: true }, "your own"), ...options);
  sample.value = "0";
  showSample();
}

function showSample(): void {
  const row = table?.samples[Number(sample.value)];
  if (row) form?.show(row);
}

/** Shows a row that is far from the last one: neighbours in a table are often alike. */
function showAnother(): void {
  if (!table) return;
  const { length } = table.samples;
  sample.value = String((Number(sample.value) + 17) % length);
  showSample();
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
  form = new RowForm(model, target, trained.data.columns, () => {
    sample.value = "";
  });
  offerSamples(table?.samples ?? [], target);
  results.hidden = false;
}

function hear({ data: answer }: MessageEvent<Answer>): void {
  switch (answer.type) {
    case "table":
      showTable(answer.table);
      return;
    case "epoch":
      course.onEpoch(answer.report);
      return;
    case "trained":
      showTrained(answer.trained);
      return;
    case "fault":
      setRunning(false);
      if (answer.during === "train") bar.replaceChildren();
      complain(answer.during === "read" ? readFault : trainFault, answer.text);
      return;
  }
}

/** Starts a worker without a table. */
function begin(): Worker {
  const started = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  started.onmessage = hear;
  started.onerror = (event) => complain(readFault, faultOfWorker(event));
  return started;
}

trainButton.addEventListener("click", () => {
  complain(trainFault, "");
  results.hidden = true;
  bar.replaceChildren();
  course = progress(bar);
  setRunning(true);
  order({ type: "train", choices: choices() });
});
stopButton.addEventListener("click", () => order({ type: "stop" }));
find("another", HTMLButtonElement).addEventListener("click", showAnother);
sample.addEventListener("change", showSample);
bindSource(take, (fault) => complain(readFault, fault));

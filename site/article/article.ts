/** The article: its functions as programs that the reader may change and run, and a training step number by number. */

import { make } from "../shared/dom.js";
import { runInto } from "../shared/example.js";
import { FUNCTIONS, preludeOf, programOf } from "./functions.js";
import { Stepper } from "./stepper.js";

const packageUrl = new URL("../package/", location.href);

/** Connects the field of a function with its buttons. */
function connect(name: string): void {
  const of = FUNCTIONS.find((entry) => entry.name === name);
  const section = document.getElementById(name);
  const field = section?.querySelector("textarea");
  const output = section?.querySelector<HTMLElement>(".output");
  if (!of || !field || !output) return;
  const runButton = make("button", { type: "button", className: "primary" }, "Run");
  const resetButton = make("button", { type: "button" }, "Reset");
  const lineNumbers = section?.querySelector(".editor .lines");
  const number = (): void => {
    const lines = field.value.split("\n").length;
    field.rows = lines;
    if (lineNumbers) lineNumbers.textContent = Array.from({ length: lines }, (_, i) => i + 1).join("\n");
  };
  // Another click begins anew: a changed program may run without an end.
  runButton.addEventListener("click", () => void runInto(output, preludeOf(of) + field.value, packageUrl));
  resetButton.addEventListener("click", () => {
    field.value = programOf(of);
    number();
    output.replaceChildren();
  });
  field.addEventListener("input", number);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) runButton.click();
  });
  output.before(make("div", { className: "row" }, runButton, resetButton));
  number();
}

for (const { name } of FUNCTIONS) connect(name);
new Stepper();

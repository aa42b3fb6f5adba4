/** Forward and backward, number by number: a drawing, an equation, and all matrices, with buttons to go through them. */

import { init_params } from "densely/article";
import { find, make } from "../shared/dom.js";
import { Drawing, numberOf } from "./drawing.js";
import { type NumberName, type Parameters, type Pass, passOf, type Step, shown } from "./trace.js";

/** Matrices in the order in which they are computed. */
const MATRICES: readonly (readonly [part: string, names: readonly string[]])[] = [
  ["Given", ["X", "Y", "W1", "b1", "W2", "b2"]],
  ["Forward", ["Z1", "A1", "Z2", "A2"]],
  ["Backward", ["dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1"]],
  ["Updated", ["W1'", "b1'", "W2'", "b2'"]],
];
const GIVEN = MATRICES[0][1];
const PLAY_MILLISECONDS = 900;

/** The article's first parameters, a hundred times as large, so that their numbers can be told apart. */
function firstParameters(): Parameters {
  return Object.fromEntries(
    Object.entries(init_params([2, 3, 1])).map(([name, rows]) => [
      name,
      rows.map((row) => row.map((value) => 100 * value)),
    ]),
  );
}

export class Stepper {
  readonly #drawing = new Drawing(find("drawing", HTMLDivElement));
  readonly #slider = find("step", HTMLInputElement);
  readonly #play = find("play", HTMLButtonElement);
  readonly #cells = new Map<NumberName, HTMLTableCellElement>();
  #params = firstParameters();
  #passes = 0;
  #costs: number[] = [];
  #pass: Pass;
  #timer: number | undefined;

  constructor() {
    this.#pass = this.#compute();
    this.#buildMatrices();
    this.#slider.addEventListener("input", () => this.#show());
    find("back", HTMLButtonElement).addEventListener("click", () => this.#move(-1));
    find("next", HTMLButtonElement).addEventListener("click", () => this.#move(1));
    this.#play.addEventListener("click", () => this.#toggle());
    find("again", HTMLButtonElement).addEventListener("click", () => this.#goOn());
    for (const id of ["x0", "x1", "y", "lr"]) {
      find(id, HTMLInputElement).addEventListener("input", () => this.#restart());
    }
    this.#restart();
  }

  #field(id: string): number {
    const { valueAsNumber, min, max } = find(id, HTMLInputElement);
    const value = Number.isFinite(valueAsNumber) ? valueAsNumber : 0;
    return Math.min(Math.max(value, Number(min)), Number(max));
  }

  #compute(): Pass {
    return passOf(this.#params, [this.#field("x0"), this.#field("x1")], this.#field("y"), this.#field("lr"));
  }

  /** Begins with the first parameters, at the first step. */
  #restart(): void {
    this.#params = firstParameters();
    this.#passes = 0;
    this.#costs = [];
    this.#begin(0);
  }

  /** Begins a pass with the parameters that the last one has made. */
  #goOn(): void {
    const { values } = this.#pass;
    this.#params = Object.fromEntries(["W1", "b1", "W2", "b2"].map((name) => [name, values[`${name}'`]]));
    this.#passes++;
    this.#begin(0);
  }

  #begin(step: number): void {
    this.#pass = this.#compute();
    this.#costs[this.#passes] = this.#pass.cost;
    this.#slider.max = String(this.#pass.steps.length - 1);
    this.#slider.value = String(step);
    this.#show();
  }

  #move(by: number): void {
    this.#slider.value = String(this.#slider.valueAsNumber + by);
    this.#show();
  }

  #toggle(): void {
    if (this.#timer !== undefined) {
      this.#stop();
      return;
    }
    if (this.#slider.value === this.#slider.max) this.#slider.value = "0";
    this.#play.textContent = "Pause";
    this.#timer = window.setInterval(() => {
      this.#move(1);
      if (this.#slider.value === this.#slider.max) this.#stop();
    }, PLAY_MILLISECONDS);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#play.textContent = "Play";
  }

  #buildMatrices(): void {
    const place = find("matrices", HTMLDivElement);
    for (const [part, names] of MATRICES) {
      const tables = names.map((name) => this.#table(name));
      place.append(
        make(
          "section",
          { className: "matrices-part" },
          make("h3", {}, part),
          make("div", { className: "row" }, ...tables),
        ),
      );
    }
  }

  #table(name: string): HTMLTableElement {
    const table = make("table", { className: "matrix" }, make("caption", {}, name));
    for (const [r, row] of this.#pass.values[name].entries()) {
      const line = table.insertRow();
      for (const c of row.keys()) this.#cells.set(`${name}[${r}][${c}]`, line.insertCell());
    }
    return table;
  }

  /** Names of all numbers that are known after a step. */
  #known(last: number): Set<NumberName> {
    const given = [...this.#cells.keys()].filter((name) => GIVEN.includes(name.split("[")[0]));
    return new Set([...given, ...this.#pass.steps.slice(0, last + 1).map(({ name }) => name)]);
  }

  #show(): void {
    const at = this.#slider.valueAsNumber;
    const step: Step = this.#pass.steps[at];
    const known = this.#known(at);
    this.#drawing.show(this.#pass, step, known);
    for (const [name, cell] of this.#cells) {
      cell.textContent = known.has(name) ? shown(numberOf(this.#pass.values, name)) : "·";
      cell.classList.toggle("computed", name === step.name);
      cell.classList.toggle("used", step.uses.includes(name));
    }
    const count = `${step.part}, step ${at + 1} of ${this.#pass.steps.length}`;
    find("part", HTMLParagraphElement).textContent = count;
    this.#slider.setAttribute("aria-valuetext", `${count}: ${step.name}`);
    find("equation", HTMLParagraphElement).textContent = step.equation;
    find("numbers", HTMLParagraphElement).textContent =
      `${step.name} = ${step.numbers} = ${shown(step.value)}`;
    find("back", HTMLButtonElement).disabled = at === 0;
    find("next", HTMLButtonElement).disabled = this.#slider.value === this.#slider.max;
    find("again", HTMLButtonElement).disabled = this.#slider.value !== this.#slider.max;
    const costs = this.#costs.map((cost) => cost.toFixed(4)).slice(-6);
    const isKnown = known.has("cost") || this.#passes > 0;
    find("costs", HTMLParagraphElement).textContent = isKnown
      ? `Cost of each pass: ${costs.join(" → ")}`
      : "";
  }
}

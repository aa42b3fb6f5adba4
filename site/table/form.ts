/** The form to try rows: a field for each column that the model reads, and its prediction as the fields change. */

import type { Classifier, Regressor } from "densely/table";
import { find, make } from "../shared/dom.js";
import { explain, explainNothing } from "./explanation.js";
import { bars, digits, percent } from "./parts.js";
import type { ColumnPlan, SampleRow } from "./protocol.js";

type Field = HTMLInputElement | HTMLSelectElement;

/** Classes whose probabilities are shown. */
const MOST_CLASSES = 12;

const form = find("form", HTMLFormElement);
const fault = find("form-fault", HTMLElement);
const output = find("prediction", HTMLOutputElement);

/** A field for a column, empty for a missing value. */
function fieldFor(plan: ColumnPlan): Field {
  if (plan.kind === "category") {
    const options = plan.levels.map((level) => make("option", { value: level }, level));
    return make("select", {}, make("option", { value: "" }, "(missing)"), ...options);
  }
  if (plan.kind === "number") return make("input", { type: "number", step: "any", placeholder: "missing" });
  return make("input", { type: "text", placeholder: plan.kind === "date" ? "2024-02-29" : "missing" });
}

/** The form of one model. */
export class RowForm {
  readonly #model: Classifier | Regressor;
  readonly #target: string;
  readonly #fields: readonly { plan: ColumnPlan; field: Field }[];

  /** @param onTyped called when the visitor changes a field. */
  constructor(
    model: Classifier | Regressor,
    target: string,
    columns: readonly ColumnPlan[],
    onTyped: () => void,
  ) {
    this.#model = model;
    this.#target = target;
    this.#fields = columns
      .filter(({ kind }) => kind !== "ignore")
      .map((plan) => ({ plan, field: fieldFor(plan) }));
    form.replaceChildren(
      ...this.#fields.map(({ plan, field }) =>
        make("label", { className: "field" }, make("span", {}, plan.name), field),
      ),
    );
    form.oninput = () => {
      onTyped();
      this.#predict();
    };
    form.onsubmit = (event) => event.preventDefault();
  }

  /** Fills the form with a row of the table. */
  show({ fields }: SampleRow): void {
    for (const { plan, field } of this.#fields) field.value = fields[plan.name] ?? "";
    this.#predict(fields[this.#target]);
  }

  #record(): Record<string, unknown> {
    const values = this.#fields.map(({ plan, field: { value } }) => {
      if (value.trim() === "") return [plan.name, undefined];
      return [plan.name, plan.kind === "number" ? Number(value) : value];
    });
    return Object.fromEntries(values);
  }

  /** @param actual the target of a row of the table. */
  #predict(actual?: string): void {
    fault.hidden = true;
    output.hidden = false;
    try {
      const record = this.#record();
      this.#show(record, actual);
      explain(this.#model, this.#target, record);
    } catch (error) {
      explainNothing();
      output.hidden = true;
      fault.hidden = false;
      fault.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  #show(record: Record<string, unknown>, actual: string | undefined): void {
    const prediction = this.#model.predict(record);
    const words = "labels" in this.#model ? String(prediction) : digits(Number(prediction));
    const inTable = actual ? ` (${actual} in the table)` : "";
    const verdict = make(
      "p",
      { className: "verdict" },
      `${this.#target}: `,
      make("strong", {}, words),
      make("span", { className: "soft" }, inTable),
    );
    if (!("probabilities" in this.#model)) {
      output.replaceChildren(verdict);
      return;
    }
    const probabilities = Object.entries(this.#model.probabilities(record));
    const rows = probabilities.map(([name, share]) => ({ name, share, words: percent(share) }));
    const shown =
      rows.length > MOST_CLASSES ? rows.sort((a, b) => b.share - a.share).slice(0, MOST_CLASSES) : rows;
    output.replaceChildren(verdict, bars(shown));
  }
}

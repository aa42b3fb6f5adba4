/** The listing of explain() as a table that is renewed while it trains. */

import { make } from "../../shared/dom.js";
import type { Line } from "../worker/protocol.js";

export class ListingView {
  readonly #table: HTMLTableElement;
  #rows: HTMLTableRowElement[] = [];
  #equations = "";

  constructor(table: HTMLTableElement) {
    this.#table = table;
  }

  show(lines: readonly Line[]): void {
    const equations = lines.map(({ equation, address }) => equation + address).join("\n");
    if (equations !== this.#equations) this.#build(lines);
    this.#equations = equations;
    lines.forEach(({ values }, i) => {
      const cell = this.#rows[i].cells[3];
      if (cell.textContent !== values) cell.textContent = values;
    });
  }

  #build(lines: readonly Line[]): void {
    const head = ["Equation", "Shape", "Address", "Values"].map((name) => make("th", { scope: "col" }, name));
    this.#rows = lines.map(({ equation, shape, address }) =>
      make("tr", {}, ...[equation, shape, address, ""].map((text) => make("td", {}, text))),
    );
    this.#table.replaceChildren(make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...this.#rows));
  }
}

/** The listing of explain() as a table that is renewed while it trains. */

import { make } from "../../shared/dom.js";
import type { Line } from "../worker/protocol.js";

export class ListingView {
  readonly #table: HTMLTableElement;
  #rows: HTMLTableRowElement[] = [];
  #equations = "";

  constructor(table: HTMLTableElement) {
    this.#table = table;
    table.role = "table";
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

  /** Roles are named: rows are laid out as grids, and browsers would take such a table for none. */
  #build(lines: readonly Line[]): void {
    const head = ["Equation", "Shape", "Address", "Values"].map((name) =>
      make("th", { role: "columnheader" }, name),
    );
    this.#rows = lines.map(({ equation, shape, address }) =>
      make(
        "tr",
        { role: "row" },
        ...[equation, shape, address, ""].map((text) => make("td", { role: "cell" }, text)),
      ),
    );
    this.#table.replaceChildren(
      make("thead", { role: "rowgroup", className: "unseen" }, make("tr", { role: "row" }, ...head)),
      make("tbody", { role: "rowgroup" }, ...this.#rows),
    );
  }
}

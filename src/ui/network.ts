import { checkOptions, whole } from "../model/check.js";
import { exported } from "../model/exported.js";
import { checkNetwork, type NetworkLike } from "../network/check-network.js";
import { measureText } from "../record/course-text.js";
import { COLOURS, checkElement, inFrames, svg } from "./element.js";
import { type Column, columnsOf, heightsOf } from "./layout.js";

/** Options of network. */
export interface NetworkOptions {
  /** Units that are drawn of a layer, at most; of more, the first and the last. Default 10. */
  most?: number | undefined;
}

/** The picture of a network. */
export interface NetworkDrawing {
  /** Draws the parameters that the network has in the next frame: for onEpoch of fit, and after any other change. */
  onEpoch(): void;
}

const RULES = { most: whole(10, 2, 100) };
const STEP = 30;
const RADIUS = 9;
const COLUMN = 130;
const LINE_HEIGHT = 15;
const WIDEST = 6;

/** A weight in the picture. */
interface Edge {
  line: SVGLineElement;
  title: SVGTitleElement;
  /** Its parameter and its place in it. */
  W: string;
  index: number;
  name: string;
}

/** A unit with a bias in the picture. */
interface Node {
  title: SVGTitleElement;
  b: string;
  index: number;
  name: string;
}

/**
 * Draws a network in an element: the units of each layer, and a line for each weight, as wide as the weight is large, in one
 * colour for positive and in another for negative ones. The numbers appear under the pointer.
 *
 *      await model.fit(x, y, { epochs: 100, ...network(element, model) });
 *
 * It takes the colours of the page; --densely-positive and --densely-negative are those of the weights.
 * @param element its contents are replaced.
 * @param network a Network of "densely" or "densely/core".
 * @param options most.
 * @throws SpecError
 */
export const network = /* @__PURE__ */ exported(
  "network(element, network, options)",
  (element: HTMLElement, network: NetworkLike, options: NetworkOptions = {}): NetworkDrawing => {
    const place = checkElement(element, "network");
    const subject = checkNetwork(network, "network");
    const { most } = checkOptions(RULES, options, "network");
    const drawing = new Drawing(place, subject, columnsOf(subject.spec, most));
    drawing.write();
    return { onEpoch: inFrames(place, () => drawing.write()) };
  },
);

class Drawing {
  readonly #place: HTMLElement;
  readonly #network: NetworkLike;
  readonly #picture: SVGSVGElement;
  /** Height of the middle of all columns. */
  readonly #middle: number;
  readonly #edges: Edge[] = [];
  readonly #nodes: Node[] = [];

  constructor(place: HTMLElement, network: NetworkLike, columns: readonly Column[]) {
    this.#place = place;
    this.#network = network;
    const places = columns.map((column) => heightsOf(column, STEP));
    this.#middle = Math.max(...places.map((heights) => -heights[0])) + RADIUS + 2;
    const lines = Math.max(...columns.map(({ words }) => words.length)) + 1;
    const [width, height] = [COLUMN * columns.length, 2 * this.#middle + LINE_HEIGHT * lines];
    const name = `Network of ${columns.map(({ words }) => words.join(" and ")).join(", ")}`;
    this.#picture = svg(
      place,
      "svg",
      { role: "img", "aria-label": name, viewBox: `0 0 ${width} ${height}` },
      { display: "block", width: "100%", maxWidth: `${width * 1.5}px` },
    );
    // Units cover the ends of the weights.
    for (let c = 1; c < columns.length; c++) this.#drawWeights(c, columns, places);
    for (const [c, column] of columns.entries()) this.#drawColumn(c, column, places[c]);
    place.replaceChildren(this.#picture);
  }

  /** Draws the weights from a column to the next one, whose number is given. */
  #drawWeights(c: number, columns: readonly Column[], places: readonly number[][]): void {
    const [from, to] = [columns[c - 1], columns[c]];
    const { W } = to;
    if (!W) return;
    const [x1, x2] = [centre(c - 1), centre(c)];
    for (const [u, unit] of to.shown.entries()) {
      for (const [i, input] of from.shown.entries()) {
        const [y1, y2] = [places[c - 1][i], places[c][u]].map((y) => this.#middle + y);
        const line = svg(this.#place, "line", { x1, y1, x2, y2 });
        const name = `${W}[${unit}][${input}]`;
        this.#edges.push({ line, title: this.#titleOf(line), W, index: unit * from.units + input, name });
      }
    }
  }

  /** Draws the units of a column, and the words under it. */
  #drawColumn(c: number, { words, units, shown, b }: Column, heights: readonly number[]): void {
    const cx = centre(c);
    for (const [u, unit] of shown.entries()) {
      const styles = { fill: "var(--densely-unit, Canvas)", stroke: COLOURS.text, strokeWidth: "1.5" };
      const circle = svg(this.#place, "circle", { cx, cy: this.#middle + heights[u], r: RADIUS }, styles);
      const title = this.#titleOf(circle);
      title.textContent = `${c === 0 ? "input" : "unit"} ${unit}`;
      if (b) this.#nodes.push({ title, b, index: unit, name: `${b}[${unit}]` });
    }
    const gap = heights[Math.ceil(shown.length / 2) - 1] + STEP;
    if (units > shown.length) this.#write("⋮", cx, this.#middle + gap + 4);
    for (const [i, text] of words.entries()) {
      this.#write(text, cx, 2 * this.#middle + LINE_HEIGHT * (i + 1));
    }
  }

  #write(text: string, x: number, y: number): void {
    const styles = { fill: COLOURS.text, fontSize: "12px" };
    const word = svg(this.#place, "text", { x, y, "text-anchor": "middle" }, styles);
    word.textContent = text;
    this.#picture.append(word);
  }

  /** Adds a shape to the picture, and returns its title, which the pointer shows. */
  #titleOf(shape: SVGElement): SVGTitleElement {
    const title = svg(this.#place, "title");
    shape.append(title);
    this.#picture.append(shape);
    return title;
  }

  /** Writes the parameters into the picture. The widest line of each layer is that of its largest weight. */
  write(): void {
    const parameters = this.#network.getParams();
    const largest: Record<string, number> = {};
    for (const { W, index } of this.#edges) {
      largest[W] = Math.max(largest[W] ?? 0, Math.abs(parameters[W][index]));
    }
    for (const { line, title, W, index, name } of this.#edges) {
      const value = parameters[W][index];
      const share = largest[W] > 0 ? Math.abs(value) / largest[W] : 0;
      line.style.stroke = value < 0 ? COLOURS.negative : COLOURS.positive;
      line.style.strokeWidth = `${(WIDEST * share).toFixed(2)}px`;
      title.textContent = `${name} = ${measureText(value)}`;
    }
    for (const { title, b, index, name } of this.#nodes) {
      title.textContent = `${name} = ${measureText(parameters[b][index])}`;
    }
  }
}

const centre = (column: number): number => COLUMN * (column + 0.5);

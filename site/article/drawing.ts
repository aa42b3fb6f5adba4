/** The 2-3-1 network as a picture, with the numbers that are known at a step. */

import type { NumberName, Pass, Step } from "./trace.js";
import { shown } from "./trace.js";

const SVG = "http://www.w3.org/2000/svg";
const SIZE = { width: 440, height: 380 };
const RADIUS = 26;
/** Centres of the units: inputs, hidden units, and the output. */
const COLUMNS: readonly (readonly { x: number; y: number }[])[] = [
  [125, 255].map((y) => ({ x: 34, y })),
  [62, 190, 318].map((y) => ({ x: 232, y })),
  [190].map((y) => ({ x: 398, y })),
];
/** Share of the way to the next layer at which a weight is written, so that no two of them meet. */
const PLACES = [0.7, 0.45];

/** Names of which the last one known is written in one place. */
type Place = readonly { readonly name: NumberName; readonly prefix: string }[];

/** A text or a shape with the numbers that it stands for. */
interface Part {
  readonly shape: SVGElement;
  readonly text: SVGTextElement | undefined;
  readonly place: Place;
}

export class Drawing {
  readonly #picture: SVGSVGElement;
  readonly #parts: Part[] = [];

  constructor(place: HTMLElement) {
    this.#picture = document.createElementNS(SVG, "svg");
    this.#picture.setAttribute("viewBox", `0 0 ${SIZE.width} ${SIZE.height}`);
    this.#picture.setAttribute("role", "img");
    for (const layer of [1, 2]) this.#drawWeights(layer);
    for (const layer of [0, 1, 2]) this.#drawUnits(layer);
    place.append(this.#picture);
  }

  #make(tag: string, attributes: Record<string, string | number>, className: string): SVGElement {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    element.setAttribute("class", className);
    this.#picture.append(element);
    return element;
  }

  #write(x: number, y: number, className: string, place: Place): void {
    const text = this.#make("text", { x, y, "text-anchor": "middle" }, className) as SVGTextElement;
    this.#parts.push({ shape: text, text, place });
  }

  #drawWeights(layer: number): void {
    COLUMNS[layer].forEach((to, unit) => {
      COLUMNS[layer - 1].forEach((from, input) => {
        const place = ["W", "dW", "W'"].map((kind) => ({
          name: `${kind.replace("W", `W${layer}`)}[${unit}][${input}]`,
          prefix: kind === "dW" ? "dW " : "",
        }));
        const line = this.#make("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y }, "weight");
        this.#parts.push({ shape: line, text: undefined, place });
        const share = PLACES[layer - 1];
        const at = (a: number, b: number): number => a + share * (b - a);
        this.#write(at(from.x, to.x), at(from.y, to.y) + 4, "number", place);
      });
    });
  }

  #drawUnits(layer: number): void {
    COLUMNS[layer].forEach(({ x, y }, unit) => {
      const value = layer === 0 ? "X" : `A${layer}`;
      const place = [{ name: `${value}[${unit}][0]`, prefix: "" }];
      const circle = this.#make("circle", { cx: x, cy: y, r: RADIUS }, "unit");
      this.#parts.push({ shape: circle, text: undefined, place });
      this.#write(x, y + 4, "number", place);
      if (layer === 0) return;
      const named = (kind: string, prefix: string) => ({ name: `${kind}[${unit}][0]`, prefix });
      this.#write(x, y - RADIUS - 7, "number", [
        named(`Z${layer}`, "Z "),
        named(`dA${layer}`, "dA "),
        named(`dZ${layer}`, "dZ "),
      ]);
      this.#write(x, y + RADIUS + 15, "number", [
        named(`b${layer}`, "b "),
        named(`db${layer}`, "db "),
        named(`b${layer}'`, "b "),
      ]);
    });
  }

  /** Shows the numbers that are known after a step, and marks those that it uses and the one that it computes. */
  show({ values }: Pass, step: Step, known: ReadonlySet<NumberName>): void {
    for (const { shape, text, place } of this.#parts) {
      const last = place.filter(({ name }) => known.has(name)).at(-1);
      if (text) text.textContent = last ? `${last.prefix}${shown(numberOf(values, last.name))}` : "";
      const names = place.map(({ name }) => name);
      shape.classList.toggle("computed", names.includes(step.name));
      shape.classList.toggle(
        "used",
        step.uses.some((name) => names.includes(name)),
      );
    }
    this.#picture.setAttribute(
      "aria-label",
      `A network of 2 inputs, 3 hidden units and 1 output; ${step.name} is ${shown(step.value)}`,
    );
  }
}

/** The number with a name. */
export function numberOf(values: Pass["values"], name: NumberName): number {
  const [matrix, r, c] = name.replaceAll("]", "").split("[");
  return values[matrix][Number(r)][Number(c)];
}

/** The network as it is drawn: a column for each layer with its controls, a map in each unit, and the weights as lines. */

import type { ActivationName } from "densely";
import { pixels } from "../../shared/canvas.js";
import { make } from "../../shared/dom.js";
import { paletteOf } from "../../shared/scale.js";
import { isDark } from "../../shared/theme.js";
import { EXTENT } from "../data/points.js";
import { outputsOf } from "../model/network.js";
import { type HiddenLayer, MOST_LAYERS, MOST_UNITS } from "../model/settings.js";
import { ACTIVATIONS } from "../model/vocabulary.js";
import type { Store } from "../store.js";
import { placesOf } from "../worker/plane.js";
import type { Frame } from "../worker/protocol.js";
import { PLANE_SIDE, UNIT_SIDE } from "../worker/protocol.js";
import { type Boxes, drawEdges, type Focus } from "./edges.js";
import { paintOutputs, paintUnit } from "./maps.js";
import { Pace } from "./pace.js";

/** Values of the inputs over the plane, [places][2], from -1 to 1. */
const INPUTS = placesOf(UNIT_SIDE).map((value) => value / EXTENT);

/** Most maps of units that a frame of a training draws. */
const MAPS_AT_ONCE = 40;

/** Beyond this many lines, they are drawn once in this many milliseconds while it trains. */
const MANY_LINES = 300;
const LINES_INTERVAL = 50;

/** Size of a unit in pixels by the number of units in its layer; layers of many stand in several columns. */
function sizeOf(units: number): { size: number; columns: number } {
  if (units <= 8) return { size: 40, columns: 1 };
  if (units <= 12) return { size: 30, columns: 1 };
  return { size: 26, columns: Math.ceil(units / 14) };
}

/** Column k of a matrix whose rows have this many columns. */
function columnOf(matrix: Float32Array, columns: number, k: number): Float32Array {
  const column = new Float32Array(matrix.length / columns);
  for (let row = 0, at = k; row < column.length; row++, at += columns) column[row] = matrix[at];
  return column;
}

export class NetworkView {
  readonly #parent: HTMLElement;
  readonly #store: Store;
  readonly #edges = make("canvas", { className: "edges", "aria-hidden": "true" });
  /** The canvases of the units of each layer, inputs first. */
  #maps: HTMLCanvasElement[][] = [];
  #boxes: Boxes = [];
  #frame: Frame | undefined;
  #focus: Focus | undefined;
  readonly #linesPace = new Pace(LINES_INTERVAL);
  /** Number of the frame. */
  #turn = 0;

  constructor(parent: HTMLElement, store: Store) {
    this.#parent = parent;
    this.#store = store;
    new ResizeObserver(() => this.#measure()).observe(parent);
  }

  get boxes(): Boxes {
    return this.#boxes;
  }

  /** Builds the columns of the layers anew. */
  build(): void {
    const { settings, own, classes } = this.#store;
    const axes = settings.data === "own" ? own.axes : ["x1", "x2"];
    const last = outputsOf(classes);
    const columns = [
      this.#column(0, 2, make("p", { className: "head" }, axes.join(", "))),
      ...settings.layers.map((layer, i) => this.#column(i + 1, layer.units, this.#controls(layer, i))),
      this.#addColumn(),
      this.#column(settings.layers.length + 1, last, make("p", { className: "head" }, "Output")),
    ];
    this.#maps = [];
    this.#parent.replaceChildren(this.#edges, ...columns);
    for (const column of this.#parent.querySelectorAll(".units")) {
      this.#maps.push([...column.querySelectorAll("canvas")]);
    }
    this.#paintInputs();
    this.#frame = undefined;
    this.#measure();
  }

  /** The unit whose lines stand out; undefined for none. */
  setFocus(focus: Focus | undefined): void {
    this.#focus = focus;
    this.#drawEdges();
  }

  /** Draws a frame. While a large network trains, its maps take turns, and its many lines are drawn less often. */
  draw(frame: Frame): void {
    this.#frame = frame;
    this.#turn++;
    const palette = paletteOf(isDark());
    const units = frame.units.reduce((sum, map) => sum + map.length / UNIT_SIDE ** 2, 0);
    const turns = frame.isRunning ? Math.ceil(units / MAPS_AT_ONCE) : 1;
    let place = this.#turn;
    frame.units.forEach((map, layer) => {
      const canvases = this.#maps[layer + 1] ?? [];
      if (map.length !== canvases.length * UNIT_SIDE ** 2) return;
      canvases.forEach((canvas, unit) => {
        if (place++ % turns > 0) return;
        pixels(canvas, UNIT_SIDE, (data) => paintUnit(data, map, canvases.length, unit, palette));
      });
    });
    this.#paintOutputs(frame);
    const lines = frame.weights.reduce((sum, { W }) => sum + W.length, 0);
    if (!frame.isRunning || lines <= MANY_LINES || this.#linesPace.isDue()) this.#drawEdges();
  }

  #paintInputs(): void {
    const palette = paletteOf(isDark());
    this.#maps[0].forEach((canvas, i) => {
      pixels(canvas, UNIT_SIDE, (data) => paintUnit(data, INPUTS, 2, i, palette));
    });
  }

  /** The last column: the output itself, or the probability of each class as 2p - 1. */
  #paintOutputs({ plane }: Frame): void {
    const canvases = this.#maps.at(-1) ?? [];
    const { classes } = this.#store;
    const palette = paletteOf(isDark());
    if (plane.length !== canvases.length * PLANE_SIDE ** 2) return;
    canvases.forEach((canvas, k) => {
      const one = canvases.length === 1 ? plane : columnOf(plane, canvases.length, k);
      pixels(canvas, PLANE_SIDE, (data) => paintOutputs(data, one, Math.min(2, classes), palette));
    });
  }

  #drawEdges(): void {
    const { scrollWidth, clientHeight } = this.#parent;
    if (this.#frame)
      drawEdges(this.#edges, [scrollWidth, clientHeight], this.#boxes, this.#frame.weights, this.#focus);
  }

  /** Measures where the units are. */
  #measure(): void {
    const { left, top } = this.#parent.getBoundingClientRect();
    this.#boxes = this.#maps.map((canvases) =>
      canvases.map((canvas) => {
        const box = canvas.getBoundingClientRect();
        return { left: box.left - left, right: box.right - left, middle: (box.top + box.bottom) / 2 - top };
      }),
    );
    this.#edges.style.width = `${this.#parent.scrollWidth}px`;
    this.#edges.style.height = `${this.#parent.clientHeight}px`;
    this.#drawEdges();
  }

  #column(layer: number, units: number, head: HTMLElement): HTMLElement {
    const { size, columns } = sizeOf(units);
    const list = make("div", { className: "units" });
    list.style.setProperty("--size", `${size}px`);
    list.style.setProperty("--columns", String(columns));
    for (let unit = 0; unit < units; unit++) list.append(this.#unit(layer, unit));
    return make("div", { className: "column" }, head, list);
  }

  #unit(layer: number, unit: number): HTMLElement {
    const { layers } = this.#store.settings;
    const isOutput = layer > layers.length;
    const name =
      layer === 0
        ? `Input ${unit + 1}`
        : isOutput
          ? `Output ${unit + 1}`
          : `Layer ${layer}, unit ${unit + 1}`;
    const canvas = make("canvas", {});
    return make(
      "button",
      { className: "unit", type: "button", "aria-label": name, "data-layer": layer, "data-unit": unit },
      canvas,
    );
  }

  /** The controls of hidden layer number i, from 0. */
  #controls({ units, activation }: HiddenLayer, i: number): HTMLElement {
    const name = `layer ${i + 1}`;
    const button = (text: string, label: string, isDisabled: boolean, act: () => void) => {
      const element = make(
        "button",
        { type: "button", className: "quiet", "aria-label": label, disabled: isDisabled },
        text,
      );
      element.addEventListener("click", act);
      return element;
    };
    const select = make("select", { "aria-label": `Activation of ${name}` });
    for (const known of ACTIVATIONS) select.append(make("option", { value: known }, known));
    select.value = activation;
    select.addEventListener("change", () =>
      this.#change(i, { units, activation: select.value as ActivationName }),
    );
    const widen = (by: number) => this.#change(i, { units: units + by, activation });
    return make(
      "div",
      { className: "head controls" },
      make(
        "div",
        { className: "stepper", role: "group", "aria-label": `Units of ${name}` },
        button("−", `One unit less in ${name}`, units <= 1, () => widen(-1)),
        make("output", {}, String(units)),
        button("+", `One unit more in ${name}`, units >= MOST_UNITS, () => widen(1)),
      ),
      select,
      button("Remove", `Remove ${name}`, false, () => this.#change(i, undefined)),
    );
  }

  #addColumn(): HTMLElement {
    const { layers } = this.#store.settings;
    const add = make(
      "button",
      { type: "button", disabled: layers.length >= MOST_LAYERS, "aria-label": "Add a layer" },
      "+ Layer",
    );
    add.addEventListener("click", () => {
      const last = layers.at(-1) ?? { units: 6, activation: "tanh" };
      this.#store.change({ layers: [...layers, last] });
    });
    return make("div", { className: "column add" }, add);
  }

  /** Replaces hidden layer i; without another one it goes. */
  #change(i: number, layer: HiddenLayer | undefined): void {
    const focused = document.activeElement?.getAttribute("aria-label");
    this.#store.change({ layers: this.#store.settings.layers.toSpliced(i, 1, ...(layer ? [layer] : [])) });
    if (focused) this.#parent.querySelector<HTMLElement>(`[aria-label="${focused}"]`)?.focus();
  }
}

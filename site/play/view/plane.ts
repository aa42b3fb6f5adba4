/** The large plot: the output, or one unit, over the plane, with the points on it. */

import { pixels, sharp } from "../../shared/canvas.js";
import { make } from "../../shared/dom.js";
import { colorOf, cssOf, type Palette, packed, paletteOf, type Rgb } from "../../shared/scale.js";
import { isDark } from "../../shared/theme.js";
import { EXTENT, type Points, type Split } from "../data/points.js";
import { UNIT_SIDE } from "../worker/protocol.js";
import { paintOutputs, paintUnit } from "./maps.js";

/** A place of the plane. */
export interface Place {
  readonly x1: number;
  readonly x2: number;
}

/** The colour of a point: of its class, or of its number. */
function colorOfPoint(y: number, classes: number, palette: Palette): Rgb {
  return classes > 0 ? palette.classes[y] : colorOf(y, palette);
}

export class PlaneView {
  readonly #map = make("canvas", { className: "map" });
  readonly #overlay = make("canvas", {
    className: "points",
    tabIndex: 0,
    role: "img",
    "aria-describedby": "plane-text",
  });
  readonly #first = make("span", { className: "axis across" });
  readonly #second = make("span", { className: "axis up" });
  #split: Split | undefined;
  #points: Points | undefined;
  #size = 0;
  /** The place of the keyboard's cross; undefined while it is not shown. */
  #cross: Place | undefined;
  showsTest = true;

  constructor(parent: HTMLElement) {
    parent.append(this.#map, this.#overlay, this.#first, this.#second);
    new ResizeObserver(() => this.drawPoints()).observe(parent);
  }

  /** The element that the pointer and the keyboard act on. */
  get surface(): HTMLCanvasElement {
    return this.#overlay;
  }

  /** Names the plot and its axes. */
  label(text: string, axes: readonly [string, string]): void {
    this.#overlay.ariaLabel = text;
    [this.#first.textContent, this.#second.textContent] = axes;
  }

  set(points: Points, split: Split | undefined): void {
    this.#points = points;
    this.#split = split;
    this.drawPoints();
  }

  /** Moves the cross of the keyboard; without a place it goes. */
  setCross(cross: Place | undefined): void {
    this.#cross = cross;
    this.drawPoints();
  }

  showOutputs(outputs: Float32Array, side: number, classes: number): void {
    pixels(this.#map, side, (data) => paintOutputs(data, outputs, classes, paletteOf(isDark())));
  }

  /** Shows one unit of a layer in place of the outputs. */
  showUnit(map: Float32Array, units: number, unit: number): void {
    pixels(this.#map, UNIT_SIDE, (data) => paintUnit(data, map, units, unit, paletteOf(isDark())));
  }

  /** Shows no values, where there is no network. */
  showNothing(): void {
    pixels(this.#map, 1, (data) => data.fill(packed(paletteOf(isDark()).zero)));
  }

  /** The place under a pointer. */
  placeAt({ clientX, clientY }: PointerEvent): Place {
    const { left, top, width, height } = this.#overlay.getBoundingClientRect();
    return {
      x1: EXTENT * ((2 * (clientX - left)) / width - 1),
      x2: -EXTENT * ((2 * (clientY - top)) / height - 1),
    };
  }

  drawPoints(): void {
    this.#size = this.#overlay.parentElement?.clientWidth ?? 0;
    if (this.#size === 0) return;
    const context = sharp(this.#overlay, this.#size, this.#size);
    const palette = paletteOf(isDark());
    if (this.#split) {
      if (this.showsTest) this.#drawAll(context, this.#split.test, palette, true);
      this.#drawAll(context, this.#split.train, palette, false);
    } else if (this.#points) this.#drawAll(context, this.#points, palette, false);
    if (this.#cross) this.#drawCross(context, this.#cross);
  }

  #toPixels(x1: number, x2: number): [number, number] {
    const half = this.#size / 2;
    return [half * (1 + x1 / EXTENT), half * (1 - x2 / EXTENT)];
  }

  #drawAll(
    context: CanvasRenderingContext2D,
    { x, y, classes }: Points,
    palette: Palette,
    isTest: boolean,
  ): void {
    const radius = this.#size < 300 || y.length > 600 ? 2.6 : 3.6;
    const [paper, soft] = isDark() ? ["#14161b", "#a9abb3"] : ["#ffffff", "#55565c"];
    context.lineWidth = isTest ? 1.8 : 1;
    for (let i = 0; i < y.length; i++) {
      const [left, top] = this.#toPixels(x[2 * i], x[2 * i + 1]);
      const color = cssOf(colorOfPoint(y[i], classes, palette));
      // A ring of the colour of a number near 0 would not be seen.
      const isRing = isTest && classes > 0;
      context.beginPath();
      context.arc(left, top, radius, 0, 2 * Math.PI);
      context.fillStyle = isRing ? paper : color;
      context.strokeStyle = isRing ? color : isTest ? soft : "#ffffff";
      context.fill();
      context.stroke();
    }
  }

  #drawCross(context: CanvasRenderingContext2D, { x1, x2 }: Place): void {
    const [left, top] = this.#toPixels(x1, x2);
    context.strokeStyle = isDark() ? "#ffffff" : "#000000";
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [dx, dy] of [
      [12, 0],
      [0, 12],
    ]) {
      context.moveTo(left - dx, top - dy);
      context.lineTo(left + dx, top + dy);
    }
    context.stroke();
  }
}

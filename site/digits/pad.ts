/** The pad: strokes by pointer, as ink that stays sharp. */

import { sharp } from "../shared/canvas.js";
import type { Spot, Stroke } from "./raster.js";

/** Width of the ink, as a share of the pad. */
const INK = 0.065;

export class Pad {
  readonly #canvas: HTMLCanvasElement;
  readonly #onChange: (strokes: readonly Stroke[]) => void;
  #strokes: Spot[][] = [];
  /** A picture under the strokes. */
  #picture: HTMLCanvasElement | undefined;

  /** @param onChange called with all strokes, as spots on a pad whose sides are 1. */
  constructor(canvas: HTMLCanvasElement, onChange: (strokes: readonly Stroke[]) => void) {
    this.#canvas = canvas;
    this.#onChange = onChange;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#picture = undefined;
      this.#strokes.push([]);
      this.#add(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      // Fast pointers report several places at a time.
      const all = event.getCoalescedEvents?.() ?? [];
      for (const one of all.length > 0 ? all : [event]) this.#add(one);
    });
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  clear(): void {
    this.#strokes = [];
    this.#picture = undefined;
    this.draw();
    this.#onChange(this.#strokes);
  }

  /** Shows a picture in place of strokes. The first stroke wipes it off. */
  show(picture: HTMLCanvasElement): void {
    this.#strokes = [];
    this.#picture = picture;
    this.draw();
  }

  #add({ clientX, clientY }: PointerEvent): void {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    this.#strokes.at(-1)?.push({ x: (clientX - left) / width, y: (clientY - top) / height });
    this.draw();
    this.#onChange(this.#strokes);
  }

  draw(): void {
    const side = this.#canvas.clientWidth;
    if (side === 0) return;
    const context = sharp(this.#canvas, side, side);
    if (this.#picture) context.drawImage(this.#picture, 0, 0, side, side);
    context.strokeStyle = getComputedStyle(this.#canvas).color;
    context.lineWidth = INK * side;
    context.lineCap = "round";
    context.lineJoin = "round";
    for (const [first, ...others] of this.#strokes) {
      context.beginPath();
      context.moveTo(first.x * side, first.y * side);
      for (const { x, y } of others.length > 0 ? others : [first]) context.lineTo(x * side, y * side);
      context.stroke();
    }
  }
}

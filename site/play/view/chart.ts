/** The losses by epoch, on a logarithmic scale. */

import { sharp } from "../../shared/canvas.js";
import { show } from "./numbers.js";

interface Entry {
  readonly epoch: number;
  readonly train: number;
  readonly test: number;
}

/** Most entries that are kept. Beyond them every second one goes. */
const MOST = 800;

const MARGIN = { left: 44, right: 8, top: 8, bottom: 20 };

export class LossChart {
  readonly #canvas: HTMLCanvasElement;
  #entries: Entry[] = [];

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  clear(): void {
    this.#entries = [];
    this.draw();
  }

  /** Keeps an entry, which the next `draw` shows. */
  add(entry: Entry): void {
    if (entry.epoch === this.#entries.at(-1)?.epoch) return;
    this.#entries.push(entry);
    if (this.#entries.length > MOST) this.#entries = this.#entries.filter((_, i) => i % 2 === 0);
  }

  draw(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (width === 0) return;
    const context = sharp(this.#canvas, width, height);
    const style = getComputedStyle(this.#canvas);
    const losses = this.#entries.flatMap(({ train, test }) => [train, test]).filter((loss) => loss > 0);
    const last = this.#entries.at(-1)?.epoch ?? 0;
    const [low, high] = decadesOf(losses);
    const x = (epoch: number) =>
      MARGIN.left + ((width - MARGIN.left - MARGIN.right) * epoch) / Math.max(1, last);
    const y = (loss: number) => {
      const share = (Math.log10(Math.max(loss, 10 ** low)) - low) / (high - low);
      return height - MARGIN.bottom - (height - MARGIN.top - MARGIN.bottom) * share;
    };
    context.font = `11px ${style.fontFamily}`;
    context.fillStyle = style.color;
    this.#grid(context, { low, high, width, last, x, y });
    this.#line(context, style.getPropertyValue("--chart-train"), ({ train }) => train, x, y);
    this.#line(context, style.getPropertyValue("--chart-test"), ({ test }) => test, x, y);
  }

  #grid(
    context: CanvasRenderingContext2D,
    frame: {
      low: number;
      high: number;
      width: number;
      last: number;
      x: (epoch: number) => number;
      y: (loss: number) => number;
    },
  ): void {
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (let decade = Math.ceil(frame.low); decade <= frame.high; decade++) {
      const top = frame.y(10 ** decade);
      context.globalAlpha = 0.18;
      context.fillRect(MARGIN.left, top, frame.width - MARGIN.left - MARGIN.right, 1);
      context.globalAlpha = 1;
      context.fillText(show(10 ** decade), MARGIN.left - 6, top);
    }
    context.textBaseline = "alphabetic";
    const bottom = frame.y(10 ** frame.low) + 15;
    context.fillText(
      `${Math.floor(frame.last).toLocaleString("en")} epochs`,
      frame.width - MARGIN.right,
      bottom,
    );
  }

  #line(
    context: CanvasRenderingContext2D,
    color: string,
    loss: (entry: Entry) => number,
    x: (epoch: number) => number,
    y: (loss: number) => number,
  ): void {
    context.strokeStyle = color;
    context.lineWidth = 1.75;
    context.lineJoin = "round";
    context.beginPath();
    for (const entry of this.#entries) context.lineTo(x(entry.epoch), y(loss(entry)));
    context.stroke();
  }
}

/** The powers of ten that enclose losses, at least one decade. */
function decadesOf(losses: readonly number[]): [low: number, high: number] {
  if (losses.length === 0) return [-2, 0];
  const low = Math.max(-8, Math.log10(Math.min(...losses)));
  const high = Math.log10(Math.max(...losses));
  const [floor, ceiling] = [Math.floor(low * 2) / 2, Math.ceil(high * 2) / 2];
  return [Math.min(floor, ceiling - 1), ceiling];
}

/** Makes the pixels of a digit of strokes as the makers of MNIST did: scaled to 20 by 20, its centre of mass in the middle of 28 by 28. */

import { PIXELS, SIDE } from "./data.js";

export interface Spot {
  readonly x: number;
  readonly y: number;
}
export type Stroke = readonly Spot[];

/** Side of the box that the digit fills, and the width of its lines, in pixels. */
const BOX = 20;
const LINE = 2.1;

/** How strokes are placed: pixel = scale · spot + shift. */
interface Placing {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** Places the box around all spots in the middle. */
function placeBox(spots: readonly Spot[]): Placing {
  const [xs, ys] = [spots.map(({ x }) => x), spots.map(({ y }) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  // A dot is not enlarged to a disc.
  const scale = (BOX - LINE) / Math.max(right - left, bottom - top, 0.15);
  return {
    scale,
    left: SIDE / 2 - (scale * (left + right)) / 2,
    top: SIDE / 2 - (scale * (top + bottom)) / 2,
  };
}

const canvas = document.createElement("canvas");
canvas.width = SIDE;
canvas.height = SIDE;
const context = canvas.getContext("2d", { willReadFrequently: true });

function draw(strokes: readonly Stroke[], { scale, left, top }: Placing): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(PIXELS);
  if (!context) return pixels;
  context.clearRect(0, 0, SIDE, SIDE);
  context.lineWidth = LINE;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  for (const [first, ...others] of strokes) {
    context.moveTo(left + scale * first.x, top + scale * first.y);
    // A stroke of one spot is a dot.
    for (const spot of others.length > 0 ? others : [first])
      context.lineTo(left + scale * spot.x, top + scale * spot.y);
  }
  context.stroke();
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return pixels.map((_, i) => data[4 * i + 3]);
}

/** The centre of mass of ink. */
function centreOf(pixels: Uint8Array): Spot {
  let [mass, x, y] = [0, 0, 0];
  pixels.forEach((ink, i) => {
    mass += ink;
    x += ink * ((i % SIDE) + 0.5);
    y += ink * (Math.floor(i / SIDE) + 0.5);
  });
  return { x: x / (mass || 1), y: y / (mass || 1) };
}

/** The pixels of a digit. @param strokes on a pad whose sides are 1. */
export function rasterize(strokes: readonly Stroke[]): Uint8Array<ArrayBuffer> {
  const spots = strokes.flat();
  if (spots.length === 0) return new Uint8Array(PIXELS);
  const placing = placeBox(spots);
  const { x, y } = centreOf(draw(strokes, placing));
  return draw(strokes, { ...placing, left: placing.left + SIDE / 2 - x, top: placing.top + SIDE / 2 - y });
}

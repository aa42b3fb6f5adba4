/** The weights as lines between the units: geometry, drawing, and which line is under the pointer. */

import { sharp } from "../../shared/canvas.js";
import { cssOf, paletteOf } from "../../shared/scale.js";
import { isDark } from "../../shared/theme.js";
import type { LayerWeights } from "../worker/protocol.js";

/** The box of a unit, relative to the drawing. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly middle: number;
}

/** A weight by its place: from unit `from` of layer `layer`, counted from the inputs as 0, to unit `to` of the next one. */
export interface Edge {
  readonly layer: number;
  readonly from: number;
  readonly to: number;
}

/** Boxes of the units of each layer, inputs first. */
export type Boxes = readonly (readonly Box[])[];

/** Two layers with more lines than this between them show no thin ones. */
const MANY_LINES = 150;
/** Lines thinner than this, in pixels, are thin ones. */
const THIN = 0.9;
const WIDEST = 7;

const widthOf = (weight: number): number => Math.min(WIDEST, 0.25 + 2 * Math.abs(weight));

/** Calls a function with every weight and its place. */
function eachEdge(
  weights: readonly LayerWeights[],
  boxes: Boxes,
  call: (weight: number, edge: Edge) => void,
): void {
  weights.forEach(({ W }, layer) => {
    const inputs = boxes[layer]?.length ?? 0;
    if (inputs * (boxes[layer + 1]?.length ?? 0) !== W.length) return;
    W.forEach((weight, i) => {
      call(weight, { layer, from: i % inputs, to: Math.floor(i / inputs) });
    });
  });
}

/** A unit whose lines stand out. */
export interface Focus {
  readonly layer: number;
  readonly unit: number;
}

function touches({ layer, from, to }: Edge, focus: Focus): boolean {
  return (layer === focus.layer && from === focus.unit) || (layer + 1 === focus.layer && to === focus.unit);
}

export function drawEdges(
  canvas: HTMLCanvasElement,
  [width, height]: readonly [number, number],
  boxes: Boxes,
  weights: readonly LayerWeights[],
  focus: Focus | undefined,
): void {
  const context = sharp(canvas, width, height);
  const { negative, positive } = paletteOf(isDark());
  eachEdge(weights, boxes, (weight, edge) => {
    const line = widthOf(weight);
    const isFocused = focus !== undefined && touches(edge, focus);
    const hidesThin = weights[edge.layer].W.length > MANY_LINES;
    if (hidesThin && line < THIN && !isFocused) return;
    const alpha = focus ? (isFocused ? 1 : 0.12) : Math.min(0.85, 0.3 + Math.abs(weight) / 2);
    const [start, end] = [boxes[edge.layer][edge.from], boxes[edge.layer + 1][edge.to]];
    const middle = (start.right + end.left) / 2;
    context.strokeStyle = cssOf(weight < 0 ? negative : positive, alpha);
    context.lineWidth = line;
    context.beginPath();
    context.moveTo(start.right, start.middle);
    context.bezierCurveTo(middle, start.middle, middle, end.middle, end.left, end.middle);
    context.stroke();
  });
}

/** How near the pointer has to be to a line, in pixels. */
const NEAR = 7;

/** The height of a line at a horizontal place: its curve is x = (3t²-2t³ with both controls in the middle) to within a pixel. */
function heightAt(share: number, start: number, end: number): number {
  // The controls are in the middle: x(t) = 1.5·t·(1-t)² + 1.5·t²·(1-t) + t³ = 1.5·t·(1-t) + t³, solved by bisection.
  let [low, high] = [0, 1];
  for (let i = 0; i < 12; i++) {
    const t = (low + high) / 2;
    if (1.5 * t * (1 - t) + t ** 3 < share) low = t;
    else high = t;
  }
  const t = (low + high) / 2;
  return start + (end - start) * (3 * t ** 2 - 2 * t ** 3);
}

/** The line under a place of the drawing, the nearest one; undefined if none is near. */
export function edgeAt(
  left: number,
  top: number,
  boxes: Boxes,
  weights: readonly LayerWeights[],
): Edge | undefined {
  let nearest: Edge | undefined;
  let least = NEAR;
  eachEdge(weights, boxes, (_, edge) => {
    const [start, end] = [boxes[edge.layer][edge.from], boxes[edge.layer + 1][edge.to]];
    if (left < start.right || left > end.left) return;
    const share = (left - start.right) / (end.left - start.right);
    const distance = Math.abs(heightAt(share, start.middle, end.middle) - top);
    if (distance < least) [least, nearest] = [distance, edge];
  });
  return nearest;
}

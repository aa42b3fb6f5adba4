/** Colours for the values of units and outputs over the plane. */

import { type Palette, paint, type Rgb, ramp } from "../../shared/scale.js";

/** Paints one unit: its values are divided by the largest beyond 1, so that relu and linear units are seen whole. */
export function paintUnit(
  data: Uint8ClampedArray,
  map: Float32Array,
  units: number,
  unit: number,
  palette: Palette,
): void {
  let largest = 1;
  for (let at = unit; at < map.length; at += units) largest = Math.max(largest, Math.abs(map[at]));
  const color = ramp(palette);
  for (let place = 0, at = unit; at < map.length; place++, at += units) {
    paint(data, place, color(map[at] / largest));
  }
}

/** The share of the class colours at a place where no class is likely: the map stays lighter than the points. */
const STRENGTH = 0.62;

function between(from: Rgb, to: Rgb, share: number): Rgb {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** Paints one output in -1..1: a number, or a probability p of the second class as 2p - 1. */
function paintOne(data: Uint8ClampedArray, outputs: Float32Array, classes: number, palette: Palette): void {
  const color = ramp(palette);
  for (let place = 0; place < outputs.length; place++) {
    const value = classes === 2 ? 2 * outputs[place] - 1 : outputs[place];
    paint(data, place, between(palette.zero, color(value), STRENGTH + 0.1));
  }
}

/** Paints the class colours, mixed by their probabilities. */
function paintClasses(
  data: Uint8ClampedArray,
  outputs: Float32Array,
  classes: number,
  palette: Palette,
): void {
  for (let place = 0; place * classes < outputs.length; place++) {
    const mixed: [number, number, number] = [0, 0, 0];
    for (let k = 0; k < classes; k++) {
      const probability = outputs[place * classes + k];
      for (let channel = 0; channel < 3; channel++)
        mixed[channel] += probability * palette.classes[k][channel];
    }
    paint(data, place, between(palette.zero, mixed, STRENGTH));
  }
}

export function paintOutputs(
  data: Uint8ClampedArray,
  outputs: Float32Array,
  classes: number,
  palette: Palette,
): void {
  if (classes > 2) paintClasses(data, outputs, classes, palette);
  else paintOne(data, outputs, classes, palette);
}

/** Colours for the values of units and outputs over the plane. */

import { mix, type Palette, packed, type Rgb, ramp } from "../../shared/scale.js";

/** Paints one unit: its values are divided by the largest beyond 1, so that relu and linear units are seen whole. */
export function paintUnit(
  pixels: Uint32Array,
  map: Float32Array,
  units: number,
  unit: number,
  palette: Palette,
): void {
  let largest = 1;
  for (let at = unit; at < map.length; at += units) largest = Math.max(largest, Math.abs(map[at]));
  const color = ramp(palette);
  for (let place = 0, at = unit; at < map.length; place++, at += units)
    pixels[place] = color(map[at] / largest);
}

/** The share of the full colours in maps of the output: they stay lighter than the points on them. */
const STRENGTH_OF_ONE = 0.72;
const STRENGTH_OF_MANY = 0.62;

/** Paints one output in -1..1: a number, or a probability p of the second class as 2p - 1. */
function paintOne(pixels: Uint32Array, outputs: Float32Array, classes: number, palette: Palette): void {
  const color = ramp(palette, STRENGTH_OF_ONE);
  for (let place = 0; place < outputs.length; place++) {
    pixels[place] = color(classes === 2 ? 2 * outputs[place] - 1 : outputs[place]);
  }
}

/** Paints the class colours, mixed by their probabilities. */
function paintClasses(pixels: Uint32Array, outputs: Float32Array, classes: number, palette: Palette): void {
  const colors = palette.classes.map((color): Rgb => mix(palette.zero, color, STRENGTH_OF_MANY));
  for (let place = 0, at = 0; at < outputs.length; place++) {
    let [red, green, blue] = [0, 0, 0];
    for (let k = 0; k < classes; k++, at++) {
      red += outputs[at] * colors[k][0];
      green += outputs[at] * colors[k][1];
      blue += outputs[at] * colors[k][2];
    }
    pixels[place] = packed([red, green, blue]);
  }
}

export function paintOutputs(
  pixels: Uint32Array,
  outputs: Float32Array,
  classes: number,
  palette: Palette,
): void {
  if (classes > 2) paintClasses(pixels, outputs, classes, palette);
  else paintOne(pixels, outputs, classes, palette);
}

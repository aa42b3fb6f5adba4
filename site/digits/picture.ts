/** A digit as a picture: ink on paper, in the colours of the theme. */

import { pixels as paintPixels } from "../shared/canvas.js";
import { mix, packed, type Rgb } from "../shared/scale.js";
import { isDark } from "../shared/theme.js";
import { SIDE } from "./data.js";

const LIGHT: readonly [paper: Rgb, ink: Rgb] = [
  [255, 255, 255],
  [26, 28, 32],
];
const DARK: readonly [paper: Rgb, ink: Rgb] = [
  [20, 22, 27],
  [240, 238, 232],
];

export function showDigit(canvas: HTMLCanvasElement, pixels: Uint8Array): void {
  const [paper, ink] = isDark() ? DARK : LIGHT;
  paintPixels(canvas, SIDE, (shown) => {
    for (let i = 0; i < shown.length; i++) shown[i] = packed(mix(paper, ink, pixels[i] / 255));
  });
}

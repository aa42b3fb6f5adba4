/** Colours of values: negative to positive, and of classes. Both are chosen for colour-blind readers (Okabe and Ito, 2008). */

export type Rgb = readonly [red: number, green: number, blue: number];

export interface Palette {
  readonly negative: Rgb;
  readonly zero: Rgb;
  readonly positive: Rgb;
  readonly classes: readonly Rgb[];
}

const LIGHT: Palette = {
  negative: [43, 123, 186],
  zero: [247, 246, 242],
  positive: [217, 95, 14],
  classes: [
    [43, 123, 186],
    [217, 95, 14],
    [0, 140, 105],
    [190, 90, 150],
    [200, 160, 0],
    [95, 95, 100],
  ],
};

const DARK: Palette = {
  negative: [79, 159, 222],
  zero: [32, 35, 42],
  positive: [240, 138, 60],
  classes: [
    [79, 159, 222],
    [240, 138, 60],
    [40, 180, 140],
    [220, 130, 185],
    [225, 195, 60],
    [160, 160, 168],
  ],
};

export const paletteOf = (isDark: boolean): Palette => (isDark ? DARK : LIGHT);

const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

/** The colour of a value from -1 to 1; values beyond are as the ends. */
export function colorOf(value: number, { negative, zero, positive }: Palette): Rgb {
  return value < 0 ? mix(zero, negative, Math.min(1, -value)) : mix(zero, positive, Math.min(1, value));
}

export const cssOf = ([red, green, blue]: Rgb, alpha = 1): string =>
  `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)} / ${alpha})`;

/** Writes the colour of a value into pixel number `at`. */
export function paint(pixels: Uint8ClampedArray, at: number, [red, green, blue]: Rgb): void {
  pixels[4 * at] = red;
  pixels[4 * at + 1] = green;
  pixels[4 * at + 2] = blue;
  pixels[4 * at + 3] = 255;
}

const STEPS = 255;
const ramps = new Map<Palette, readonly Rgb[]>();

/** Colours of values from -1 to 1 in steps, for maps with many pixels. */
export function ramp(palette: Palette): (value: number) => Rgb {
  const colors =
    ramps.get(palette) ?? Array.from({ length: STEPS + 1 }, (_, i) => colorOf((2 * i) / STEPS - 1, palette));
  ramps.set(palette, colors);
  return (value) => colors[Math.min(STEPS, Math.max(0, Math.round(((value + 1) / 2) * STEPS)))];
}

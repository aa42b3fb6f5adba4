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

export const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
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

/** A colour as the number of a pixel, as canvases keep it: alpha, blue, green, red from the highest byte on. */
export function packed([red, green, blue]: Rgb): number {
  return ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0;
}

const STEPS = 255;
const ramps = new Map<string, Uint32Array>();

/**
 * Pixels of values from -1 to 1 in steps, for maps that are drawn many times a second.
 * @param strength 1 for the full colours; less mixes them with that of 0.
 */
export function ramp(palette: Palette, strength = 1): (value: number) => number {
  const key = `${palette.zero} ${strength}`;
  const made = () =>
    Uint32Array.from({ length: STEPS + 1 }, (_, i) =>
      packed(mix(palette.zero, colorOf((2 * i) / STEPS - 1, palette), strength)),
    );
  const colors = ramps.get(key) ?? made();
  ramps.set(key, colors);
  return (value) => colors[Math.min(STEPS, Math.max(0, Math.round(((value + 1) / 2) * STEPS)))];
}

/** The data sets that the playground makes: functions of the settings and of a seed alone. */

import type { Settings } from "../model/settings.js";
import { type DataName, MANY_CLASSES } from "../model/vocabulary.js";
import { EXTENT, normal, type Points, randomOf } from "./points.js";

/** A point, and its class or number. */
type Point = readonly [x1: number, x2: number, y: number];

/** The means by which a data set is made: random numbers, noise from 0 to 1, and the number of classes. */
interface Maker {
  readonly random: () => number;
  readonly noise: number;
  readonly classes: number;
}

const TURN = 2 * Math.PI;

function around(radius: number, angle: number): [number, number] {
  return [radius * Math.sin(angle), radius * Math.cos(angle)];
}

/** Moves a point at random, by a normal distribution. */
function blur([x1, x2]: readonly [number, number], { random, noise }: Maker, size = 0.6): [number, number] {
  return [x1 + size * noise * normal(random), x2 + size * noise * normal(random)];
}

const MAKERS: Record<Exclude<DataName, "own">, (share: number, i: number, maker: Maker) => Point> = {
  /** Arms that wind around each other one and a half times. */
  spiral(share, i, maker) {
    const arm = i % maker.classes;
    const radius = 0.15 + 2.6 * share;
    return [...blur(around(radius, 1.5 * TURN * share + (arm * TURN) / maker.classes), maker), arm];
  },
  /** A disc and rings around it. */
  circle(_share, i, maker) {
    const ring = i % maker.classes;
    const width = 2.8 / maker.classes;
    const within = 0.8 * Math.sqrt(maker.random());
    return [...blur(around(width * (ring + within), TURN * maker.random()), maker), ring];
  },
  /** Quarters of the plane: 1 where the inputs have different signs. */
  xor(_share, _i, maker) {
    const side = () => (maker.random() < 0.5 ? -1 : 1) * (0.25 + 2.35 * maker.random());
    const [x1, x2] = [side(), side()];
    return [...blur([x1, x2], maker), Number(x1 * x2 < 0)];
  },
  /** A cloud for each class. */
  gauss(_share, i, maker) {
    const cloud = i % maker.classes;
    const [x1, x2] = around(1.7, (cloud + 0.5) * (TURN / maker.classes) + TURN / 8);
    const size = 0.3 + maker.noise;
    return [x1 + size * normal(maker.random), x2 + size * normal(maker.random), cloud];
  },
  /** Two half circles, one in the other's opening. */
  moons(_share, i, maker) {
    const angle = Math.PI * maker.random();
    const [x1, x2] = [1.7 * Math.cos(angle), 1.7 * Math.sin(angle)];
    const isUpper = i % 2 === 0;
    return [...blur(isUpper ? [x1 - 0.85, x2 - 0.4] : [0.85 - x1, 0.4 - x2], maker), Number(!isUpper)];
  },
  /** A number that rises along the diagonal. */
  plane(_share, _i, maker) {
    const [x1, x2] = [anywhere(maker.random), anywhere(maker.random)];
    return [x1, x2, (x1 + x2) / (2 * EXTENT) + 0.3 * maker.noise * normal(maker.random)];
  },
  /** A number with hills and hollows. */
  hills(_share, _i, maker) {
    const [x1, x2] = [anywhere(maker.random), anywhere(maker.random)];
    const height = Math.sin(1.2 * x1) * Math.cos(1.2 * x2);
    return [x1, x2, 0.9 * height + 0.3 * maker.noise * normal(maker.random)];
  },
};

function anywhere(random: () => number): number {
  return 0.95 * EXTENT * (2 * random() - 1);
}

/** The number of classes of a data set: as chosen, or what it always has; 0 for numbers. */
export function classesOf(name: Exclude<DataName, "own">, chosen: number): number {
  if (MANY_CLASSES.includes(name)) return chosen;
  return name === "plane" || name === "hills" ? 0 : 2;
}

/** A thousandth. Rounding hides the last bits of sines, which engines do not agree on: the same address gives the same points. */
const GRAIN = 1000;

/** Makes the points of a data set. */
export function generate(
  name: Exclude<DataName, "own">,
  { points, noise, draw, classes: chosen }: Pick<Settings, "points" | "noise" | "draw" | "classes">,
): Points {
  const classes = classesOf(name, chosen);
  const maker: Maker = { random: randomOf(draw), noise: noise / 100, classes };
  const made = { x: new Float32Array(2 * points), y: new Float32Array(points), classes };
  for (let i = 0; i < points; i++) {
    const [x1, x2, y] = MAKERS[name](i / points, i, maker);
    made.x.set([Math.round(x1 * GRAIN) / GRAIN, Math.round(x2 * GRAIN) / GRAIN], 2 * i);
    made.y[i] = Math.round(y * GRAIN) / GRAIN;
  }
  return made;
}

/** Rates of 400 steps and of some later ones, against the formulas of PyTorch and Keras computed with Math in float64. */

import { describe, expect, test } from "vitest";
import {
  cosineDecay,
  cosineLog,
  exponentialDecay,
  flatCosine,
  oneCycle,
  piecewise,
  polynomialDecay,
  reduceOnPlateau,
  type ScheduleSpec,
  SpecError,
  stepDecay,
  warmup,
} from "../../src/index.js";
import { rateAt } from "../../src/model/rates.js";
import { expectError } from "../helpers.js";

const STEPS = [...Array.from({ length: 400 }, (_, t) => t), 999, 1000, 4567, 100_000, 1_000_000];

/** From `from` to `to` along half a cosine, as in torch's OneCycleLR. */
const anneal = (from: number, to: number, share: number) =>
  to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1);

/** torch.optim.lr_scheduler.OneCycleLR with two phases. The last rate stays after the end. */
function oneCycleOf(most: number, total: number, rise: number, start: number, end: number) {
  return (t: number) => {
    const initial = most / start;
    const phases = [
      { last: rise * total - 1, from: initial, to: most },
      { last: total - 1, from: most, to: initial / end },
    ];
    let first = 0;
    for (const [i, { last, from, to }] of phases.entries()) {
      const step = Math.min(t, total - 1);
      if (step <= last || i === 1) return anneal(from, to, (step - first) / (last - first));
      first = last;
    }
    return Number.NaN;
  };
}

/** Keras' CosineDecayRestarts with `end` = alpha · rate. It finds the round by logarithms. */
function restartsOf(rate: number, steps: number, end: number, growth: number, decay: number) {
  return (t: number) => {
    const done = t / steps;
    const exact = growth === 1 ? done : Math.log(1 - done * (1 - growth)) / Math.log(growth);
    // Rounding must not count the first step of a round as the last one of the round before.
    const round = Math.floor(exact + 1e-9);
    const before = growth === 1 ? round : (1 - growth ** round) / (1 - growth);
    const share = (done - before) / growth ** round;
    const alpha = end / rate;
    return rate * ((1 - alpha) * 0.5 * decay ** round * (1 + Math.cos(Math.PI * share)) + alpha);
  };
}

type Case = readonly [name: string, schedule: number | ScheduleSpec, wanted: (t: number) => number];

const CASES: Case[] = [
  ["a number", 0.3, () => 0.3],
  ["stepDecay", stepDecay({ learningRate: 0.5, every: 7 }), (t) => 0.5 * 0.1 ** Math.floor(t / 7)],
  [
    "stepDecay by another factor",
    stepDecay({ learningRate: 2, every: 3, factor: 0.97 }),
    (t) => 2 * 0.97 ** Math.floor(t / 3),
  ],
  [
    "exponentialDecay",
    exponentialDecay({ learningRate: 0.2, steps: 50 }),
    (t) => 0.2 * Math.exp(Math.log(0.96) * (t / 50)),
  ],
  [
    "exponentialDecay that grows",
    exponentialDecay({ learningRate: 1e-7, steps: 1e5, factor: 10 }),
    (t) => 1e-7 * 10 ** (t / 1e5),
  ],
  [
    "polynomialDecay",
    polynomialDecay({ learningRate: 0.1, steps: 120 }),
    (t) => 0.1 * (1 - Math.min(t, 120) / 120),
  ],
  ...[0.5, 2, 2.7].map(
    (power): Case => [
      `polynomialDecay to the power ${power}`,
      polynomialDecay({ learningRate: 0.1, steps: 150, end: 0.03, power }),
      (t) => (0.1 - 0.03) * (1 - Math.min(t, 150) / 150) ** power + 0.03,
    ],
  ),
  [
    "cosineDecay",
    cosineDecay({ learningRate: 0.1, steps: 130 }),
    (t) => 0.05 * (1 + Math.cos((Math.PI * Math.min(t, 130)) / 130)),
  ],
  [
    "cosineDecay to an end",
    cosineDecay({ learningRate: 0.1, steps: 130, end: 0.02 }),
    (t) => 0.02 + 0.04 * (1 + Math.cos((Math.PI * Math.min(t, 130)) / 130)),
  ],
  ...(
    [
      [1, 1, 0],
      [1, 0.8, 0.01],
      [2, 1, 0],
      [2, 0.5, 0.03],
      [1.5, 0.9, 0.02],
    ] as const
  ).map(
    ([growth, decay, end]): Case => [
      `cosineDecay with restarts, growth ${growth}, decay ${decay}, end ${end}`,
      cosineDecay({ learningRate: 0.1, steps: 20, restarts: true, growth, decay, end }),
      restartsOf(0.1, 20, end, growth, decay),
    ],
  ),
  ...[4, 1, 7].map(
    (cycles): Case => [
      `cosineLog of ${cycles} cycles`,
      cosineLog({ learningRate: 0.3, steps: 250, cycles }),
      (t) => 0.15 * (1 - Math.cos(2 * Math.PI * Math.log2(1 + (2 ** cycles - 1) * Math.min(t / 250, 1)))),
    ],
  ),
  [
    "flatCosine, as flat_cos of pytabkit",
    flatCosine({ learningRate: 0.3, steps: 300 }),
    (t) => 0.15 * (1 + Math.cos(Math.PI * (Math.max(1, 2 * Math.min(t / 300, 1)) - 1))),
  ],
  [
    "flatCosine to an end",
    flatCosine({ learningRate: 0.3, steps: 300, flat: 0.2, end: 0.1 }),
    (t) => (t < 60 ? 0.3 : 0.1 + 0.1 * (1 + Math.cos((Math.PI * (Math.min(t, 300) - 60)) / 240))),
  ],
  ["oneCycle", oneCycle({ learningRate: 0.1, steps: 200 }), oneCycleOf(0.1, 200, 0.3, 25, 1e4)],
  ...(
    [
      [100, 0.25, 10, 100],
      [97, 0.4, 3, 7],
      [50, 0, 25, 1e4],
      [2, 0.9, 5, 5],
      [1, 0.3, 25, 1e4],
      [10, 0.99, 4, 2],
    ] as const
  ).map(
    ([steps, rise, start, end]): Case => [
      `oneCycle of ${steps} steps, rise ${rise}`,
      oneCycle({ learningRate: 0.4, steps, rise, startDivisor: start, endDivisor: end }),
      oneCycleOf(0.4, steps, rise, start, end),
    ],
  ),
  [
    "piecewise",
    piecewise({ boundaries: [10, 200, 1000], rates: [1, 0.5, 0.25, 0.125] }),
    (t) => (t < 10 ? 1 : t < 200 ? 0.5 : t < 1000 ? 0.25 : 0.125),
  ],
  ["piecewise without boundaries", piecewise({ boundaries: [], rates: [0.7] }), () => 0.7],
  ["reduceOnPlateau, before it reduces", reduceOnPlateau({ learningRate: 0.6 }), () => 0.6],
  ["warmup", warmup({ steps: 40, after: 0.2 }), (t) => 0.2 * Math.min(t / 40, 1)],
  [
    "warmup from a rate before cosineDecay",
    warmup({ steps: 40, from: 0.01, after: cosineDecay({ learningRate: 0.2, steps: 100 }) }),
    (t) => (t < 40 ? 0.01 + (0.19 * t) / 40 : 0.1 * (1 + Math.cos((Math.PI * Math.min(t - 40, 100)) / 100))),
  ],
  [
    "warmup before warmup",
    warmup({
      steps: 10,
      after: warmup({ steps: 20, from: 0.1, after: stepDecay({ learningRate: 0.5, every: 9 }) }),
    }),
    (t) => {
      if (t < 10) return t / 100;
      return t < 30 ? 0.1 + (0.4 * (t - 10)) / 20 : 0.5 * 0.1 ** Math.floor((t - 30) / 9);
    },
  ],
];

test.each(CASES)("%s", (_, schedule, wanted) => {
  const worst = STEPS.map((t) => ({ t, rate: rateAt(schedule, t), wanted: wanted(t) })).reduce((a, b) =>
    !(Math.abs(b.rate - b.wanted) <= Math.abs(a.rate - a.wanted)) ? b : a,
  );
  expect(Math.abs(worst.rate - worst.wanted), JSON.stringify(worst)).toBeLessThan(1e-12);
});

test("a custom function, after a warm-up, is called with the number of its step", () => {
  const own = (t: number) => 1 / (1 + t);
  const schedule = warmup({ steps: 4, after: { type: "custom", rate: own } });
  expect([0, 1, 2, 3, 4, 5, 7].map((t) => rateAt(schedule, t))).toEqual([
    0,
    0.25,
    0.5,
    0.75,
    1,
    1 / 2,
    1 / 4,
  ]);
});

test("a million restarts are as fast as one", () => {
  const schedule = cosineDecay({ learningRate: 1, steps: 1, restarts: true });
  // One by one they would take minutes.
  for (let t = 1e9; t < 1e9 + 1000; t++) expect(rateAt(schedule, t)).toBe(1);
});

describe("refuses a schedule", () => {
  test.each<readonly [name: string, make: () => unknown, parts: (string | RegExp)[]]>([
    ["without its rate", () => stepDecay({ every: 3 } as never), ["learningRate of stepDecay is undefined"]],
    [
      "without its steps",
      () => cosineDecay({ learningRate: 1 } as never),
      ["steps of cosineDecay is undefined"],
    ],
    ["of no steps", () => oneCycle({ learningRate: 1, steps: 0 }), ["steps of oneCycle is 0", "at least 1"]],
    ["of a negative rate", () => warmup({ steps: 3, after: -1 }), ["after of warmup is -1", "at least 0"]],
    [
      "of a rise of 1",
      () => oneCycle({ learningRate: 1, steps: 9, rise: 1 }),
      ["rise of oneCycle is 1", "below 1"],
    ],
    [
      "of too few rates",
      () => piecewise({ boundaries: [3], rates: [1] }),
      ["1 boundaries and 1 rates", "one rate more"],
    ],
    [
      "of boundaries that fall",
      () => piecewise({ boundaries: [9, 3], rates: [1, 2, 3] }),
      ["boundaries of piecewise", "3", "9"],
    ],
    [
      "of a boundary twice",
      () => piecewise({ boundaries: [3, 3], rates: [1, 2, 3] }),
      ["boundaries of piecewise", "3 after 3"],
    ],
    [
      "of rates that are none",
      () => piecewise({ boundaries: [3], rates: [1, "2"] as never }),
      ['rates of piecewise is "2"'],
    ],
    [
      "of an unknown mode",
      () => reduceOnPlateau({ learningRate: 1, mode: "up" as never }),
      ['"up"', "min, max, auto"],
    ],
    [
      "of an unknown option",
      () => stepDecay({ learningRate: 1, every: 2, gamma: 3 } as never),
      ['"gamma" of stepDecay', "learningRate, every, factor"],
    ],
    [
      "of an unknown name",
      () => warmup({ steps: 2, after: { type: "cosine" } as never }),
      ['"cosine"', "cosineDecay, cosineLog"],
    ],
    [
      "without what comes after",
      () => warmup({ steps: 2 } as never),
      ["after of warmup is undefined", "a number, a schedule"],
    ],
  ])("%s", async (_, make, parts) => {
    await expectError(make, SpecError, parts);
  });
});

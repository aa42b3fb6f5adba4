/** The playground's settings: every name trains, the address and the code say the same as the page does. */

import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { generate } from "../play/data/generate.js";
import { decodeOwn, encodeOwn, NOTHING, withPoint } from "../play/data/own.js";
import { split } from "../play/data/points.js";
import { addressOf, placeOf } from "../play/model/address.js";
import { codeOf } from "../play/model/code.js";
import { DEFAULTS, effectOf, type Settings } from "../play/model/settings.js";
import { ACTIVATIONS, DATA, type DataName, OPTIMIZERS, RATES, SCHEDULES } from "../play/model/vocabulary.js";
import { Training } from "../play/worker/training.js";

const MADE = DATA.filter((name): name is Exclude<DataName, "own"> => name !== "own");

/** Points as a visitor draws them, of numbers from -1 to 1. */
const DRAWN = Array.from({ length: 40 }, (_, i) => i).reduce(
  (own, i) => withPoint(own, 2 * Math.sin(i), 2 * Math.cos(2 * i), Math.sin(3 * i)),
  { ...NOTHING, points: { ...NOTHING.points, classes: 0 } },
);

function trainingOf(changes: Partial<Settings>): Training {
  const settings = { ...DEFAULTS, points: 60, ...changes };
  const points = settings.data === "own" ? DRAWN.points : generate(settings.data, settings);
  return new Training(settings, split(points, settings.test, settings.draw));
}

/** Trains a few epochs and expects that the loss becomes less. */
function expectToLearn(changes: Partial<Settings>): void {
  const training = trainingOf({ data: "moons", ...changes });
  const { x, y } = training.split.train;
  const before = training.network.loss(x, y);
  training.advance(15 * training.stepsPerEpoch);
  expect(training.network.loss(x, y)).toBeLessThan(before);
}

describe("every name trains", () => {
  it.each(MADE)("data %s", (data) => expectToLearn({ data }));
  it.each(OPTIMIZERS)("optimizer %s", (optimizer) => expectToLearn({ optimizer, rate: RATES[optimizer] }));
  it.each(SCHEDULES)("schedule %s", (schedule) => expectToLearn({ schedule, steps: 200, rate: 0.02 }));
  it.each(ACTIVATIONS)("activation %s", (activation) =>
    expectToLearn({ layers: [{ units: 6, activation }], rate: 0.02 }),
  );
});

describe("addresses", () => {
  it("are empty for the defaults, and hold everything else", () => {
    expect(addressOf({ settings: DEFAULTS, own: undefined })).toBe("");
    const settings: Settings = {
      ...DEFAULTS,
      data: "gauss",
      classes: 4,
      layers: [{ units: 3, activation: "hardSwish" }],
      batchNorm: true,
      dropout: 0.25,
      l2: 1e-5,
      optimizer: "sgd",
      rate: 0.3,
      momentum: 0.9,
      schedule: "oneCycle",
      seed: 12,
      speed: "full",
    };
    expect(placeOf(`#${addressOf({ settings, own: undefined })}`).settings).toEqual(settings);
    const bare = { ...DEFAULTS, layers: [] };
    expect(placeOf(addressOf({ settings: bare, own: undefined })).settings).toEqual(bare);
  });

  it("take the default for what is no value", () => {
    expect(
      placeOf("#data=nonsense&rate=-1&points=1e9&layers=9tanh-0relu&classes=2.5&seed=").settings,
    ).toEqual({
      ...DEFAULTS,
      seed: 0,
    });
  });

  it("hold the visitor's points, which stay the same", () => {
    const drawn = [0, 1, 2, 1].reduce((own, label, i) => withPoint(own, i - 1.23456, 2 - i, label), NOTHING);
    const own = { ...drawn, axes: ["bill, mm", "x2"] as const, names: ["a", "b", "c"] };
    const back = decodeOwn(new URLSearchParams(new URLSearchParams(encodeOwn(own)).toString()));
    expect(back).toEqual(own);
    expect(decodeOwn(new URLSearchParams("own=%%%&kinds=2"))?.points.y).toHaveLength(0);
    expect(placeOf("data=own").own).toBeUndefined();
    const barred = decodeOwn(new URLSearchParams(encodeOwn({ ...own, names: ["a|b", "c"] })));
    expect(barred?.names).toEqual(["a¦b", "c"]);
  });
});

it("tells which changes need a new network", () => {
  expect(effectOf(DEFAULTS, { ...DEFAULTS, speed: "slow" })).toBe("none");
  expect(effectOf(DEFAULTS, { ...DEFAULTS, rate: 1, schedule: "cosineDecay" })).toBe("rate");
  expect(effectOf(DEFAULTS, { ...DEFAULTS, l1: 0.1 })).toBe("new");
});

describe("the code trains to the same bits as the page, however that divides its steps", () => {
  it.each<[string, Partial<Settings>]>([
    ["the defaults", {}],
    [
      "several classes",
      {
        data: "gauss",
        classes: 3,
        batchNorm: true,
        dropout: 0.2,
        l1: 1e-4,
        l2: 1e-3,
        schedule: "cosineDecay",
        steps: 30,
        seed: 5,
      },
    ],
    [
      "a regression",
      { data: "hills", optimizer: "sgd", rate: 0.05, momentum: 0.9, schedule: "warmup", decay: 1e-4 },
    ],
    ["the visitor's own points", { data: "own", layers: [] }],
    ["lbfgs", { optimizer: "lbfgs", rate: 1 }],
  ])("%s", (_, changes) => {
    const training = trainingOf(changes);
    const epochs = 7;
    for (const steps of [1, 5, 3, 20]) {
      if (training.step + steps <= epochs * training.stepsPerEpoch) training.advance(steps);
    }
    while (training.epoch < epochs) training.advance(training.stepsToEpoch);
    const code = codeOf(training.settings, training.split.train, epochs);
    const program = `${code}\nconsole.log(Buffer.from(network.save()).toString("base64"));`;
    const output = execFileSync(process.execPath, ["--input-type=module"], {
      input: program,
      encoding: "utf8",
    });
    expect(output.trim().split("\n").at(-1)).toBe(Buffer.from(training.network.save()).toString("base64"));
  });
});

/** Names of metrics, and those of Object.prototype. */

import { describe, expect, test } from "vitest";
import { dense, type MetricInput, Network, reduceOnPlateau, SpecError, sgd } from "../../src/index.js";
import { wrong } from "../helpers.js";
import { expectRefusal } from "./tools.js";

const x = [
  [1, 2],
  [3, 4],
  [5, 6],
  [1, 0],
];
const y = [0, 1, 1, 0];
const network = () => new Network([2, 2]);
const any = (value: unknown) => wrong<never>(value);

const INHERITED = [
  "__proto__",
  "constructor",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "isPrototypeOf",
  "__defineGetter__",
  "__lookupSetter__",
];

describe("Names of Object.prototype are names like any other", () => {
  const choices: [string, (name: never) => unknown][] = [
    ["activation", (name) => dense(1, name)],
    ["loss", (loss) => new Network({ inputs: 1, layers: [dense(1)], loss })],
    ["loss by type", (type) => new Network({ inputs: 1, layers: [dense(1)], loss: { type } })],
    ["optimizer", (optimizer) => new Network({ inputs: 1, layers: [dense(1)], optimizer })],
    ["optimizer by type", (type) => new Network({ inputs: 1, layers: [dense(1)], optimizer: { type } })],
    ["init", (init) => dense(1, "relu", { init })],
    ["init by type", (type) => dense(1, "relu", { init: { type } })],
    ["layer", (type) => new Network({ inputs: 1, layers: [{ type }] })],
    ["schedule", (type) => sgd({ learningRate: { type } as never })],
    ["metric", (name) => network().evaluate(x, y, { metrics: [name] })],
    ["metric by type", (type) => network().evaluate(x, y, { metrics: [any({ type })] })],
    ["monitor", (monitor) => network().fitSync(x, y, { earlyStopping: { monitor } })],
    [
      "monitor of a schedule",
      (monitor) => {
        const made = network();
        made.learningRate = reduceOnPlateau({ learningRate: 0.1, monitor });
        made.fitSync(x, y);
      },
    ],
    ["mode", (mode) => network().fitSync(x, y, { earlyStopping: { mode } })],
    [
      "option of fit",
      (name) => network().fitSync(x, y, Object.defineProperty({}, name, { value: 1, enumerable: true })),
    ],
    [
      "class of classWeight",
      (name) =>
        network().fitSync(x, y, {
          classWeight: Object.defineProperty({}, name, { value: 1, enumerable: true }),
        }),
    ],
    [
      "parameter",
      (name) => network().setParams(Object.defineProperty({}, name, { value: [1], enumerable: true })),
    ],
  ];
  const cases = choices.flatMap(([kind, call]) => INHERITED.map((name) => [kind, name, call] as const));

  test.each(cases)("as %s: %s is unknown", async (_, name, call) => {
    await expectRefusal(() => call(name as never), SpecError, [new RegExp(name)]);
  });

  test.each(INHERITED)("a metric of one's own may be called %s", async (name) => {
    const metrics = [{ name, measure: () => 0.25 }];
    const { custom } = network().evaluate(x, y, { metrics });
    expect(Object.entries(custom ?? {})).toEqual([[name, 0.25]]);
    const history = network().fitSync(x, y, { metrics, epochs: 2, validationData: [x, y] });
    expect(Object.getOwnPropertyDescriptor(history.custom, name)?.value).toEqual([0.25, 0.25]);
    expect(Object.keys(history.custom ?? {})).toHaveLength(2);
    const monitored = network().fitSync(x, y, {
      metrics,
      epochs: 9,
      earlyStopping: { monitor: name, mode: "max", patience: 2 },
    });
    expect(monitored.stopped).toBe("early");
    expect(Object.prototype).not.toHaveProperty("0.25");
  });

  const odd: [string, unknown][] = [
    ["an object without a prototype", Object.create(null)],
    ["an array of a name", ["swish"]],
    ["an array of nothing", []],
    ["an object that turns into a name", { toString: () => "relu" }],
    [
      "an object whose text throws",
      {
        toString() {
          throw new Error("mine");
        },
      },
    ],
    ["a String object", Object("relu")],
    ["a symbol", Symbol("relu")],
    ["a BigInt", 1n],
    ["a number", 3],
    [
      "a Proxy that throws",
      new Proxy(
        {},
        {
          get() {
            throw new Error("mine");
          },
        },
      ),
    ],
  ];
  const all = choices
    .slice(0, 1)
    .concat(choices.filter(([kind]) => /^(init|loss|optimizer|metric|mode|layer|schedule)/.test(kind)));
  const oddCases = all.flatMap(([kind, call]) =>
    odd.map(([name, value]) => [kind, name, call, value] as const),
  );
  test.each(oddCases)("as %s: %s is refused", async (_, __, call, value) => {
    const error = await (async () => call(any(value)))().then(
      () => undefined,
      (reason) => reason,
    );
    if (error?.message === "mine") return;
    expect(error).toBeInstanceOf(SpecError);
    expect(error.message.length).toBeLessThan(600);
  });
});

describe("Metrics do not overwrite each other", () => {
  const own = (name: string, value = 0.5): MetricInput => ({ name, measure: () => value });

  const clashes: [string, MetricInput[]][] = [
    ["loss", [own("loss")]],
    ["valLoss", [own("valLoss")]],
    ["the validation of another", [own("m"), own("valM")]],
    ["the validation of another, the other way round", [own("valM"), own("m")]],
    ["a metric of the library", [own("accuracy")]],
    ["the validation of one of the library", [own("valAccuracy")]],
    ["one twice", [own("m"), own("m")]],
    ["what reports say", [own("epoch")]],
    ["what histories say", [own("learningRate")]],
    ["custom", [own("custom")]],
    ["confusionMatrix", [own("confusionMatrix")]],
    ["two that differ in their first letter's case", [own("m"), own("M")]],
  ];
  test.each(clashes)("%s: refused, or each keeps its value", async (_, metrics) => {
    const run = () => network().fitSync(x, y, { metrics, epochs: 2, validationData: [x, y] });
    const error = await (async () => run())().then(
      () => undefined,
      (reason) => reason,
    );
    if (error) {
      expect(error).toBeInstanceOf(SpecError);
      return;
    }
    const { custom = {}, loss, valLoss = [] } = run();
    for (const metric of metrics) {
      const { name } = metric as { name: string };
      expect(custom[name]).toEqual([0.5, 0.5]);
      expect(custom[`val${name[0].toUpperCase()}${name.slice(1)}`]).toEqual([0.5, 0.5]);
    }
    // Two lists for each, and none of them is another's.
    expect(Object.keys(custom)).toHaveLength(2 * metrics.length);
    expect(loss[0]).not.toBe(0.5);
    expect(valLoss[0]).not.toBe(0.5);
  });

  test("two whose validation would have one name are refused", async () => {
    for (const metrics of [[own("m"), own("valM")], [own("m"), own("M")], [own("loss")], [own("valLoss")]]) {
      await expectRefusal(() => network().fitSync(x, y, { metrics, validationData: [x, y] }), SpecError, [
        /\bm\b|M|loss|Loss/,
      ]);
    }
  });

  test("what is no name is refused", async () => {
    for (const name of ["", 1, null, undefined, {}, ["a"], Symbol("a")]) {
      await expectRefusal(
        () => network().evaluate(x, y, { metrics: [any({ name, measure: () => 1 })] }),
        SpecError,
        [/name/],
      );
    }
  });
});

/** fit on sources of batches: generators of both kinds, arrays, streams; their ends and their errors. */

import { describe, expect, test } from "vitest";
import {
  type Batch,
  type BatchReport,
  batchNorm,
  DataError,
  dense,
  dropout,
  type FitOptions,
  Network,
  ShapeError,
  type Source,
  SpecError,
} from "../../src/index.js";
import {
  BUILDS,
  expectClose,
  expectError,
  expectSameBits,
  floats,
  parametersOf,
  wholes,
  wrong,
} from "../helpers.js";

const INPUTS = 4;
const BATCHES: Batch[] = [8, 8, 5, 1, 12].map((rows, i) => [
  floats(rows * INPUTS, i + 1),
  wholes(rows, i + 50, 3),
]);
const LAYERS = [batchNorm({ momentum: 0.3 }), dense(6, "tanh"), dropout(0.2), dense(3, "softmax")];

function* sync(batches = BATCHES, log: string[] = []): Generator<Batch> {
  try {
    for (const batch of batches) {
      log.push("next");
      yield batch;
    }
  } finally {
    log.push("return");
  }
}

async function* async(batches = BATCHES, log: string[] = []): AsyncGenerator<Batch> {
  try {
    for (const batch of batches) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      log.push("next");
      yield batch;
    }
  } finally {
    log.push("return");
  }
}

/** Begins anew whenever it is asked. */
const again = { [Symbol.asyncIterator]: () => async() };

describe.each(BUILDS)("$name", (math) => {
  const make = (layers = LAYERS): Network => new Network({ inputs: INPUTS, layers, math, seed: 2 });

  test.each<[string, () => Source]>([
    ["an async generator", () => async()],
    ["a generator", () => sync()],
    ["a set", () => new Set(BATCHES)],
    [
      "a web stream",
      () =>
        new ReadableStream<Batch>({
          start: (to) => {
            for (const b of BATCHES) to.enqueue(b);
            to.close();
          },
        }) as unknown as Source,
    ],
  ])("%s trains as trainOnBatch does", async (_, source) => {
    const [network, twin] = [make(), make()];
    const losses = BATCHES.map(([a, b]) => twin.trainOnBatch(a, b));
    const reports: BatchReport[] = [];
    const history = await network.fit(source(), { onBatch: (report) => void reports.push(report) });
    expectSameBits(parametersOf(network), parametersOf(twin));
    expect(reports.map(({ loss }) => loss)).toEqual(losses);
    expect(reports.map(({ batch, batches, step }) => [batch, batches, step])).toEqual(
      [1, 2, 3, 4, 5].map((n) => [n, Infinity, n]),
    );
    const rows = BATCHES.map(([, b]) => b.length);
    const mean = losses.reduce((sum, loss, i) => sum + loss * rows[i], 0) / 34;
    expectClose(history.loss, [mean], 1e-12);
    expect(history).toMatchObject({ epochs: 1, stopped: "completed" });
  });

  test("what is measured is that of all rows of the epoch", async () => {
    const network = make([dense(3, "softmax")]);
    network.learningRate = 0;
    const metrics = ["accuracy", "f1", "auc", "meanAbsoluteError"] as const;
    const x = Float32Array.from(BATCHES.flatMap(([a]) => [...(a as Float32Array)]));
    const y = BATCHES.flatMap(([, b]) => b as number[]);
    const { loss, accuracy, f1, auc, meanAbsoluteError } = network.evaluate(x, y, { metrics });
    const history = await network.fit(again, { epochs: 2, metrics, validationData: [x, y] });
    for (const [name, value] of Object.entries({ loss, accuracy, f1, auc, meanAbsoluteError })) {
      const both = history as unknown as Record<string, number[]>;
      expectClose(both[name], [value as number, value as number], 1e-6);
      expectClose(both[`val${name[0].toUpperCase()}${name.slice(1)}`], both[name], 1e-6);
    }
  });

  test("weights of a batch count", async () => {
    const [network, twin] = [make([dense(3, "softmax")]), make([dense(3, "softmax")])];
    const [a, b] = BATCHES[0] as [Float32Array, number[]];
    const weights = [0, 1, 2, 0, 1, 1, 0, 3];
    const kept = weights.flatMap((weight, r) => new Array(weight).fill(r));
    const history = await network.fit([[a, b, weights] as Batch].values());
    const loss = twin.trainOnBatch(
      kept.map((r) => a.subarray(r * INPUTS, (r + 1) * INPUTS)),
      kept.map((r) => b[r]),
    );
    expectClose(history.loss, [loss], 1e-6);
    expectClose(parametersOf(network), parametersOf(twin), 1e-5);
  });

  test("cut by maxSteps, it goes on with the batches that come next", async () => {
    const [network, twin] = [make(), make()];
    const options: FitOptions = { epochs: 2, stepsPerEpoch: 5, metrics: ["f1", "accuracy"] };
    const wanted = await twin.fit(sync([...BATCHES, ...BATCHES]), options);
    const rest = [...BATCHES, ...BATCHES];
    for (const [steps, stopped] of [
      [3, "budget"],
      [4, "budget"],
      [3, "completed"],
    ] as const) {
      const history = await network.fit(sync(rest.splice(0, steps)), { ...options, maxSteps: steps });
      expect(history.stopped).toBe(stopped);
      if (stopped === "completed") expect(history).toEqual(wanted);
    }
    expectSameBits(parametersOf(network), parametersOf(twin));
  });
});

const make = (): Network => new Network({ inputs: INPUTS, layers: LAYERS, seed: 2 });

test("fitSync takes a sync source, with the bits of fit, and refuses an async one", async () => {
  const [network, twin] = [make(), make()];
  expect(network.fitSync(sync())).toEqual(await twin.fit(async()));
  expectSameBits(parametersOf(network), parametersOf(twin));
  const call = () => network.fitSync(wrong<Iterable<Batch>>(async()));
  await expectError(call, SpecError, ["async source", "use fit"]);
});

test("epochs of a source that begins anew are all of it, each time", async () => {
  const [network, twin] = [make(), make()];
  const history = await network.fit(again, { epochs: 3 });
  for (let epoch = 0; epoch < 3; epoch++) for (const [a, b] of BATCHES) twin.trainOnBatch(a, b);
  expect(history.epochs).toBe(3);
  expectSameBits(parametersOf(network), parametersOf(twin));
});

test("stepsPerEpoch divides an endless source", async () => {
  const endless = (function* () {
    for (;;) yield* BATCHES;
  })();
  const network = make();
  const history = await network.fit(endless, { epochs: 4, stepsPerEpoch: 3 });
  expect([history.epochs, network.step]).toEqual([4, 12]);
  const twin = make();
  for (let i = 0; i < 12; i++) twin.trainOnBatch(BATCHES[i % 5][0], BATCHES[i % 5][1]);
  expectSameBits(parametersOf(network), parametersOf(twin));
});

test.each<[string, FitOptions, string]>([
  ["its steps are done", { stepsPerEpoch: 2 }, "completed"],
  ["its budget is used up", { maxSteps: 2 }, "budget"],
  ["onEpoch says no", { epochs: 3, stepsPerEpoch: 2, onEpoch: () => false }, "callback"],
  ["it stops early", { epochs: 9, stepsPerEpoch: 1, earlyStopping: { patience: 0, minDelta: 9 } }, "early"],
])("return() ends the source where %s", async (_, options, stopped) => {
  for (const source of [sync, async]) {
    const log: string[] = [];
    const history = await make().fit(source(BATCHES, log), options);
    expect(history.stopped).toBe(stopped);
    expect(log).toEqual(["next", "next", "return"]);
  }
});

test("return() ends the source after an abort, and no batch is asked for after it", async () => {
  const controller = new AbortController();
  const log: string[] = [];
  const onBatch = ({ batch }: BatchReport) => {
    if (batch === 3) controller.abort();
  };
  const history = await make().fit(async(BATCHES, log), { onBatch, signal: controller.signal });
  expect(history).toMatchObject({ stopped: "aborted", epochs: 0 });
  expect(log).toEqual(["next", "next", "next", "return"]);
});

describe("after an error the network is as it was, and the source is ended", () => {
  const good = BATCHES[0];
  test.each<[string, unknown, new (message: string) => Error, (string | RegExp)[]]>([
    ["a batch that is none", 7, SpecError, ["A batch of the source is 7", "[x, y]"]],
    ["a batch without y", [good[0]], SpecError, ["an array of 1", "[x, y, sampleWeight]"]],
    ["a batch of wrong shape", [[1, 2, 3], [0]], ShapeError, ["x has 3 values", "multiple of 4"]],
    ["a batch with NaN", [[1, 2, Number.NaN, 4], [0]], DataError, ["x is NaN in row 0, column 2"]],
    ["weights of the wrong number", [...good, [1, 2]], ShapeError, ["sampleWeight has 2 values", "8 rows"]],
  ])("%s", async (_, batch, kind, parts) => {
    const [network, twin] = [make(), make()];
    const log: string[] = [];
    const source = sync([good, wrong<Batch>(batch)], log);
    await expectError(() => network.fit(source), kind as never, parts);
    expect(log[log.length - 1]).toBe("return");
    expect(network.step).toBe(0);
    expect(await network.fit(sync())).toEqual(await twin.fit(sync()));
    expectSameBits(parametersOf(network), parametersOf(twin));
  });

  test("an error of the source itself", async () => {
    const [network, twin] = [make(), make()];
    const failing = async function* () {
      yield good;
      throw new Error("no more");
    };
    await expect(network.fit(failing())).rejects.toThrow("no more");
    expectSameBits(parametersOf(network), parametersOf(twin));
    expect(network.step).toBe(0);
  });

  test("a source that ends too early", async () => {
    const network = make();
    const parts = ["ended after 2 batches of epoch 2 of 4", "begin anew"];
    await expectError(() => network.fit(sync(), { epochs: 4, stepsPerEpoch: 3 }), ShapeError, parts);
    await expectError(() => network.fit(sync(), { epochs: 2 }), ShapeError, [
      "after 0 batches of epoch 2 of 2",
    ]);
    await expectError(() => network.fit(sync([])), ShapeError, ["after 0 batches of epoch 1 of 1"]);
    expect(network.step).toBe(0);
  });

  test("options that concern rows in memory", async () => {
    for (const name of ["batchSize", "shuffle", "validationSplit", "sampleWeight", "classWeight"]) {
      await expectError(() => make().fit(sync(), { [name]: 0 }), SpecError, [
        `"${name}"`,
        "source of batches",
      ]);
    }
  });
});

test("no epochs ask for no batch", async () => {
  const log: string[] = [];
  expect(await make().fit(sync(BATCHES, log), { epochs: 0 })).toMatchObject({
    epochs: 0,
    stopped: "completed",
  });
  expect(log).toEqual([]);
});

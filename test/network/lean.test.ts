/** The Network of densely/core trains and predicts to the same bits, and names what it does not have. */

import { describe, expect, test } from "vitest";
import * as core from "../../src/core.js";
import { Network, SpecError } from "../../src/index.js";
import { expectError, expectSameBits, floats, wholes } from "../helpers.js";

const x = floats(60 * 4, 1);
const y = wholes(60, 2, 3);
const options = { epochs: 4, batchSize: 7, validationSplit: 0.2, metrics: ["accuracy"] as const };
const make = () => new core.Network({ inputs: 4, layers: [core.dense(6, "relu"), core.dense(3, "softmax")] });
const makeFull = () => new Network(make().spec);

describe("the Network of densely/core", () => {
  test("trains, evaluates and predicts to the bits of the other one", async () => {
    const [lean, full] = [make(), makeFull()];
    expect(await lean.fit(x, y, options)).toEqual(await full.fit(x, y, options));
    expect(lean.fitSync(x, y, { batchSize: "full" })).toEqual(full.fitSync(x, y, { batchSize: "full" }));
    expect(lean.getParams()).toEqual(full.getParams());
    expectSameBits(lean.predict(x), full.predict(x));
    expect(lean.predictClasses(x)).toEqual(full.predictClasses(x));
    const metrics = ["accuracy"] as const;
    expect(lean.evaluate(x, y, { metrics })).toEqual(full.evaluate(x, y, { metrics }));
    expect(lean.loss(x, y)).toBe(full.loss(x, y));
  });

  test("goes into JSON and comes out of it, in both", () => {
    const lean = make();
    lean.fitSync(x, y);
    const text = JSON.stringify(lean);
    expectSameBits(core.Network.fromJSON(text).predict(x), lean.predict(x));
    expectSameBits(Network.fromJSON(text).predict(x), lean.predict(x));
  });

  test("calls back, stops and aborts", async () => {
    const seen: number[] = [];
    const history = await make().fit(x, y, { epochs: 5, onEpoch: ({ epoch }) => seen.push(epoch) < 2 });
    expect(history).toMatchObject({ stopped: "callback", epochs: 2 });
    const signal = AbortSignal.abort();
    expect(await make().fit(x, y, { signal })).toMatchObject({ stopped: "aborted", epochs: 0 });
  });

  test.each([
    { worker: true },
    { earlyStopping: {} },
    { sampleWeight: new Float32Array(60) },
    { onBatch() {} },
  ])("refuses %j and says where it is", async (more) => {
    await expectError(() => make().fitSync(x, y, more as object), SpecError, [
      Object.keys(more)[0],
      '"densely"',
    ]);
  });

  test("refuses other metrics, and accuracy of a regression", async () => {
    const metrics = ["f1"] as unknown as "accuracy"[];
    await expectError(() => make().evaluate(x, y, { metrics }), SpecError, ['"accuracy"', '"densely"']);
    const regression = new core.Network({ inputs: 4, layers: [core.dense(1)] });
    const call = () => regression.fitSync(x, floats(60, 3), { metrics: ["accuracy"] });
    await expectError(call, SpecError, ["accuracy", "no meaning"]);
  });
});

/** Parts of a network that are exchanged: optimizer, loss, frozen layers. */

import { describe, expect, test } from "vitest";
import {
  adam,
  batchNorm,
  type CustomLoss,
  dense,
  dropout,
  Network,
  type OptimizerInput,
  SpecError,
  StateError,
  sgd,
} from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import { expectError, expectSameBits, floats, OPTIMIZERS } from "../helpers.js";

const ROWS = 30;
const x = floats(ROWS * 4, 1);
const y = floats(ROWS * 2, 2);
const OPTIONS = { epochs: 2, batchSize: 8 };

const make = (optimizer: OptimizerInput = "adam", loss: "meanSquaredError" | "huber" = "meanSquaredError") =>
  new Network({
    inputs: 4,
    layers: [dense(6, "tanh"), batchNorm(), dropout(0.2), dense(2)],
    optimizer,
    loss,
  });

function expectSame(a: Network, b: Network): void {
  const wanted = Object.entries(b.getParams());
  for (const [name, values] of wanted) expectSameBits(a.getParams()[name as "W1"], values);
}

describe("compile", () => {
  test.each(OPTIMIZERS.filter((name) => name !== "lbfgs"))(
    "with %s trains as a new network of the same parameters does",
    (name) => {
      for (const trained of [true, false]) {
        const network = make(sgd({ learningRate: 0.1, momentum: 0.9 }));
        if (trained) network.fitSync(x, y, OPTIONS);
        const fresh = make(name, "huber");
        fresh.setParams(network.getParams());
        network.compile({ optimizer: name, loss: "huber" });
        expect(network.step).toBe(0);
        expect(network.spec).toEqual(fresh.spec);
        for (const each of [network, fresh]) each.fitSync(x, y, OPTIONS);
        expectSame(network, fresh);
        expect(network.checkpoint()).toEqual(fresh.checkpoint());
      }
    },
  );

  test("with a loss alone keeps the optimizer's state, as two losses that are the same show", () => {
    const square: CustomLoss = {
      name: "square",
      value: () => 0,
      gradient: (a, t, out) => {
        for (let i = 0; i < out.length; i++) out[i] = Math.fround(2 * (a[i] - t[i])) / out.length;
      },
    };
    const [a, b] = [make(), make()];
    for (const each of [a, b]) each.fitSync(x, y, OPTIONS);
    a.compile({ loss: square });
    a.compile({ loss: "meanSquaredError" });
    expect(a.step).toBe(b.step);
    for (const each of [a, b]) each.fitSync(x, y, OPTIONS);
    expectSame(a, b);
  });

  test("predictions stay, and a fit that was cut is discarded", () => {
    const network = make();
    network.fitSync(x, y, { ...OPTIONS, maxSteps: 5 });
    const before = network.predict(x);
    network.compile({ loss: "huber" });
    expectSameBits(network.predict(x), before);
    expect(network.fitSync(x, y, OPTIONS).loss.length).toBe(2);
  });

  test("a wrong part changes nothing, and callbacks may not call it", async () => {
    const network = make();
    network.fitSync(x, y, OPTIONS);
    const { spec, step } = network;
    await expectError(() => network.compile({ optimizer: "adm" as "adam" }), SpecError, ['"adm"']);
    await expectError(() => network.compile({ metrics: [] } as object), SpecError, ['"metrics"']);
    expect([network.spec, network.step]).toEqual([spec, step]);
    const onEpoch = () => network.compile({ loss: "huber" });
    await expectError(() => network.fitSync(x, y, { onEpoch }), StateError, ["is running"]);
  });

  test("Network.load takes another optimizer and loss", () => {
    const network = make();
    network.fitSync(x, y, OPTIONS);
    const loaded = Network.load(network.save(), { optimizer: adam({ learningRate: 0.1 }), loss: "huber" });
    network.compile({ optimizer: adam({ learningRate: 0.1 }), loss: "huber" });
    for (const each of [loaded, network]) each.fitSync(x, y, OPTIONS);
    expectSame(loaded, network);
  });
});

describe("freeze", () => {
  test("keeps a layer, and unfreeze goes on with the states of before", () => {
    const network = make();
    network.fitSync(x, y, OPTIONS);
    const { W1, W2 } = network.getParams();
    network.freeze(0);
    expect(network.spec.layers[0]).toMatchObject({ trainable: false });
    network.fitSync(x, y, OPTIONS);
    expectSameBits(network.getParams().W1, W1);
    expect(Array.from(network.getParams().W2)).not.toEqual(Array.from(W2));
    const [a, b] = [make(), make()];
    for (const each of [a, b]) each.fitSync(x, y, OPTIONS);
    a.freeze(3);
    a.unfreeze(3);
    for (const each of [a, b]) each.fitSync(x, y, OPTIONS);
    expectSame(a, b);
  });

  test("keeps a layer that lbfgs has moved before, and unfreeze moves it again", () => {
    const network = new Network({ inputs: 4, layers: [dense(6, "tanh"), dense(2)], optimizer: lbfgs() });
    network.fitSync(x, y, { epochs: 4 });
    for (const layer of [0, 1]) {
      const [frozen, other] = layer === 0 ? (["W1", "W2"] as const) : (["W2", "W1"] as const);
      const before = network.getParams();
      network.freeze(layer);
      const { loss } = network.fitSync(x, y, { epochs: 4 });
      const after = network.getParams();
      expectSameBits(after[frozen], before[frozen]);
      expect(Array.from(after[other])).not.toEqual(Array.from(before[other]));
      expect(loss[3]).toBeLessThan(loss[0]);
      network.unfreeze(layer);
      network.fitSync(x, y, { epochs: 4 });
      expect(Array.from(network.getParams()[frozen])).not.toEqual(Array.from(before[frozen]));
    }
  });

  test("is refused for a layer without parameters or out of range", async () => {
    await expectError(() => make().freeze(2), SpecError, ["layer 2, a dropout"]);
    await expectError(() => make().unfreeze(4), SpecError, ["layer is 4", "0 to 3"]);
  });
});

describe("onBatch", () => {
  test.each([3, 4, 6])("stops after batch %i by false, and a resumed fit has the same bits", (last) => {
    const [whole, stopped] = [make(), make()];
    const rows: number[] = [];
    const history = stopped.fitSync(x, y, {
      ...OPTIONS,
      onBatch: (report) => {
        rows.push(report.rows);
        return report.step < last;
      },
    });
    expect(history.stopped).toBe("callback");
    expect(stopped.step).toBe(last);
    expect(rows).toEqual([8, 8, 8, 6, 8, 8].slice(0, last));
    whole.fitSync(x, y, OPTIONS);
    stopped.fitSync(x, y, { ...OPTIONS, resume: true });
    expectSame(stopped, whole);
  });

  test("stops a source of batches", () => {
    const network = make();
    const batches = new Set([1, 2, 3].map(() => [x.slice(), y.slice()] as const));
    const history = network.fitSync(batches, { onBatch: ({ batch, rows }) => rows !== ROWS || batch < 2 });
    expect([history.stopped, network.step]).toEqual(["callback", 2]);
  });
});

describe("params", () => {
  test("are those of getParams of one layer, W transposed where that is asked for", () => {
    const network = make();
    network.fitSync(x, y, OPTIONS);
    const { W1, b1, gamma1, beta1, mean1, variance1 } = network.getParams();
    expect(network.params(0)).toEqual({ W1, b1 });
    expect(network.params(1)).toEqual({ gamma1, beta1, mean1, variance1 });
    expect(network.params(2)).toEqual({});
    const transposed = network.params(0, { layout: "inputs-units" });
    expect(transposed.b1).toEqual(b1);
    for (let unit = 0; unit < 6; unit++) {
      for (let input = 0; input < 4; input++)
        expect(transposed.W1[input * 6 + unit]).toBe(W1[unit * 4 + input]);
    }
  });

  test("refuse another layer and another layout", async () => {
    await expectError(() => make().params(4), SpecError, ["layer is 4", "0 to 3"]);
    await expectError(() => make().params(0, { layout: "keras" as "inputs-units" }), SpecError, [
      "layout",
      "keras",
    ]);
  });
});

/** Fits that fail, without and with the acceleration: the same errors at the same point. */

import * as tf from "@tensorflow/tfjs";
import { it } from "vitest";
import { compiled, expectSameOutcome, QUIET, x, y } from "./both.js";

const { layers } = tf;
const last = () => layers.dense({ units: 1, activation: "sigmoid" });

/** Ends of a fit, by name; an error ends as its message. */
const FITS: Readonly<Record<string, (model: tf.LayersModel) => unknown>> = {
  "a fraction of an epoch": async (m) => (await m.fit(x, y, { ...QUIET, epochs: 1.5 })).history,
  "things that were disposed of": async (m) => {
    const gone = x.clone();
    gone.dispose();
    const named = layers.dense({ units: 1, inputShape: [4], name: "gone" });
    const owner = compiled([named], "adam");
    owner.dispose();
    const optimizer = tf.train.sgd(0.1);
    m.compile({ optimizer, loss: "meanSquaredError" });
    const seen: unknown[] = [];
    const see = async (call: () => unknown) => {
      try {
        await call();
      } catch (error) {
        seen.push((error as Error).message.replace(/\w+\/\w+/, "a weight"));
      }
    };
    const callbacks = {
      onTrainBegin: () => void seen.push("begin"),
      onBatchBegin: (b: number) => void seen.push(b),
    };
    await see(() => m.fit(gone, y, { ...QUIET, callbacks }));
    await see(() => m.predict(gone));
    await see(() => owner.predict(x));
    await see(() => owner.fit(x, y, { ...QUIET, callbacks }));
    optimizer.dispose();
    await see(() => m.fit(x, y, { ...QUIET, callbacks }));
    await see(() => m.trainOnBatch(x, y));
    return seen;
  },
  "an optimizer of a model of other sizes": async (m) => {
    const optimizer = tf.train.adam(0.1);
    const other = compiled([layers.dense({ units: 6, inputShape: [4] }), last()], optimizer);
    await other.fit(x, y, QUIET);
    m.compile({ optimizer, loss: "meanSquaredError" });
    return m.fit(x, y, QUIET);
  },
};

it.each(Object.keys(FITS))("%s", async (name) => {
  await expectSameOutcome(compiled, FITS[name]);
});

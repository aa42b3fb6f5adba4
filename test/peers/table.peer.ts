import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { Classifier, Regressor } from "../../src/table.js";
import { FAST, ROWS } from "../table/tools.js";

/** A column of numbers, [rows][1]. */
const columnOf = (values: readonly number[]) =>
  new Tensor("float32", Float32Array.from(values), [values.length, 1]);

const rows = ROWS.map((row, i) => ({ ...row, size: i % 9 === 0 ? null : row.size }));
const sizes = columnOf(rows.map(({ size }) => size ?? Number.NaN));
const colours = Object.fromEntries(
  ["red", "green", "blue"].map((level) => [
    `colour=${level}`,
    columnOf(rows.map(({ colour }) => Number(colour === level))),
  ]),
);

test("onnxruntime predicts as a Classifier, with bins and missing numbers", async () => {
  const model = new Classifier({ target: "kind", columns: { price: "ignore" }, bins: 4, ...FAST });
  await model.fit(rows);
  const session = await InferenceSession.create(model.toONNX());
  const { probabilities } = await session.run({ size: sizes, ...colours });
  const own = model.probabilities(rows).flatMap((row) => Object.values(row));
  expect(probabilities.dims).toEqual([rows.length, 2]);
  own.forEach((p, i) => {
    expect((probabilities.data as Float32Array)[i]).toBeCloseTo(p, 5);
  });
  await session.release();
});

test("onnxruntime predicts as a Regressor that learnt a logarithm", async () => {
  const model = new Regressor({ target: "price", transform: "log", columns: { kind: "ignore" }, ...FAST });
  await model.fit(rows);
  const session = await InferenceSession.create(model.toONNX());
  const { prediction } = await session.run({ size: sizes, ...colours });
  model.predict(rows).forEach((value, i) => {
    expect((prediction.data as Float32Array)[i] / value).toBeCloseTo(1, 4);
  });
  await session.release();
});

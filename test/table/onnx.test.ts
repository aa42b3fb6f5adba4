/** The ONNX graph of a model predicts as the model, from raw numbers and levels of categories. */

import { expect, test } from "vitest";
import { daysIn } from "../../src/table/columns/date.js";
import { Classifier, Regressor } from "../../src/table.js";
import { messages, readModel, runModel, texts } from "../formats/onnx-interpreter.js";
import { FAST, ROWS } from "./tools.js";

const RICH = ROWS.map((row, i) => ({
  ...row,
  size: i % 9 === 0 ? null : row.size,
  tall: i % 4 === 0,
  when: `20${10 + (i % 10)}-0${1 + (i % 9)}-1${i % 10}`,
}));

/** The inputs of the graph for one record. */
function inputsOf({ size, price, colour, tall, when }: (typeof RICH)[0]): Record<string, number[]> {
  const days = daysIn(when) as number;
  const year = Date.UTC(new Date(864e5 * days).getUTCFullYear(), 0, 1) / 864e5;
  const length = Date.UTC(new Date(864e5 * days).getUTCFullYear() + 1, 0, 1) / 864e5 - year;
  const turns = { week: (2 * Math.PI * days) / 7, year: (2 * Math.PI * (days - year)) / length };
  const cycles = Object.entries(turns).flatMap(([name, turn]) => [
    [`sine of the ${name} of when`, [Math.sin(turn)]],
    [`cosine of the ${name} of when`, [Math.cos(turn)]],
  ]);
  const levels = [
    ...["red", "green", "blue"].map((level) => [`colour=${level}`, [Number(colour === level)]]),
  ];
  const flags = [true, false].map((level) => [`tall=${level}`, [Number(tall === level)]]);
  const numbers = { size: [size ?? Number.NaN], price: [price], when: [days] };
  return { ...numbers, ...Object.fromEntries([...levels, ...flags, ...cycles]) };
}

test("of a Classifier has the probabilities", async () => {
  const model = new Classifier({ target: "kind", columns: { when: "date" }, bins: 4, ...FAST });
  await model.fit(RICH);
  const graph = readModel(model.toONNX());
  expect(messages(graph.graph, 11).flatMap((input) => texts(input, 1))).toEqual(
    expect.arrayContaining(["size", "price", "when", "colour=blue", "tall=true", "sine of the week of when"]),
  );
  expect(messages(graph.graph, 12).flatMap((output) => texts(output, 1))).toEqual(["probabilities"]);
  for (const row of RICH) {
    const outputs = runModel(graph, inputsOf(row), "probabilities");
    const own = Object.values(model.probabilities(row));
    own.forEach((p, i) => {
      expect(outputs[i]).toBeCloseTo(p, 5);
    });
  }
});

test.each(["none", "log"] as const)("of a Regressor has the prediction, transform %s", async (transform) => {
  const model = new Regressor({ target: ["price", "size"], transform, ...FAST });
  await model.fit(ROWS.map((row) => ({ ...row, size: row.size + 1 })));
  const graph = readModel(model.toONNX());
  for (const { kind, colour } of ROWS) {
    const levels = ["red", "green", "blue"].map((level) => [`colour=${level}`, [Number(colour === level)]]);
    const kinds = ["small", "large"].map((level) => [`kind=${level}`, [Number(kind === level)]]);
    const [price, size] = runModel(graph, Object.fromEntries([...levels, ...kinds]), "prediction");
    const own = model.predict({ kind, colour });
    expect(price / own.price).toBeCloseTo(1, 4);
    expect(size / own.size).toBeCloseTo(1, 4);
  }
});

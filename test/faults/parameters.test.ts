/** The parameters that setParams and fromJSON take. */

import { describe, expect, test } from "vitest";
import {
  type BatchNormSpec,
  batchNorm,
  DataError,
  dense,
  Network,
  ShapeError,
  SpecError,
} from "../../src/index.js";
import { wrong } from "../helpers.js";
import { apart, expectNoChange, expectRefusal } from "./tools.js";

const any = (value: unknown) => wrong<never>(value);

describe("setParams and fromJSON take W as [units][inputs] and nothing else", () => {
  const make = () => new Network({ inputs: 2, layers: [dense(3), dense(1)] });
  const W1 = [
    [1, 2],
    [3, 4],
    [5, 6],
  ];
  const transposed = [
    [1, 3, 5],
    [2, 4, 6],
  ];

  test("rows of units are taken", () => {
    for (const rows of [
      W1,
      W1.map((row) => Float32Array.from(row)),
      W1.flat(),
      Float64Array.from(W1.flat()),
    ]) {
      const network = make();
      network.setParams({ W1: rows as number[][] });
      expect([...network.getParams().W1]).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });

  const wrongs: [string, unknown][] = [
    ["rows of inputs, as Keras has them", transposed],
    ["rows of inputs as typed arrays", transposed.map((row) => Float32Array.from(row))],
    ["one row of all", [[1, 2, 3, 4, 5, 6]]],
    ["rows of one", [[1], [2], [3], [4], [5], [6]]],
    ["rows of several lengths", [[1, 2, 3], [4, 5], [6]]],
    ["a row within rows of numbers", [1, 2, 3, [4, 5, 6]]],
    ["rows and numbers", [[1, 2], 3, 4, [5, 6]]],
    [
      "rows of rows",
      [
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ],
    ],
    ["too few", [1, 2, 3]],
    ["too many", [1, 2, 3, 4, 5, 6, 7]],
    ["none", []],
    ["an object with a length", { length: 6, 0: 1, 1: 2, 2: 3, 3: 4, 4: 5, 5: 6 }],
    ["an object with rows", { length: 3, 0: [1, 2], 1: [3, 4], 2: [5, 6] }],
    ["rows that are objects", [{ length: 2, 0: 1, 1: 2 }, [3, 4], [5, 6]]],
    ["text", "123456"],
    ["rows of text", ["12", "34", "56"]],
    ["a Set", new Set([1, 2, 3, 4, 5, 6])],
    ["a Map", new Map()],
    ["an iterator", [1, 2, 3, 4, 5, 6].values()],
    ["a promise", Promise.resolve([1, 2, 3, 4, 5, 6])],
    ["BigInts", new BigInt64Array(6)],
    ["a buffer", new ArrayBuffer(24)],
    ["a DataView", new DataView(new ArrayBuffer(6))],
    ["a number", 6],
    ["undefined", undefined],
  ];
  test("null is refused as in every option", async () => {
    await expectRefusal(() => make().setParams({ W1: any(null) }), SpecError, [/W1/, /null/]);
  });

  test.each(wrongs)("%s: ShapeError", async (_, value) => {
    const network = make();
    await expectRefusal(() => network.setParams({ W1: any(value) }), ShapeError, [
      /W1/,
      /\[units\]\[inputs\]/,
    ]);
    await expectNoChange(network, () => network.setParams({ b1: [1, 2, 3], W1: any(value) }));
    const { params, ...rest } = network.toJSON();
    await expectRefusal(() => Network.fromJSON({ ...rest, params: { ...params, W1: value } }), ShapeError, [
      /W1/,
    ]);
  });

  test("that it is transposed is said", async () => {
    await expectRefusal(() => make().setParams({ W1: transposed }), ShapeError, [
      /transpose/,
      /\[units\]\[inputs\]/,
      /3 x 2/,
      /2 x 3/,
    ]);
  });

  test("values that are none are a DataError", async () => {
    for (const value of [Number.NaN, Infinity, 1e39, "1", null, undefined, true, 1n, {}, new Date()]) {
      await expectNoChange(make(), () => make().setParams({ W1: any([1, 2, 3, 4, 5, value]) }), DataError);
      await expectRefusal(
        () =>
          make().setParams({
            W1: any([
              [1, 2],
              [3, 4],
              [5, value],
            ]),
          }),
        DataError,
        [/W1/],
      );
      await expectRefusal(() => make().setParams({ b1: any([1, 2, value]) }), DataError, [/b1/]);
    }
  });

  test("a length is looked at before anything is made of it", async () => {
    const { reads, error } = await apart(
      ({ Network, dense }) => {
        const network = new Network({ inputs: 2, layers: [dense(3)] });
        let reads = 0;
        /** Counts what is read of it. */
        const watched = (list: object) =>
          new Proxy(list, {
            get(target, key) {
              reads++;
              return Reflect.get(target, key);
            },
          });
        const lists = [
          watched({ length: 4e8 }),
          [watched({ length: 4e8 }), [1, 2], [3, 4]],
          watched(new Array(4e8)),
        ];
        const errors = lists.map((W1) => {
          try {
            network.setParams({ W1: W1 as never });
          } catch (error) {
            return (error as Error).name;
          }
          return "";
        });
        return { reads, error: errors.join() };
      },
      { megabytes: 256 },
    );
    expect(error).toBe("ShapeError,ShapeError,ShapeError");
    expect(reads).toBeLessThan(100);
  });

  test("a negative variance is refused, and the least that is none is not", async () => {
    const network = new Network({ inputs: 2, layers: [batchNorm(), dense(1)] });
    for (const variance1 of [
      [1, -1e-9],
      [-1, 1],
    ]) {
      await expectNoChange(network, () => network.setParams({ variance1, mean1: [1, 2] }), DataError);
      await expectRefusal(() => network.setParams({ variance1 }), DataError, [/variance1/, /-1/]);
      const { params, ...rest } = network.toJSON();
      await expectRefusal(() => Network.fromJSON({ ...rest, params: { ...params, variance1 } }), DataError, [
        /variance1/,
      ]);
    }
    network.setParams({ variance1: [0, 1e-30], mean1: [-5, 5] });
    expect((network.spec.layers[0] as BatchNormSpec).type).toBe("batchNorm");
  });
});

/** Mostly good values of every shape that arguments have, with odd ones among them. */

import fc from "fast-check";
import { anything, bounded, NAMES, type Named, named } from "./odd.js";

/** One of some good values, or now and then anything. */
export function mostly(
  good: readonly Named[],
  odd: fc.Arbitrary<Named> = anything,
  weight = 3,
): fc.Arbitrary<Named> {
  return fc.oneof({ weight, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: odd });
}

/** A table of rows of `width` good numbers, in one of the forms that data has, with now and then one odd cell or row. */
export function table(
  name: string,
  rows: number,
  width: number,
  cell: (row: number, col: number) => number,
): fc.Arbitrary<Named> {
  const values = () =>
    Array.from({ length: rows }, (_, r) => Array.from({ length: width }, (_, c) => cell(r, c)));
  const good = [
    named(`rows of ${name}`, values),
    named(`flat ${name}`, () => values().flat()),
    named(`Float32Array ${name}`, () => Float32Array.from(values().flat())),
    named(`Float64Array ${name}`, () => Float64Array.from(values().flat())),
    named(`Float32Array rows of ${name}`, () => values().map((row) => Float32Array.from(row))),
  ];
  const oddCell = fc
    .tuple(fc.nat(rows - 1), fc.nat(width - 1), fc.boolean(), bounded)
    .map(([r, c, isFlat, odd]) =>
      named(`${isFlat ? "flat " : ""}${name} with ${odd.name} at ${r}, ${c}`, () => {
        const all = values() as unknown[][];
        all[r][c] = odd.make();
        return isFlat ? all.flat() : all;
      }),
    );
  const oddRow = fc.tuple(fc.nat(rows - 1), bounded).map(([r, odd]) =>
    named(`${name} with row ${r} ${odd.name}`, () => {
      const all = values() as unknown[];
      all[r] = odd.make();
      return all;
    }),
  );
  const hole = fc.nat(rows - 1).map((r) =>
    named(`${name} without row ${r}`, () => {
      const all = values();
      delete all[r];
      return all;
    }),
  );
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...good) },
    { weight: 2, arbitrary: oddCell },
    { weight: 1, arbitrary: oddRow },
    { weight: 1, arbitrary: hole },
    { weight: 2, arbitrary: anything },
  );
}

/** An object of some of these keys, most of them with good values; now and then of another key, or anything instead. */
export function options(
  rules: Record<string, fc.Arbitrary<Named>>,
  always: Record<string, Named> = {},
): fc.Arbitrary<Named> {
  const keys = Object.keys(rules);
  const entry = fc.constantFrom(...keys).chain((key) => rules[key].map((value) => [key, value] as const));
  const strange = fc.tuple(fc.constantFrom(...NAMES), bounded);
  const entries = fc.array(fc.oneof({ weight: 9, arbitrary: entry }, { weight: 1, arbitrary: strange }), {
    maxLength: 4,
  });
  const object = fc
    .tuple(entries, fc.constantFrom("plain", "plain", "plain", "bare", "inherited"))
    .map(([list, kind]) => {
      const text = list.map(([key, value]) => `${JSON.stringify(key)}: ${value.name}`).join(", ");
      return named(`${kind === "plain" ? "" : `${kind} `}{ ${text} }`, () => {
        const made: object = kind === "bare" ? Object.create(null) : {};
        for (const [key, value] of [...Object.entries(always), ...list]) {
          // As a literal of JSON: __proto__ is a key like any other.
          Object.defineProperty(made, key, {
            value: value.make(),
            enumerable: true,
            configurable: true,
            writable: true,
          });
        }
        return kind === "inherited" ? Object.create(made) : made;
      });
    });
  const none =
    Object.keys(always).length > 0
      ? []
      : [
          { weight: 1, arbitrary: fc.constant(named("undefined", () => undefined)) },
          { weight: 1, arbitrary: bounded },
        ];
  return fc.oneof({ weight: 8, arbitrary: object }, ...none);
}

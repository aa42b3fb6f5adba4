/** Faults of JSON texts that JSON.parse takes without a word, the version that is written, and long values in messages. */

import { expect, test } from "vitest";
import { Network } from "../../src/index.js";
import { faultOf } from "../../src/storage/json-text.js";

test.each([0, 1, 2, 3, 4, 5])("strings that end in %d written backslashes", (count) => {
  // JSON writes each backslash as two of them, so that the quote behind them ends the string.
  const text = JSON.stringify("\\".repeat(count));
  expect(faultOf(`{"a":${text},"b":1}`)).toBeUndefined();
  expect(faultOf(`{"a":${text},"a":1}`)).toBe('has the name "a" twice');
  // A quote within a string does not end it.
  const quoted = JSON.stringify(`${"\\".repeat(count)}","a":"`);
  expect(faultOf(`{"a":${quoted},"b":1}`)).toBeUndefined();
  expect(faultOf(`{"a":${quoted},"a":1}`)).toBe('has the name "a" twice');
});

test("a name twice in one object is a fault, in two objects it is none", () => {
  expect(faultOf('[{"a":1},{"a":{"a":2}}]')).toBeUndefined();
  expect(faultOf('[{"a":1,"\\u0061":2}]')).toBe('has the name "a" twice');
});

test("toJSON writes version 2, which other versions of densely read", () => {
  expect(new Network([2, 1]).toJSON().version).toBe(2);
});

test("a message shows the beginning of a long value, 60 characters with its quote", () => {
  const long = Array.from({ length: 80 }, (_, i) => String.fromCharCode(97 + (i % 26))).join("");
  expect(() =>
    Network.fromJSON({ ...new Network([2, 1]).toJSON(), optimizer: { type: long } } as never),
  ).toThrow(`"${long.slice(0, 59)}...: use one of`);
});

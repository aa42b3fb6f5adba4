/** Values of every kind, most of them wrong wherever they go: each has a name to be printed by, and is made anew. */

import fc from "fast-check";

/** A value under the name that counterexamples have for it. */
export interface Named<T = unknown> {
  name: string;
  make: () => T;
}

/** The same for fast-check, which prints the name. */
export function named<T>(name: string, make: () => T): Named<T> {
  return Object.assign({ name, make }, { [fc.toStringMethod]: () => name });
}

/** The error of a user's own code: it must come out as it is. */
export class Mine extends Error {
  override readonly name = "Mine";
}

const fail = (): never => {
  throw new Mine("mine");
};

/** Names that every object inherits, and those that JSON, code and people confuse with others. */
export const NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "",
  "0",
  "1",
  "0x0",
  "-1",
  "1.5",
  "NaN",
  "null",
  "loss",
  "valLoss",
  "accuracy",
  "relu",
  "adam",
  "full",
  "balanced",
  "ü\n\u0000🌸",
];

const strings = [...NAMES, "y".repeat(3000)].map((text) =>
  named(text.length > 99 ? "a long text" : JSON.stringify(text), () => text),
);

/** Numbers at the ends of what types hold. None is a size that memory could hold and time could not bear. */
const NUMBERS = [
  0,
  -0,
  1,
  2,
  3,
  -1,
  0.5,
  -0.5,
  1e-7,
  255,
  256,
  1e-46,
  1e39,
  -1e39,
  1e308,
  5e-324,
  Infinity,
  -Infinity,
  NaN,
];
const HUGE = [2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e21];

const numbersOf = (list: readonly number[]) =>
  list.map((value) => named(Object.is(value, -0) ? "-0" : String(value), () => value));

/** An array that lacks an entry. */
function holey(length: number, ...at: [number, unknown][]): unknown[] {
  const array = new Array(length);
  for (const [index, value] of at) array[index] = value;
  return array;
}

const detached = () => {
  const values = Float32Array.of(1, 2, 3, 4);
  structuredClone(values.buffer, { transfer: [values.buffer] });
  return values;
};

const objects: Named[] = [
  named("{}", () => ({})),
  named("[]", () => []),
  named("[[]]", () => [[]]),
  named("[null]", () => [null]),
  named("[undefined]", () => [undefined]),
  named("Array(3)", () => holey(3)),
  named("[1, , 3]", () => holey(3, [0, 1], [2, 3])),
  named("[[1, 2], , [3, 4]]", () => holey(3, [0, [1, 2]], [2, [3, 4]])),
  named('["a", "b"]', () => ["a", "b"]),
  named("[1n, 2n]", () => [1n, 2n]),
  named("[true, false]", () => [true, false]),
  named("[NaN, Infinity]", () => [NaN, Infinity]),
  named("[[1, 2], [3, NaN]]", () => [
    [1, 2],
    [3, NaN],
  ]),
  named("[[1, 2], [3]]", () => [[1, 2], [3]]),
  named("[[[1, 2]]]", () => [[[1, 2]]]),
  named("{ length: 2 }", () => ({ length: 2, 0: 1, 1: 2 })),
  named("{ length: 4e8 }", () => ({ length: 4e8 })),
  named("Map", () => new Map([["epochs", 1]])),
  named("Set", () => new Set([1, 2])),
  named("Set of batches", () => new Set([[[[1, 2]], [1]]])),
  named("Date", () => new Date(0)),
  named("RegExp", () => /x/g),
  named("Promise", () => Promise.resolve([[1, 2]])),
  named("Error", () => new TypeError("x")),
  named("ArrayBuffer", () => new ArrayBuffer(16)),
  named("SharedArrayBuffer", () => new SharedArrayBuffer(16)),
  named("DataView", () => new DataView(new ArrayBuffer(16))),
  named("Float32Array(4)", () => Float32Array.of(1, 2, 3, 4)),
  named("Float32Array(0)", () => new Float32Array(0)),
  named("Float32Array of NaN", () => Float32Array.of(1, NaN)),
  named("Float64Array of 1e300", () => Float64Array.of(1, 1e300)),
  named("shared Float32Array", () => new Float32Array(new SharedArrayBuffer(16))),
  named("a detached Float32Array", detached),
  named("Uint8Array(4)", () => Uint8Array.of(0, 1, 254, 255)),
  named("Uint8ClampedArray(2)", () => Uint8ClampedArray.of(0, 255)),
  named("Int8Array(2)", () => Int8Array.of(-1, 1)),
  named("Int16Array(2)", () => Int16Array.of(-1, 1)),
  named("Uint16Array(2)", () => Uint16Array.of(0, 1)),
  named("Int32Array(2)", () => Int32Array.of(0, 1)),
  named("Uint32Array(2)", () => Uint32Array.of(0, 2 ** 32 - 1)),
  named("BigInt64Array(2)", () => BigInt64Array.of(0n, 1n)),
  named("BigUint64Array(2)", () => BigUint64Array.of(0n, 1n)),
  named("Object.create(null)", () => Object.create(null)),
  named("Object.create({ epochs: 1 })", () => Object.create({ epochs: 1 })),
  named("String object", () => Object("relu")),
  named("Number object", () => Object(1)),
  named("a class", () => class A {}),
  named(
    "an instance",
    () =>
      new (class A {
        x = 1;
      })(),
  ),
  named("() => 1", () => () => 1),
  named("() => NaN", () => () => NaN),
  named("() => undefined", () => () => undefined),
  named("() => false", () => () => false),
  named("() => a promise", () => async () => false),
  named("a function that throws", () => fail),
  named("an async function that throws", () => () => {
    const failed = (async () => fail())();
    // fitSync does not wait for it, and hands the rejection to the host.
    failed.catch(() => undefined);
    return failed;
  }),
  named(
    "a generator function",
    () =>
      function* () {
        yield 1;
      },
  ),
  named("a generator", () =>
    (function* () {
      yield [[[1, 2]], [1]];
    })(),
  ),
  named("a generator that throws", () =>
    (function* () {
      yield fail();
    })(),
  ),
  named("an iterable of nothing", () => ({ [Symbol.iterator]: () => ({ next: () => undefined }) })),
  named("an iterable that is none", () => ({ [Symbol.iterator]: 7 })),
  named("a thenable", () => ({
    // biome-ignore lint/suspicious/noThenProperty: what a thenable does to a call is what is tried
    then: (resolve: (value: unknown) => void) => resolve(false),
  })),
  named("a signal", () => new AbortController().signal),
  named("an aborted signal", () => AbortSignal.abort()),
  named("a getter that throws", () => Object.defineProperty({}, "type", { get: fail, enumerable: true })),
  named("a length that throws", () => Object.defineProperty({}, "length", { get: fail, enumerable: true })),
  named("a row whose getter throws", () => [Object.defineProperty([1, 2], 0, { get: fail })]),
  named("a text that throws", () => ({ toString: fail, valueOf: fail, [Symbol.toPrimitive]: fail })),
  named("a Proxy of {}", () => new Proxy({}, {})),
  named("a Proxy of []", () => new Proxy([1, 2], {})),
  named(
    "a Proxy that throws",
    () =>
      new Proxy(
        {},
        { get: fail, ownKeys: fail, has: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail },
      ),
  ),
  named("an object that holds itself", () => {
    const it: Record<string, unknown> = { type: "warmup", steps: 1 };
    return Object.assign(it, { after: it, layers: [it], self: it });
  }),
  named("frozen", () => Object.freeze([1, 2])),
];

const primitives: Named[] = [
  named("undefined", () => undefined),
  named("null", () => null),
  named("true", () => true),
  named("false", () => false),
  named("1n", () => 1n),
  named("a huge BigInt", () => 10n ** 400n),
  named("Symbol()", () => Symbol("s")),
];

/** Anything, except whole numbers so large that to do as they say would never end. */
export const bounded: fc.Arbitrary<Named> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...primitives) },
  { weight: 2, arbitrary: fc.constantFrom(...numbersOf(NUMBERS)) },
  { weight: 2, arbitrary: fc.constantFrom(...strings) },
  { weight: 5, arbitrary: fc.constantFrom(...objects) },
);

/** Anything. */
export const anything: fc.Arbitrary<Named> = fc.oneof(
  { weight: 9, arbitrary: bounded },
  { weight: 1, arbitrary: fc.constantFrom(...numbersOf(HUGE)) },
);

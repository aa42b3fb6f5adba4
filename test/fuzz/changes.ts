/** Changes of files: of what their JSON says, of how it is written, and of bytes. */

import { asText, pack, text } from "./files.js";
import { NAMES } from "./odd.js";

/** Values that may stand in the place of a value in JSON. */
const ODD = [
  "null",
  "true",
  "0",
  "-1",
  "1.5",
  "1e39",
  "1e-46",
  "1e300",
  "2147483648",
  "9007199254740993",
  "1e999",
  '""',
  '"x"',
  '"softmax"',
  "[]",
  "{}",
  "[null]",
  "[1,2,3]",
  '{"length":4e8}',
  '{"__proto__":1}',
  `"${"y".repeat(2000)}"`,
  `[${"1,".repeat(3000)}1]`,
  "[".repeat(2000) + "]".repeat(2000),
  `${'{"a":'.repeat(1500)}1${"}".repeat(1500)}`,
  ...NAMES.map((name) => JSON.stringify(name)),
];

/** A change of a file, by some random numbers from 0 to below 1. */
type Change = (bytes: Uint8Array, numbers: () => number) => Uint8Array;

const at = (length: number, numbers: () => number) => Math.floor(numbers() * length);

/** Where JSON has numbers, texts, names and brackets: the header of a file, or all of a text. */
function change(json: string, numbers: () => number): string {
  const parts = [...json.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*|true|false|null|[[\]{}:,]/g)];
  if (parts.length === 0) return json;
  const { index, 0: part } = parts[at(parts.length, numbers)];
  const odd = ODD[at(ODD.length, numbers)];
  const end = index + part.length;
  const kind = at(6, numbers);
  if (kind === 0) return json.slice(0, index) + json.slice(end);
  if (kind === 1) return json.slice(0, end) + (/[,[]/.test(part) ? `${odd},` : `,${odd}`) + json.slice(end);
  if (kind === 2) {
    // A piece of it twice, such as a name with its value.
    const more =
      parts[
        Math.min(parts.length - 1, parts.findIndex((entry) => entry.index === index) + 1 + at(12, numbers))
      ];
    const piece = json.slice(index, more.index + more[0].length);
    return `${json.slice(0, more.index + more[0].length)},${piece}${json.slice(more.index + more[0].length)}`;
  }
  if (kind === 3 && /^-?\d/.test(part)) {
    const factor = [-1, 0, 2, 0.5, 1000, 1e9, 2 ** 31][at(7, numbers)];
    return json.slice(0, index) + String(Number(part) * factor) + json.slice(end);
  }
  return (
    json.slice(0, index) +
    (part.startsWith('"') && /^\s*:/.test(json.slice(end)) && !odd.startsWith('"')
      ? JSON.stringify(odd.slice(0, 9))
      : odd) +
    json.slice(end)
  );
}

type Json = Record<string, unknown>;

/** Numbers that a number may become. */
const FACTORS = [-1, 0, 2, 0.5, 1000, 1e9, 2 ** 31, 1e40, 1e-50];

/** One entry of a tree of JSON becomes another: its value, its name, its place or nothing. Texts that hold JSON are trees too. */
function changeTree(tree: unknown, numbers: () => number): void {
  const places: [parent: Json, key: string][] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, entry] of Object.entries(value)) {
      places.push([value as Json, key]);
      collect(entry);
    }
  };
  collect(tree);
  if (places.length === 0) return;
  const [parent, key] = places[at(places.length, numbers)];
  const value = parent[key];
  if (typeof value === "string" && value.startsWith("{") && numbers() < 0.9) {
    parent[key] = changeJson(value, numbers);
    return;
  }
  const set = (name: string, entry: unknown) =>
    Object.defineProperty(parent, name, {
      value: entry,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  const kind = at(7, numbers);
  if (kind === 0) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  } else if (kind === 1 && Array.isArray(parent)) parent.splice(Number(key), 0, value);
  else if (kind === 2) set(NAMES[at(NAMES.length, numbers)], value);
  else if (kind === 3) {
    const [other, name] = places[at(places.length, numbers)];
    set(key, structuredClone(other[name]));
  } else if (typeof value === "number" && kind < 6) set(key, value * FACTORS[at(FACTORS.length, numbers)]);
  else {
    const odd = ODD[at(ODD.length, numbers)];
    try {
      set(key, JSON.parse(odd));
    } catch {
      set(key, odd);
    }
  }
}

/** JSON with a change in it: mostly of what it says, now and then of how it is written. */
function changeJson(json: string, numbers: () => number): string {
  if (numbers() < 0.15) return change(json, numbers);
  try {
    const tree = JSON.parse(json);
    changeTree(tree, numbers);
    return JSON.stringify(tree);
  } catch {
    // An earlier change has broken it.
    return change(json, numbers);
  }
}

const isText = (bytes: Uint8Array) => bytes[0] === 0x7b;

export const CHANGES: Record<string, Change> = {
  "JSON changed": (bytes, numbers) => {
    if (isText(bytes)) return text(changeJson(asText(bytes), numbers));
    if (bytes.length < 8) return bytes.slice(1);
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    if (length > bytes.length - 8) return bytes.slice(1);
    return pack(changeJson(asText(bytes.subarray(8, 8 + length)), numbers), bytes.subarray(8 + length));
  },
  "bytes changed": (bytes, numbers) => {
    const copy = bytes.slice();
    for (let i = at(4, numbers); i >= 0; i--) copy[at(copy.length, numbers)] = at(256, numbers);
    return copy;
  },
  "values changed": (bytes, numbers) => {
    const copy = bytes.slice();
    const place = copy.length - 4 - 4 * at(Math.min(30, copy.length / 4 - 2), numbers);
    const value = [Number.NaN, Infinity, -Infinity, 3e38, -1, -0, 1e-45][at(7, numbers)];
    if (place >= 0 && place + 4 <= copy.length) new DataView(copy.buffer).setFloat32(place, value, true);
    return copy;
  },
  "cut off": (bytes, numbers) => bytes.slice(0, at(bytes.length, numbers)),
  "cut off before": (bytes, numbers) => bytes.slice(at(bytes.length, numbers)),
  longer: (bytes, numbers) => Uint8Array.from([...bytes, ...new Uint8Array(at(64, numbers))]),
  "a piece gone": (bytes, numbers) => {
    const from = at(bytes.length, numbers);
    return Uint8Array.from([...bytes.subarray(0, from), ...bytes.subarray(from + 1 + at(16, numbers))]);
  },
  "a piece twice": (bytes, numbers) => {
    const from = at(bytes.length, numbers);
    return Uint8Array.from([
      ...bytes.subarray(0, from),
      ...bytes.subarray(Math.max(0, from - at(64, numbers))),
    ]);
  },
};

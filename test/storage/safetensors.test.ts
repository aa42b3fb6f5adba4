import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/errors.js";
import { readSafetensors, type Tensor, writeSafetensors } from "../../src/storage/safetensors.js";
import { expectError, type Parts, wrong } from "../helpers.js";

const tensors = new Map<string, Tensor>([
  ["odd", { shape: [3], values: Int32Array.of(1, -2, 2 ** 31 - 1) }],
  ["weight", { shape: [2, 2], values: Float32Array.of(0.1, -0, 1e-45, 3e38) }],
  ["wide", { shape: [1], values: Float64Array.of(Math.PI) }],
  ["empty", { shape: [0, 7], values: new Float32Array(0) }],
]);
const metadata = new Map([["ключ", "värde \u0000 𝄞"]]);

/** Writes a file of a header, unchecked, and a number of bytes. */
function file(header: unknown, values = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + values);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (from: number, to: number, shape = [(to - from) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [from, to],
});

describe("safetensors", () => {
  it("reads what it wrote, bit for bit", () => {
    const bytes = writeSafetensors({ tensors, metadata });
    for (const given of [bytes, bytes.buffer, Buffer.from(bytes)]) {
      const back = readSafetensors(given);
      expect(back.metadata).toEqual(metadata);
      expect(new Map([...back.tensors].sort())).toEqual(new Map([...tensors].sort()));
    }
  });

  it("writes values as the format demands: aligned, in order, without gaps", () => {
    const bytes = writeSafetensors({ tensors, metadata });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(length % 8).toBe(0);
    expect(bytes[8]).toBe("{".charCodeAt(0));
    expect(header.wide).toEqual({ dtype: "F64", shape: [1], data_offsets: [0, 8] });
    expect(header.weight).toEqual({ dtype: "F32", shape: [2, 2], data_offsets: [8, 24] });
    expect(header.odd).toEqual({ dtype: "I32", shape: [3], data_offsets: [24, 36] });
    expect(bytes.length).toBe(8 + length + 36);
    expect(new DataView(bytes.buffer).getFloat64(8 + length, true)).toBe(Math.PI);
  });

  it("reads views into larger buffers, from odd addresses", () => {
    const bytes = writeSafetensors({ tensors, metadata });
    const room = new Uint8Array(bytes.length + 3);
    room.set(bytes, 1);
    expect(readSafetensors(room.subarray(1, -2)).tensors.size).toBe(4);
  });

  it("returns copies", () => {
    const bytes = Buffer.from(writeSafetensors({ tensors, metadata }));
    const back = readSafetensors(bytes);
    bytes.fill(0);
    expect(back.tensors.get("wide")?.values[0]).toBe(Math.PI);
  });

  it("reads tensors in the order of their values, whatever the order of the header", () => {
    const header = { third: entry(8, 20), first: entry(0, 4), second: entry(4, 8), none: entry(4, 4) };
    const { tensors } = readSafetensors(file(header, 20));
    expect([...tensors.keys()]).toEqual(["first", "none", "second", "third"]);
    expect([...tensors.values()].map(({ values }) => values.length)).toEqual([1, 0, 1, 3]);
  });

  it("reads tensors named like members of Object", () => {
    const header = `{"__proto__":${JSON.stringify(entry(0, 4))},"constructor":${JSON.stringify(entry(4, 8))},"__metadata__":{"__proto__":"x"}}`;
    const back = readSafetensors(file(header, 8));
    expect([...back.tensors.keys()]).toEqual(["__proto__", "constructor"]);
    expect(back.metadata.get("__proto__")).toBe("x");
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  const endless = `${"[".repeat(1e6)}${"]".repeat(1e6)}`;
  const mistakes: [string, unknown, Parts][] = [
    ["no bytes", new Uint8Array(0), ["0 bytes", "cut off"]],
    ["a number", 5e9, ["5000000000", "Uint8Array"]],
    ["nothing", null, ["null"]],
    [
      "a header longer than the file",
      Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 123, 125),
      ["10 bytes", "header"],
    ],
    ["a header of 2⁶⁴ bytes", new Uint8Array(40).fill(255), ["40 bytes", "header"]],
    ["text", file("hello, world"), ["hello, world", "JSON object"]],
    ["half a header", file('{"a":'), ["JSON object"]],
    ["a list", file([1, 2]), ["array of 2"]],
    ["metadata that is text", file({ __metadata__: "x".repeat(99) }), ["metadata", "object"]],
    ["a text that is none", file({ __metadata__: { epoch: 3 } }), ["epoch", "3"]],
    ["an entry that is none", file({ W: null }), ['"W"', "undefined"]],
    ["an unknown type", file({ W: { ...entry(0, 4), dtype: "BF16" } }, 4), ['"W"', "BF16", "float32"]],
    ["a type of Object's own", file({ W: { ...entry(0, 4), dtype: "constructor" } }, 4), ["constructor"]],
    ["a negative size", file({ W: entry(0, 4, [-1]) }, 4), ['"W"', "whole numbers"]],
    ["a broken size", file({ W: entry(0, 4, [0.5]) }, 4), ["whole numbers"]],
    ["a gigantic shape", file({ W: entry(0, 4, [2 ** 40, 2 ** 40]) }, 4), ["1099511627776 x 1099511627776"]],
    ["a shape that lies", file({ W: entry(0, 8, [3]) }, 8), ["8 bytes", "12"]],
    [
      "an endless shape",
      file(`{"W":{"dtype":"F32","shape":${endless},"data_offsets":${endless}}}`),
      ["nested"],
    ],
    ["places that run backwards", file({ W: entry(4, 0, [1]) }, 8), ["-4 bytes"]],
    ["overlapping tensors", file({ V: entry(0, 8), W: entry(4, 12) }, 12), ['"W"', "begin at 8"]],
    ["a gap", file({ V: entry(0, 4), W: entry(8, 12) }, 12), ['"W"', "begin at 4"]],
    ["a tensor beyond the end", file({ W: entry(0, 4e9) }, 4), ['"W"', "in 4 bytes"]],
    ["bytes behind the last", file({ W: entry(0, 4) }, 6), ["byte 4 of 6"]],
  ];
  it.each(mistakes)("refuses %s", async (_, given, parts) => {
    await expectError(() => readSafetensors(wrong(given)), FormatError, parts);
  });
});

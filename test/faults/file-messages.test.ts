/** Files are told apart by what they are. */

import { describe, expect, test } from "vitest";
import { fromPyTorch, fromTFJS, toTFJS } from "../../src/formats.js";
import { batchNorm, dense, FormatError, Network, SpecError } from "../../src/index.js";
import { type Parts, wrong } from "../helpers.js";
import { errorOf, expectRefusal, file } from "./tools.js";

const network = () => new Network([2, 2]);
describe("A file is told what it is", () => {
  /** Tensors of zeros as safetensors. */
  function tensors(shapes: Record<string, [dtype: string, shape: number[]]>): Uint8Array<ArrayBuffer> {
    const size: Record<string, number> = { I8: 1, F16: 2, BF16: 2, F32: 4, F64: 8, I64: 8 };
    let end = 0;
    const header = Object.fromEntries(
      Object.entries(shapes).map(([name, [dtype, shape]]) => {
        const begin = end;
        end += shape.reduce((a, b) => a * b, size[dtype]);
        return [name, { dtype, shape, data_offsets: [begin, end] }];
      }),
    );
    return file(header, new Uint8Array(end));
  }
  const torch = (shapes: Parameters<typeof tensors>[0], activations: object = ["relu", "linear"]) =>
    fromPyTorch(tensors(shapes), { activations: wrong(activations) });
  const { model, weights } = toTFJS(network());
  const quantized = JSON.parse(JSON.stringify(model));
  for (const weight of quantized.weightsManifest[0].weights) {
    weight.quantization = { dtype: "int4", scale: 0.01, min: -1 };
  }

  const cases: [string, () => unknown, Parts, Parts?][] = [
    [
      "weights of TensorFlow.js quantized to a type that it does not write",
      () => fromTFJS(quantized, new Uint8Array(weights.length / 4)),
      [/quantiz/],
      [/cut off/],
    ],
    [
      "quantized without a scale",
      () => {
        const bare = JSON.parse(JSON.stringify(quantized).replaceAll('"int4","scale":0.01', '"uint8"'));
        fromTFJS(bare, new Uint8Array(weights.length / 4));
      },
      [/quantiz/, /scale/],
      [/cut off/],
    ],
    [
      "integers of PyTorch's quantization",
      () => torch({ "0.weight": ["I8", [3, 2]], "0.bias": ["F16", [3]] }),
      [/I8/, /F32|float32|\.float\(\)/],
      [/F64/],
    ],
    [
      "a checkpoint of PyTorch (a ZIP archive)",
      () => fromPyTorch(Uint8Array.from([80, 75, 3, 4, ...Array(60).fill(0)]), { activations: ["relu"] }),
      [/safetensors|ZIP|\.pt/],
    ],
    [
      "an older checkpoint of PyTorch (a pickle)",
      () =>
        fromPyTorch(Uint8Array.from([0x80, 2, 0x8a, 10, ...Array(60).fill(108)]), { activations: ["relu"] }),
      [/pickle/, /torch\.save/, /save_file/],
      [/cut off/],
    ],
    ["JSON given to load", () => Network.load(wrong(JSON.stringify(network()))), [/fromJSON/], [/"layers"/]],
    ["the data of toJSON given to load", () => Network.load(wrong(network().toJSON())), [/fromJSON/]],
    [
      "bytes of JSON given to load",
      () => Network.load(new TextEncoder().encode(JSON.stringify(network()))),
      [/fromJSON|safetensors/],
    ],
    ["a path given to load", () => Network.load(wrong("model.safetensors")), [/loadFile|bytes|read/]],
    ["a checkpoint given to load", () => Network.load(network().checkpoint()), [/resume/]],
    ["a saved network given to resume", () => Network.resume(network().save()), [/load/]],
    ["no bytes", () => Network.load(new Uint8Array(0)), [/0 bytes|empty/]],
    ["a file that is cut off", () => Network.load(network().save().subarray(0, -3)), [/cut off|bytes/]],
    [
      "a promise of bytes",
      () => Network.load(wrong(Promise.resolve(network().save()))),
      [/[Pp]romise/, /await/],
    ],
    ["a Response", () => Network.load(wrong(new Response("x"))), [/Response|object/, /bytes|arrayBuffer/]],
    [
      "fromTFJS of what loadFile would read",
      () => fromTFJS(wrong(network().save()), weights),
      [/Network\.load|model\.json/],
    ],
  ];

  test.each(cases)("%s", async (_, call, parts, without = []) => {
    const { name, message } = await errorOf(call);
    expect(name).toBe("FormatError");
    expect(message.length).toBeLessThan(600);
    for (const part of parts) expect(message).toMatch(part);
    for (const part of without) expect(message).not.toMatch(part);
  });

  test("fromJSON of nothing, as an empty slot of localStorage is", async () => {
    await expectRefusal(
      () => Network.fromJSON(null),
      SpecError,
      [/\bnull\b/, /toJSON|JSON/],
      [/object of options/],
    );
    await expectRefusal(() => Network.fromJSON(undefined), SpecError, [/undefined/], [/object of options/]);
    await expectRefusal(() => Network.fromJSON("null"), SpecError, [/\bnull\b/], [/object of options/]);
    await expectRefusal(() => Network.fromJSON(""), SpecError, [/empty|""/]);
    await expectRefusal(() => Network.fromJSON("[object Object]"), SpecError, [/JSON\.stringify|no JSON/]);
    await expectRefusal(() => Network.fromJSON(network().save()), SpecError, [/Network\.load/]);
    await expectRefusal(() => Network.fromJSON([]), SpecError, [/array/]);
  });

  test("a batchNorm in a Keras file is read and no reason for advice", () => {
    const made = new Network({ inputs: 2, layers: [dense(3), batchNorm(), dense(1)] });
    const { model, weights } = toTFJS(made);
    expect(fromTFJS(model, weights).spec.layers[1].type).toBe("batchNorm");
    expect(() => fromTFJS(model, weights.subarray(4))).toThrow(FormatError);
  });

  test("activations by other names than the modules have", async () => {
    const shapes: Parameters<typeof tensors>[0] = {
      "fc.weight": ["F32", [3, 2]],
      "out.weight": ["F32", [1, 3]],
    };
    const { name, message } = await errorOf(() => torch(shapes, { fc: "relu", last: "linear" }));
    expect([name, message]).toEqual([
      "SpecError",
      expect.stringMatching(/^activations has "fc", "last".*"out"/),
    ]);
  });

  test("class indices behind a softmax with another loss", async () => {
    const layers = [dense(3, "softmax")];
    const squared = new Network({ inputs: 2, layers, loss: "meanSquaredError" });
    const { name, message } = await errorOf(() => squared.fitSync([[1, 2]], [2]));
    expect([name, message]).toEqual(["ShapeError", expect.stringMatching(/loss "categoricalCrossentropy"/)]);
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FormatError, SpecError } from "../../src/errors.js";
import { cosineDecay, warmup } from "../../src/model/schedules.js";
import { checkSpec } from "../../src/model/spec.js";
import { tensorsOf } from "../../src/model/tensors.js";
import { dense } from "../../src/program/layers/index.js";
import { sgd } from "../../src/program/optimizers.js";
import { load, pack, save } from "../../src/storage/network-file.js";
import { readSafetensors, type Safetensors, writeSafetensors } from "../../src/storage/safetensors.js";
import { expectError, expectSameBits, type Parts } from "../helpers.js";
import { mendLength, mutate } from "./mutate.js";
import { paramsOf, randomOptions, trained, VERSION_1 } from "./networks.js";

const small = trained({ inputs: 2, layers: [dense(3, "tanh"), { type: "batchNorm" }, dense(1, "sigmoid")] });
const smallFile = save(small.spec, small.getParams());

/** The file of a small network after a change to its tensors or texts. */
function changed(change: (file: Safetensors) => void): Uint8Array {
  const file = pack(small.spec, small.getParams());
  change(file);
  return writeSafetensors(file);
}

describe("save and load", () => {
  it("carry every kind of layer, spec and bits", () => {
    for (const options of [VERSION_1, ...Array.from({ length: 50 }, (_, seed) => randomOptions(seed))]) {
      const { spec, getParams } = trained(options);
      const back = load(save(spec, getParams()));
      expect(back.spec).toEqual(spec);
      expect(Object.keys(back.params)).toEqual(Object.keys(getParams()));
      for (const [name, values] of Object.entries(getParams())) expectSameBits(back.params[name], values);
    }
  });

  it("carry optimizers and schedules", () => {
    const learningRate = warmup({ steps: 10, after: cosineDecay({ learningRate: 0.1, steps: 100 }) });
    const { spec, getParams } = trained({ inputs: 2, layers: [dense(1)], optimizer: sgd({ learningRate }) });
    expect(load(save(spec, getParams())).spec).toEqual(spec);
  });

  it("name tensors and shapes as PyTorch does", () => {
    const { tensors, metadata } = readSafetensors(smallFile);
    expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual({
      "layers.0.weight": [3, 2],
      "layers.0.bias": [3],
      "layers.1.weight": [3],
      "layers.1.bias": [3],
      "layers.1.running_mean": [3],
      "layers.1.running_var": [3],
      "layers.2.weight": [1, 3],
      "layers.2.bias": [1],
    });
    expect(metadata.get("format")).toBe("pt");
    expect(metadata.get("densely")).toBe("1");
  });

  it("give the same bytes again", () => {
    const { spec, params } = load(smallFile);
    expect(Buffer.compare(save(spec, params), smallFile)).toBe(0);
  });

  it("refuse a learning rate that is a function", async () => {
    const learningRate = (step: number) => 1 / (1 + step);
    const spec = checkSpec({
      inputs: 2,
      layers: [dense(1)],
      optimizer: { type: "adam", learningRate: { type: "custom", rate: learningRate } },
    });
    await expectError(() => save(spec, paramsOf(spec, 1)), SpecError, [
      "learningRate is function learningRate",
      "piecewise",
    ]);
  });
});

describe("versions", () => {
  it.each(["version-1"])("%s is read", (version) => {
    const { spec, params } = load(readFileSync(new URL(`kept/${version}.safetensors`, import.meta.url)));
    const wanted = trained(VERSION_1);
    expect(spec).toEqual(wanted.spec);
    for (const [name, values] of Object.entries(wanted.getParams())) expectSameBits(params[name], values);
  });
});

describe("broken files", () => {
  const weight = "layers.0.weight";
  const mistakes: [string, (file: Safetensors) => void, Parts][] = [
    ["of another program", ({ metadata }) => metadata.delete("densely"), ["densely", "fromPyTorch"]],
    ["of a later version", ({ metadata }) => metadata.set("densely", "2"), ['"2"', "1"]],
    ["without a spec", ({ metadata }) => metadata.delete("spec"), ["spec in the metadata"]],
    ["with half a spec", ({ metadata }) => metadata.set("spec", '{"inputs":2'), ["spec in the metadata"]],
    [
      "with an unknown layer",
      ({ metadata }) => metadata.set("spec", '{"inputs":2,"layers":[{"type":"conv"}]}'),
      ["conv"],
    ],
    [
      "with an option too many",
      ({ metadata }) => metadata.set("spec", '{"inputs":2,"layers":[{"units":1}],"__proto__":{"seed":9}}'),
      ["__proto__"],
    ],
    [
      "with a layer too many",
      ({ metadata }) =>
        metadata.set("spec", JSON.stringify({ ...small.spec, layers: [...small.spec.layers, { units: 2 }] })),
      ["layers.3.weight", "missing"],
    ],
    [
      "with a gigantic layer",
      ({ metadata }) => metadata.set("spec", `{"inputs":2,"layers":[{"units":${2 ** 52}}]}`),
      [weight, "4503599627370496"],
    ],
    [
      "with a rate that is a function",
      ({ metadata }) =>
        metadata.set(
          "spec",
          '{"inputs":2,"layers":[{"units":1}],"optimizer":{"type":"sgd","learningRate":{"type":"custom"}}}',
        ),
      ["rate", "function"],
    ],
    [
      "with an endless schedule",
      ({ metadata }) =>
        metadata.set(
          "spec",
          `{"inputs":2,"layers":[{"units":1}],"optimizer":{"type":"sgd","learningRate":${'{"type":"warmup","steps":1,"after":'.repeat(1e5)}1${"}".repeat(1e5)}}}`,
        ),
      ["spec in the metadata"],
    ],
    ["with a tensor too few", ({ tensors }) => tensors.delete(weight), [weight, "missing"]],
    [
      "with a tensor too many",
      ({ tensors }) => tensors.set("extra", { shape: [1], values: new Float32Array(1) }),
      ["extra"],
    ],
    [
      "with a shape turned round",
      ({ tensors }) => tensors.set(weight, { shape: [2, 3], values: new Float32Array(6) }),
      [weight, "2 x 3", "3 x 2"],
    ],
    [
      "with doubles",
      ({ tensors }) => tensors.set(weight, { shape: [3, 2], values: new Float64Array(6) }),
      [weight, "Float64Array"],
    ],
    [
      "with NaN",
      ({ tensors }) =>
        tensors.set(weight, { shape: [3, 2], values: new Float32Array(6).fill(Number.NaN, 4) }),
      [weight, "NaN", "index 4"],
    ],
    [
      "with a negative variance",
      ({ tensors }) => tensors.set("layers.1.running_var", { shape: [3], values: Float32Array.of(1, -1, 1) }),
      ["running_var", "-1", "index 1"],
    ],
  ];
  it.each(mistakes)("%s", async (_, change, parts) => {
    await expectError(() => load(changed(change)), FormatError, parts);
  });

  it("4,000 random changes: each file is refused with a FormatError, or is a valid network", () => {
    const values = Object.values(small.getParams()).reduce((sum, { byteLength }) => sum + byteLength, 0);
    const outcomes = { refused: 0, read: 0 };
    for (let seed = 0; seed < 4000; seed++) {
      const bytes = mutate(smallFile, seed);
      try {
        const { spec, params } = load(seed % 2 ? mendLength(bytes, values) : bytes);
        for (const { name, shape } of tensorsOf(spec)) {
          expect(params[name].length).toBe(shape.reduce((a, b) => a * b));
          expect(params[name].every(Number.isFinite)).toBe(true);
        }
        outcomes.read++;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        outcomes.refused++;
      }
    }
    expect(outcomes.refused).toBeGreaterThan(2000);
    expect(outcomes.read).toBeGreaterThan(40);
    expect("polluted" in {}).toBe(false);
  });
});

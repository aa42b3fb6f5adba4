import { describe, expect, it } from "vitest";
import { FormatError, SpecError } from "../../src/errors.js";
import { readPyTorch } from "../../src/formats/pytorch.js";
import { fromPyTorch } from "../../src/formats.js";
import { Network } from "../../src/index.js";
import { type Tensor, writeSafetensors } from "../../src/storage/safetensors.js";
import { expectError, expectSameBits, floats, type Parts, wrong } from "../helpers.js";
import { mutate } from "../storage/mutate.js";
import { expectWithin } from "../storage/networks.js";

const tensor = (shape: number[], seed = 1): Tensor => ({
  shape,
  values: floats(
    shape.reduce((a, b) => a * b),
    seed,
  ),
});

/** The state of nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)), sorted by name as PyTorch's writer does. */
const state = (): Map<string, Tensor> =>
  new Map([
    ["0.bias", tensor([4], 1)],
    ["0.weight", tensor([4, 3], 2)],
    ["2.bias", tensor([2], 3)],
    ["2.weight", tensor([2, 4], 4)],
  ]);

const write = (tensors: Map<string, Tensor>) => writeSafetensors({ tensors, metadata: new Map() });

/**
 * torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1)) as the safetensors library lays it
 * out: its own order and padding, no metadata.
 */
const WRITTEN_BY_HAND = `{"0.bias":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"0.weight":{"dtype":"F32","shape":[3,2],"data_offsets":[12,36]},"2.bias":{"dtype":"F32","shape":[1],"data_offsets":[36,40]},"2.weight":{"dtype":"F32","shape":[1,3],"data_offsets":[40,52]}}`;

describe("fromPyTorch", () => {
  it("reads a state_dict: weights are [out_features][in_features]", () => {
    const tensors = state();
    const network = fromPyTorch(write(tensors), { activations: ["relu", "softmax"], seed: 5 });
    expect(network.spec).toMatchObject({ inputs: 3, seed: 5, loss: { type: "categoricalCrossentropy" } });
    const params = network.getParams();
    expectSameBits(params.W1, tensors.get("0.weight")?.values as Float32Array);
    expectSameBits(params.b1, tensors.get("0.bias")?.values as Float32Array);
    expectSameBits(params.W2, tensors.get("2.weight")?.values as Float32Array);
    expectSameBits(params.b2, tensors.get("2.bias")?.values as Float32Array);
  });

  it("reads a file in the layout of the safetensors library", () => {
    const header = new TextEncoder().encode(WRITTEN_BY_HAND.padEnd(248));
    const values = Float32Array.of(0.5, -1, 0, 1, 2, 3, 4, -5, 6, 0.25, 1, 2, 3);
    const file = Buffer.concat([new Uint8Array(8), header, new Uint8Array(values.buffer)]);
    file.writeBigUInt64LE(248n);
    const network = fromPyTorch(file, { activations: ["relu", "linear"] });
    // relu([0.5 + 1 + 4, -1 + 3 + 8, -5 + 12]) = [5.5, 10, 7]; 0.25 + 5.5 + 20 + 21
    expect(network.predict([1, 2])).toEqual(Float32Array.of(46.75));
  });

  it("orders layers by index under any name of the module, with or without biases", () => {
    const tensors = new Map([
      ["net.10.weight", tensor([2, 4])],
      ["net.2.weight", tensor([4, 3])],
    ]);
    const { layers } = readPyTorch(write(tensors), ["tanh", "linear"]);
    expect(layers.map((layer) => layer.type === "dense" && [layer.units, layer.bias])).toEqual([
      [4, false],
      [2, false],
    ]);
  });

  it("reads what save wrote", () => {
    const network = new Network([3, 5, 2]);
    const back = fromPyTorch(network.save(), { activations: ["relu", "softmax"] });
    const x = floats(6, 1);
    expectWithin(back.predict(x), network.predict(x), 0);
  });

  const mistakes: [string, (tensors: Map<string, Tensor>) => unknown, Parts][] = [
    [
      "another kind of module",
      (tensors) => tensors.set("lstm.weight_ih_l0", tensor([2, 2])),
      ["lstm.weight_ih_l0", "Linear, BatchNorm1d or LayerNorm"],
    ],
    [
      "a normalization without bias",
      (tensors) => tensors.set("1.weight", tensor([4])),
      ["1.bias", "missing", "1.weight"],
    ],
    ["half the statistics", (tensors) => tensors.set("0.running_mean", tensor([4])), ["0.weight", "4 x 3"]],
    [
      "statistics alone",
      (tensors) => tensors.set("1.running_mean", tensor([4])),
      ["1.weight", "missing", "1.running_mean"],
    ],
    ["a convolution", (tensors) => tensors.set("0.weight", tensor([4, 3, 1])), ["0.weight", "4 x 3 x 1"]],
    [
      "layers that do not follow",
      (tensors) => tensors.set("2.weight", tensor([2, 3])),
      ["2.weight", "2 x 3", "x 4"],
    ],
    ["a bias of another length", (tensors) => tensors.set("0.bias", tensor([5])), ["0.bias", "5"]],
    ["a bias alone", (tensors) => tensors.delete("2.weight"), ["2.weight", "missing"]],
    ["no units", (tensors) => tensors.set("2.weight", tensor([0, 4])), ["2.weight", "0 x 4"]],
    [
      "whole numbers",
      (tensors) => tensors.set("0.bias", { shape: [4], values: new Int32Array(4) }),
      ["0.bias", "whole numbers"],
    ],
    [
      "doubles that are no float32",
      (tensors) => tensors.set("0.bias", { shape: [4], values: Float64Array.of(0, 1, 2, 1e39) }),
      ["0.bias", "Infinity", "index 3"],
    ],
    [
      "NaN",
      (tensors) => tensors.set("0.bias", { shape: [4], values: Float32Array.of(0, 1, Number.NaN, 3) }),
      ["0.bias", "NaN", "index 2"],
    ],
  ];
  it.each(mistakes)("refuses %s", async (_, change, parts) => {
    const tensors = state();
    change(tensors);
    const activations = Array.from(
      { length: [...tensors.keys()].some((name) => name.startsWith("1.")) ? 3 : 2 },
      () => "relu",
    );
    await expectError(() => readPyTorch(write(tensors), activations), FormatError, parts);
  });

  it("requires the activations, which are not in the file", async () => {
    const file = write(state());
    await expectError(() => fromPyTorch(file, wrong(undefined)), SpecError, [
      "activations",
      "2 modules with parameters",
    ]);
    await expectError(() => readPyTorch(file, ["relu"]), SpecError, [
      "array of 1",
      "2 modules with parameters",
    ]);
    await expectError(() => readPyTorch(file, ["relu", "rleu"]), SpecError, ["relu"]);
    await expectError(() => readPyTorch(write(new Map()), []), FormatError, ["no tensors"]);
    await expectError(
      () => fromPyTorch(file, wrong({ activations: ["relu", "relu"], layers: [] })),
      SpecError,
      ["layers"],
    );
  });

  it("5,000 random changes: each file is refused with a FormatError, or is valid", () => {
    const file = write(state());
    let refused = 0;
    for (let seed = 0; seed < 5000; seed++) {
      try {
        readPyTorch(mutate(file, seed), ["relu", "linear"]);
      } catch (error) {
        // A file that lost a layer asks for other activations.
        if (!(error instanceof FormatError || error instanceof SpecError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(3000);
  });
});

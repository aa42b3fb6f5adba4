import { describe, expect, it } from "vitest";
import { FormatError, SpecError } from "../../src/errors.js";
import { Network } from "../../src/index.js";
import { dense, dropout } from "../../src/program/layers/index.js";
import { pack } from "../../src/storage/network-file.js";
import { writeSafetensors } from "../../src/storage/safetensors.js";
import { expectError, expectSameBits, floats, wrong } from "../helpers.js";
import { mutate } from "./mutate.js";
import { paramsOf, randomOptions } from "./networks.js";

/** Writes a network with other texts in the metadata. */
function fileWith(network: Network, texts: Record<string, unknown>): Uint8Array {
  const file = pack(network.spec, network.getParams());
  file.metadata.set("spec", JSON.stringify({ ...network.spec, ...texts }));
  return writeSafetensors(file);
}

describe("network.save and Network.load", () => {
  it("carry spec, parameters and running statistics, bit for bit", () => {
    for (let seed = 0; seed < 30; seed++) {
      const network = new Network(randomOptions(seed));
      network.setParams(paramsOf(network.spec, seed));
      const back = Network.load(network.save());
      expect(back.spec).toEqual(network.spec);
      const x = floats(4 * network.spec.inputs, seed);
      expectSameBits(back.predict(x), network.predict(x));
    }
  });

  it("refuse bytes whose buffer was sent away", async () => {
    const bytes = new Network([2, 3, 1]).save();
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    const gone = ["The bytes of the file are gone"];
    await expectError(() => Network.load(bytes), FormatError, gone);
    await expectError(() => Network.load(bytes.buffer), FormatError, gone);
  });

  it("do not depend on the saved network, and refuse a disposed one", () => {
    const network = new Network([2, 1]);
    const file = network.save();
    network.dispose();
    expect(Network.load(file).predict([1, 2]).length).toBe(1);
    expect(() => network.save()).toThrow("save");
  });

  it("take at most 4.1 bytes per parameter for a network of digits", () => {
    expect(new Network([784, 128, 10]).save().length / 101_770).toBeLessThan(4.1);
  });

  it("refuse unknown options", async () => {
    const file = new Network([2, 1]).save();
    await expectError(() => Network.load(file, wrong({ maths: 1 })), SpecError, ["maths", "math"]);
  });

  it("refuse a network that is too large before they allocate memory", async () => {
    const network = new Network([2, 3, 1]);
    const optimizer = { type: "lbfgs", historySize: 1e15 };
    await expectError(() => Network.load(fileWith(network, { optimizer })), FormatError, [
      "historySize",
      "1000",
    ]);
    const idle = new Network({ inputs: 2, layers: [dropout()] });
    const layers = Array.from({ length: 200_000 }, () => dropout());
    await expectError(() => Network.load(fileWith(idle, { layers })), FormatError, ["layers", "200000"]);
    const wide = [dense(2 ** 40)];
    await expectError(() => Network.load(fileWith(network, { layers: wide })), FormatError, [
      "layers.0.weight",
    ]);
  });

  it("2,000 random changes: each file is refused with a named error, or predicts numbers", () => {
    const file = new Network([2, 3, 1]).save();
    for (let seed = 0; seed < 2000; seed++) {
      try {
        const network = Network.load(mutate(file, seed));
        expect(network.predict(new Float32Array(network.spec.inputs)).length).toBeGreaterThan(0);
        network.dispose();
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { accelerate } from "../../src/tfjs.js";
import { wrong } from "../helpers.js";

const METHODS = ["fitLoop", "makeTrainFunction", "makeTestFunction", "testLoop", "predictLoop"];

/** A copy of TensorFlow.js that only has what accelerate looks for. */
function copy() {
  class LayersModel {}
  for (const name of METHODS) Object.assign(LayersModel.prototype, { [name]: () => name });
  return {
    LayersModel,
    CallbackList: class {},
    tensor: () => ({}),
    tidy: (compute: () => number) => compute(),
  };
}

describe("accelerate", () => {
  it("refuses what is not TensorFlow.js, naming what is missing", () => {
    for (const given of [undefined, null, 5, "tf", {}, { LayersModel: {} }]) {
      expect(() => accelerate(wrong(given))).toThrow(/without LayersModel: give it all of TensorFlow\.js/);
    }
    for (const name of ["CallbackList", "tensor", "tidy"]) {
      expect(() => accelerate(wrong({ ...copy(), [name]: undefined }))).toThrow(
        `without ${name}: give it all`,
      );
    }
  });

  it("keeps two copies apart", () => {
    const [first, second] = [copy(), copy()];
    const own = { ...second.LayersModel.prototype };
    const acceleration = accelerate(first);
    expect({ ...second.LayersModel.prototype }).toEqual(own);
    expect(accelerate(second)).not.toBe(acceleration);
    acceleration.undo();
    expect(accelerate(second)).not.toBe(accelerate(first));
  });

  it("leaves methods that were replaced after it", () => {
    const tf = copy();
    const acceleration = accelerate(tf);
    const replaced = () => {};
    Object.assign(tf.LayersModel.prototype, { fitLoop: replaced });
    acceleration.undo();
    expect(tf.LayersModel.prototype).toMatchObject({ fitLoop: replaced });
  });

  it("has an empty report at first, and gives out copies", () => {
    const { report } = accelerate(copy());
    expect(report).toEqual({ densely: 0, tfjs: 0, reasons: {} });
  });
});

test("the door imports nothing of TensorFlow.js", () => {
  for (const file of readdirSync("src/tfjs")) {
    expect(readFileSync(`src/tfjs/${file}`, "utf8")).not.toMatch(/from "@tensorflow|import\(|require\(/);
  }
});

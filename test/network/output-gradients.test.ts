/** The gradient of one output by the inputs of each row, against differences in float64. */

import { describe, test } from "vitest";
import { ShapeError, SpecError } from "../../src/errors.js";
import { batchNorm, dense, dropout, Network, type NetworkOptions, scale } from "../../src/index.js";
import { tensorsOf } from "../../src/model/tensors.js";
import { predict } from "../../src/reference/network.js";
import { BUILDS, expectClose, expectError, floats, toRows, wholes } from "../helpers.js";

const INPUTS = 5;
const OUTPUTS = 3;
const ROWS = 13;

/** The outputs of a network in float64, for rows of float64. */
function outputsOf(network: Network): (rows: Float64Array[]) => number[][] {
  const { spec } = network;
  const params: Record<string, Float32Array> = network.getParams();
  const values = spec.layers.map((_, i) => {
    const own = tensorsOf(spec).filter(({ layer }) => layer === i);
    return Object.fromEntries(own.map(({ field, name }) => [field, Float64Array.from(params[name])]));
  });
  return (rows) => predict(spec, values, rows).map((row) => Array.from(row));
}

describe.each(BUILDS)("$name", (math) => {
  const x = floats(ROWS * INPUTS, 1);
  const make = (options: Partial<NetworkOptions> = {}) =>
    new Network({ inputs: INPUTS, layers: [dense(7, "tanh"), dense(OUTPUTS, "sigmoid")], math, ...options });

  describe("outputGradients", () => {
    const H = 1e-5;
    /** Central differences of one output in float64. */
    function differences(network: Network, rows: Float32Array, output: (row: number) => number): number[] {
      const f = outputsOf(network);
      return toRows(rows, INPUTS).flatMap((row, r) =>
        Array.from(row, (_, i) => {
          const [up, down] = [H, -H].map((step) => {
            const moved = Float64Array.from(row);
            moved[i] += step;
            return f([moved])[0][output(r)];
          });
          return (up - down) / (2 * H);
        }),
      );
    }
    const layers = [scale(), dense(9, "silu"), batchNorm(), dropout(0.5), dense(OUTPUTS, "softmax")];
    const trained = () => {
      const network = make({ layers, loss: "categoricalCrossentropy" });
      network.fitSync(x, wholes(ROWS, 3, OUTPUTS), { epochs: 3, batchSize: 4 });
      return network;
    };

    test.each([0, 1, 2])("of output %i is its derivative in float64", (output) => {
      const network = trained();
      expectClose(
        network.outputGradients(x, { output }),
        differences(network, x, () => output),
        1e-4,
      );
    });

    test("of an output for each row, of logits, and of one row", () => {
      const network = trained();
      const output = wholes(ROWS, 5, OUTPUTS);
      const wanted = differences(network, x, (r) => output[r]);
      expectClose(network.outputGradients(x, { output }), wanted, 1e-4);
      expectClose(
        network.outputGradients(x.subarray(0, INPUTS), { output: output[0] }),
        wanted.slice(0, INPUTS),
        1e-4,
      );
      // p_k' = p_k·(z_k' - Σ p_j·z_j')
      const logits = [0, 1, 2].map((k) => network.outputGradients(x, { output: k, of: "logits" }));
      const p = network.predict(x);
      const found = logits[0].map((_, i) => {
        const r = Math.floor(i / INPUTS);
        const mean = logits.reduce((sum, z, k) => sum + p[r * OUTPUTS + k] * z[i], 0);
        return p[r * OUTPUTS + output[r]] * (logits[output[r]][i] - mean);
      });
      expectClose(found, wanted, 1e-4);
    });

    test("of many rows, in batches and a short one", () => {
      const network = trained();
      const rows = floats(1000 * INPUTS, 7);
      const all = network.outputGradients(rows, { output: 1 });
      for (const r of [0, 63, 64, 999]) {
        const one = network.outputGradients(rows.subarray(r * INPUTS, (r + 1) * INPUTS), { output: 1 });
        expectClose(all.subarray(r * INPUTS, (r + 1) * INPUTS), one, 1e-5);
      }
    });

    test("of a single output needs no index", () => {
      const network = make({ layers: [dense(1)], loss: "meanSquaredError" });
      const { W1 } = network.getParams();
      expectClose(network.outputGradients(x.subarray(0, INPUTS)), W1, 1e-6);
    });

    test.each<[string, (network: Network) => unknown, new (text: string) => Error, string[]]>([
      ["no index", (n) => n.outputGradients(x), SpecError, ["output was not given", "3 outputs"]],
      [
        "an index out of range",
        (n) => n.outputGradients(x, { output: 3 }),
        SpecError,
        ["output is 3", "0 to 2"],
      ],
      ["a broken index", (n) => n.outputGradients(x, { output: 0.5 }), SpecError, ["output is 0.5"]],
      ["too few indices", (n) => n.outputGradients(x, { output: [1] }), ShapeError, ["output has 1 values"]],
    ])("refuses %s", async (_, call, kind, texts) => {
      await expectError(() => call(make()), kind as never, texts);
    });
  });
});

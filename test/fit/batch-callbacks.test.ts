/** onEpochBegin, onBatchBegin and the metrics of onBatch. */

import { describe, expect, test } from "vitest";
import { type BatchReport, dense, type MetricInput, Network, sgd } from "../../src/index.js";
import { expectClose, floats, wholes } from "../helpers.js";

const ROWS = 20;
const x = floats(ROWS * 4, 1);
const y = wholes(ROWS, 2, 3);

const METRICS: MetricInput[] = [
  "accuracy",
  "f1",
  "balancedAccuracy",
  "auc",
  "logLoss",
  { type: "topKAccuracy", k: 2 },
  { name: "rows", measure: (outputs, _, width) => outputs.length / width },
];

/** A network that does not learn, so that each batch is measured with the same parameters. */
const still = () =>
  new Network({ inputs: 4, layers: [dense(3, "softmax")], optimizer: sgd({ learningRate: 0 }), seed: 4 });

describe.each(["fitSync", "fit", "worker", "source"] as const)("%s", (way) => {
  async function run(network: Network, options: object): Promise<void> {
    const all = { epochs: 2, batchSize: 8, shuffle: false, ...options };
    if (way === "fitSync") network.fitSync(x, y, all);
    else if (way === "fit") await network.fit(x, y, all);
    else if (way === "worker") await network.fit(x, y, { ...all, worker: true });
    else {
      const { batchSize: _, shuffle: __, ...rest } = all;
      const batches = [0, 8, 16].map((i) => [x.slice(4 * i, 4 * i + 32), y.slice(i, i + 8)] as const);
      await network.fit(new Set(batches), rest);
    }
  }

  test("the callbacks come in order, with the places of epochs and batches", async () => {
    const calls: string[] = [];
    const note = (name: string) => (at: object) => void calls.push(`${name} ${Object.values(at).join(" ")}`);
    const count = way === "source" ? Infinity : 3;
    await run(still(), {
      onEpochBegin: note("epoch begins"),
      onBatchBegin: ({ epoch, batch, batches, step, rows }: BatchReport) => {
        calls.push(`batch begins ${epoch} ${batch} ${batches} ${step} ${rows}`);
      },
      onBatch: ({ epoch, batch, batches, step, rows }: BatchReport) => {
        calls.push(`batch ${epoch} ${batch} ${batches} ${step} ${rows}`);
      },
      onEpoch: ({ epoch }: { epoch: number }) => void calls.push(`epoch ends ${epoch}`),
    });
    const expected = [1, 2].flatMap((epoch) => [
      `epoch begins ${epoch} 2`,
      ...[1, 2, 3].flatMap((batch) => {
        const [step, rows] = [3 * (epoch - 1) + batch - 1, batch < 3 ? 8 : 4];
        return [
          `batch begins ${epoch} ${batch} ${count} ${step} ${rows}`,
          `batch ${epoch} ${batch} ${count} ${step + 1} ${rows}`,
        ];
      }),
      `epoch ends ${epoch}`,
    ]);
    // A worker is sent some batches together: their beginnings come before their ends.
    if (way !== "worker") expect(calls).toEqual(expected);
    else expect([...calls].sort()).toEqual(expected.sort());
  });

  test("reports of batches have the metrics of their rows, and epochs those of all", async () => {
    const network = still();
    const reports: BatchReport[] = [];
    await run(network, { metrics: METRICS, onBatch: (report: BatchReport) => void reports.push(report) });
    expect(reports.length).toBe(6);
    for (const report of reports) {
      const first = 8 * (report.batch - 1);
      const rows = [x.slice(4 * first, 4 * first + 32), y.slice(first, first + 8)] as const;
      const { custom, ...wanted } = network.evaluate(...rows, { metrics: METRICS });
      for (const [name, value] of Object.entries(wanted)) {
        expectClose([report[name as "loss"]], [value as number], 1e-6);
      }
      expect(report.custom).toEqual(custom);
      expect(report.custom).toEqual({ rows: report.rows });
    }
  });
});

test("errors of numbers, with weights, far from zero", () => {
  const network = new Network({ inputs: 4, layers: [dense(2)], optimizer: sgd({ learningRate: 0 }) });
  const targets = floats(ROWS * 2, 5).map((value) => 1000 + value);
  const sampleWeight = wholes(ROWS, 7, 3);
  const metrics = ["r2", "meanAbsoluteError", "rootMeanSquaredError", "meanSquaredError"] as const;
  const onBatch = (report: BatchReport) => {
    const first = 7 * (report.batch - 1);
    const part = <T extends ArrayLike<number>>(data: T, width: number) =>
      Array.from(data).slice(width * first, width * (first + 7));
    const wanted = network.evaluate(part(x, 4), part(targets, 2), {
      metrics,
      sampleWeight: part(sampleWeight, 1),
    });
    for (const name of metrics) expectClose([report[name] as number], [wanted[name]], 1e-6);
  };
  network.fitSync(x, targets, { batchSize: 7, shuffle: false, metrics, sampleWeight, onBatch });
});

test("a metric that says nothing about a batch is missing in its report", () => {
  const network = new Network([4, 1]);
  const labels = [0, 0, 1, 1, ...new Array(ROWS - 4).fill(0)];
  const reports: BatchReport[] = [];
  network.fitSync(x, labels, {
    batchSize: 4,
    shuffle: false,
    metrics: ["auc", "accuracy"],
    onBatch: (report) => void reports.push(report),
  });
  expect(reports.map(({ auc }) => auc !== undefined)).toEqual([true, false, false, false, false]);
  expect(reports.every(({ accuracy }) => accuracy !== undefined)).toBe(true);
});

test("onEpochBegin is not called again for an epoch that was cut", () => {
  const network = still();
  const begun: number[] = [];
  const options = {
    epochs: 2,
    batchSize: 8,
    onEpochBegin: ({ epoch }: { epoch: number }) => void begun.push(epoch),
  };
  network.fitSync(x, y, { ...options, maxSteps: 2 });
  network.fitSync(x, y, options);
  expect(begun).toEqual([1, 2]);
});

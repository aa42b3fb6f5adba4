import { batchRange } from "../workloads/index.mjs";

const [{ Network, batchNorm, dense, sgd, adam }, { relaxed }] = await Promise.all([
  import("../../dist/index.js"),
  import("../../dist/relaxed.js"),
]);

/** densely by its public calls, on the arrays that a user holds. @param {ReturnType<import("../workloads/index.mjs").prepare>} task */
export function create(task, { math, awaited }) {
  const { data, batchSize, batches, inputs, initial, optimizer } = task;
  const network = new Network({
    inputs,
    layers: [
      ...(task.batchNorm ? [batchNorm()] : []),
      ...initial.map(({ units, activation }) => dense(units, activation)),
    ],
    optimizer: { sgd, adam }[optimizer.kind]({ learningRate: optimizer.learningRate }),
    seed: 1,
    ...(math === "relaxed" && { math: relaxed }),
  });
  network.setParams(
    Object.fromEntries(
      initial.flatMap(({ W, b }, i) => [
        [`W${i + 1}`, W],
        [`b${i + 1}`, b],
      ]),
    ),
  );

  const x = data.arrays ?? data.bytes ?? data.x;
  const y = data.labels ?? data.y;
  const head = (rows) => x.slice(0, data.arrays ? rows : rows * inputs);

  function trained(steps) {
    if (steps >= batches) return [x, y, { epochs: steps / batches, batchSize, shuffle: false }];
    const [, rows] = batchRange(task, steps - 1);
    return [head(rows), y.slice(0, rows), { epochs: 1, batchSize, shuffle: false }];
  }

  return {
    async train(steps) {
      const [inputs, targets, options] = trained(steps);
      if (awaited) await network.fit(inputs, targets, { ...options, onEpoch() {} });
      else network.fitSync(inputs, targets, options);
    },
    predict: (rows) => network.predict(head(rows)),
    dispose: () => network.dispose(),
  };
}

import { type Library, loadLibrary } from "../lib/library.js";
import { batchRange, type Task } from "../workloads/index.js";
import type { Contestant, Run } from "./index.js";

const built = await loadLibrary();

/** densely by its public calls, on the arrays that a user holds. */
export function create(
  task: Task,
  { math, awaited }: Pick<Contestant, "math" | "awaited">,
  library: Library = built,
): Run {
  const { Network, batchNorm, dense, sgd, adam, relaxed } = library;
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
  const firstInputs = (rows: number) => x.slice(0, data.arrays ? rows : rows * inputs);

  /** The arguments of fit for this number of updates. */
  function argumentsOf(steps: number) {
    if (steps >= batches) return [x, y, { epochs: steps / batches, batchSize, shuffle: false }] as const;
    const [, rows] = batchRange(task, steps - 1);
    return [firstInputs(rows), y.slice(0, rows), { epochs: 1, batchSize, shuffle: false }] as const;
  }

  return {
    async train(steps) {
      const [inputs, targets, options] = argumentsOf(steps);
      if (awaited) await network.fit(inputs, targets, { ...options, onEpoch() {} });
      else network.fitSync(inputs, targets, options);
    },
    predict: (rows) => network.predict(firstInputs(rows)),
    dispose: () => network.dispose(),
  };
}

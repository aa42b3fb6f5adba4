import { batchNorm, dense, dropout, type NetworkOptions } from "../../src/index.js";
import { spec, table } from "./tables.js";

/** The tasks of the tests of lost processes and restarts, long enough to be hit in the middle of a job. */

export const shardSpec: NetworkOptions = {
  inputs: 2,
  layers: [dense(64, "relu"), batchNorm(), dropout(0.1), dense(64, "relu"), dense(2, "softmax")],
  seed: 3,
};

/** Three shards of different sizes. */
export const shards = () => [table(6000), table(5000, 6000), table(4000, 11_000)];

export const ROUNDS = {
  rounds: 10,
  validationData: (({ x, y }) => [x, y] as const)(table(500, 20_000)),
  metrics: ["accuracy"],
} as const;

export const manyFits = () => {
  const { x, y } = table(2000);
  return Array.from({ length: 12 }, (_, seed) => ({ spec: spec(seed), x, y, options: { epochs: 60 } }));
};

export const searchOptions = { trials: 16, folds: 2, epochs: 40, seed: 2 } as const;

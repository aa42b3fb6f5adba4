/** densely/bullmq: many fits, searches, and one network over shards, on any number of machines, by BullMQ and Redis. */

export { type ClusterOptions, cluster, type Machines, type ResumeOptions } from "./bullmq/cluster.js";
export type { RedisConnection } from "./bullmq/connection.js";
export type { RunOptions } from "./bullmq/driver.js";
export type { FitJob, FitManyOptions, FitReport, SentOptions } from "./bullmq/fit-many.js";
export type { FitShardsOptions, RoundReport } from "./bullmq/fit-shards.js";
export type { OuterOptions } from "./bullmq/outer-step.js";
export type { GivenRows } from "./bullmq/rows.js";
export { type ArrayType, type Source, type SourceOptions, source } from "./bullmq/source.js";
export { type JobReport, type Work, type WorkOptions, work } from "./bullmq/work.js";

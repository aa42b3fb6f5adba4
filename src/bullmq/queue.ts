import type { JobsOptions } from "bullmq";

/** How often a job is tried where its worker throws something that may pass, such as a lost connection. */
const ATTEMPTS = 5;

/** Milliseconds before the second attempt. Each further wait is twice as long. */
const BACKOFF = 500;

/**
 * The options of a job. BullMQ does not add a job again whose id it has.
 * @param expiry milliseconds after which an ended job is removed, unless its run has removed it.
 */
export function jobOptions(jobId: string, expiry: number): JobsOptions & { jobId: string } {
  const age = { age: Math.ceil(expiry / 1000) };
  return {
    jobId,
    attempts: ATTEMPTS,
    backoff: { type: "exponential", delay: BACKOFF },
    removeOnComplete: age,
    removeOnFail: age,
  };
}

import * as errors from "../errors.js";

/** Errors of jobs: BullMQ keeps no more of an error than its message. */

const CLASSES = [
  errors.SpecError,
  errors.ShapeError,
  errors.DataError,
  errors.StateError,
  errors.FormatError,
  errors.DivergenceError,
] as const;

/**
 * The text of an error that any other worker would throw too, so that trying again is no use; undefined for one that may
 * depend on the machine or on the connection.
 */
export function finalTextOf(error: unknown): string | undefined {
  const isFinal = CLASSES.some((Class) => error instanceof Class);
  return isFinal ? `${(error as Error).name}: ${(error as Error).message}` : undefined;
}

/** The error of a job that has failed, of the class that its worker threw. */
export function errorOf(reason: string, job: string): Error {
  const [, name, message] = /^(\w+): (.*)$/s.exec(reason) ?? [];
  const found = CLASSES.find((Class) => Class.name === name);
  return found ? new found(message) : new errors.StateError(`The job ${job} has failed: ${reason}`);
}

/** The job that made its parent fail, as BullMQ tells it. */
export function failedChild(reason: string): string | undefined {
  return /^child \S+:([\w.-]+) failed/.exec(reason)?.[1];
}

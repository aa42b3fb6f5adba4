import type { EpochReport, History } from "../record/history.js";

type OnEpoch = (report: EpochReport) => unknown;

/** A promise that others resolve. */
interface Deferred<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
}

function defer<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}

/**
 * A fit as an async generator of its epoch reports: onEpoch passes on a report and waits until the next one is asked for.
 * @param start begins the fit with this onEpoch.
 * @param also the user's own onEpoch, whose answer counts too.
 */
export async function* epochs(
  start: (onEpoch: OnEpoch) => Promise<History>,
  also?: OnEpoch,
): AsyncGenerator<EpochReport, History> {
  // The next report, undefined at the end of the fit; and whether the loop goes on after the last one.
  const state = { report: defer<EpochReport | undefined>(), goesOn: defer<boolean>() };
  const training = start(async (report) => {
    state.goesOn = defer();
    state.report.resolve(report);
    return (await state.goesOn.promise) && (await also?.(report)) !== false;
  });
  const end = (): void => state.report.resolve(undefined);
  training.then(end, end);
  try {
    for (let report = await state.report.promise; report; report = await state.report.promise) {
      state.report = defer();
      yield report;
      state.goesOn.resolve(true);
    }
  } finally {
    state.goesOn.resolve(false);
    // After the loop was left the network can train again at once. An error is thrown below, if the loop was not left.
    await training.catch(() => undefined);
  }
  return training;
}

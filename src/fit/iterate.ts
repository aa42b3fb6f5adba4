import type { EpochReport, History } from "../record/history.js";

type OnEpoch = (report: EpochReport) => unknown;

/**
 * A fit as an async generator of its epoch reports: onEpoch hands a report over and waits until the next one is asked for.
 * @param start begins the fit with this onEpoch.
 * @param also the user's own onEpoch, whose answer holds too.
 */
export async function* epochs(
  start: (onEpoch: OnEpoch) => Promise<History>,
  also?: OnEpoch,
): AsyncGenerator<EpochReport, History> {
  let deliver: (report: EpochReport | undefined) => void = () => {};
  let proceed: (goesOn: boolean) => void = () => {};
  let next = new Promise<EpochReport | undefined>((resolve) => {
    deliver = resolve;
  });
  const training = start(async (report) => {
    const answer = new Promise<boolean>((resolve) => {
      proceed = resolve;
    });
    deliver(report);
    const goesOn = await answer;
    return goesOn && (await also?.(report)) !== false;
  });
  training.then(
    () => deliver(undefined),
    () => deliver(undefined),
  );
  try {
    for (let report = await next; report; report = await next) {
      next = new Promise((resolve) => {
        deliver = resolve;
      });
      yield report;
      proceed(true);
    }
  } finally {
    proceed(false);
    // Whoever has left the loop may train again at once. What went wrong is thrown below, where the loop was not left.
    await training.catch(() => undefined);
  }
  return training;
}

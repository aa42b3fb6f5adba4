import { SpecError } from "../errors.js";
import { checkKeys, show } from "../model/check.js";
import { exported } from "../model/exported.js";
import type { History } from "../record/history.js";
import { checkFunction } from "./basic-options.js";
import { isPromise } from "./callbacks.js";
import type { FitOptions } from "./options.js";

/** Options of fit that are called while it trains. */
export type Callbacks = Pick<FitOptions, "onTrainBegin" | "onEpoch" | "onBatch" | "onTrainEnd">;

/** Callbacks that are joined: also for the estimators of densely/table, whose onTrainEnd gets no history. */
export interface JoinedCallbacks extends Omit<Callbacks, "onTrainEnd"> {
  onTrainEnd?: ((history?: History) => unknown) | undefined;
}

const NAMES: readonly (keyof Callbacks)[] = ["onTrainBegin", "onEpoch", "onBatch", "onTrainEnd"];

type Call = (argument?: unknown) => unknown;

/** Makes a function that calls all of them in turn; its answer is false, or a promise of it, if that of any is. */
function inTurn(calls: readonly Call[]): Call {
  return (argument) => {
    const replies = calls.map((call) => call(argument));
    if (!replies.some(isPromise)) return !replies.includes(false);
    return Promise.all(replies).then((answers) => !answers.includes(false));
  };
}

/**
 * Joins callbacks of fit, so that several follow the same fit:
 *
 *      await network.fit(x, y, { ...together([progress(bar), chart(plot), { onEpoch: log }]) });
 *
 * All of them are called, in this order, and the fit stops if any of them returns false, or a promise of it.
 * @param callbacks objects with any of onTrainBegin, onEpoch, onBatch and onTrainEnd.
 * @throws SpecError for anything else.
 */
export const together = /* @__PURE__ */ exported(
  "together(callbacks)",
  (callbacks: readonly Callbacks[]): JoinedCallbacks => {
    if (!Array.isArray(callbacks)) {
      throw new SpecError(
        `callbacks is ${show(callbacks)}: give an array, such as [progress(), { onEpoch }].`,
      );
    }
    const given = Array.from(callbacks, (entry, i) =>
      checkKeys<Callbacks>(entry, NAMES, `entry ${i} of callbacks`),
    );
    const joined: Partial<Record<keyof Callbacks, Call>> = {};
    for (const name of NAMES) {
      for (const entry of given) checkFunction(entry[name], name);
      const calls = given.map((entry) => entry[name]).filter((call) => call !== undefined);
      if (calls.length > 0) joined[name] = inTurn(calls as Call[]);
    }
    return joined;
  },
);

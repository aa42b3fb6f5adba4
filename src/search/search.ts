import { StateError } from "../errors.js";
import { checkWhole } from "../model/check.js";
import { exported } from "../model/exported.js";
import type { Direction } from "../model/monitor.js";
import { checkMake, foldsFor, lessonsOf, passed, rowsFor } from "./data.js";
import { checkMachines, during, networkOn, RemoteTrials, sentSpec, type TrainingRun } from "./machines.js";
import { called, scoreIn, type Trainable } from "./model.js";
import { Draws, PURPOSE } from "./philox.js";
import type { RowData } from "./rows.js";
import { Rungs } from "./scheduler.js";
import { checkScore, OWN, type SearchOptions, type SearchResult, type TrialRow } from "./search-options.js";
import { checkSpace, drawSettings, type SettingsOf, type Space } from "./space.js";
import { suggest } from "./tpe.js";
import { type Outcome, Trial } from "./trial.js";

/** A part of a trial's training. */
interface Turn {
  trial: Trial;
  rung: number;
  outcome: Promise<Outcome>;
}

/** A trial with its last known result. */
interface Known {
  trial: Trial;
  rung: number;
  outcome: Outcome;
}

/** One search, from turn to turn. */
class Search {
  readonly #space: Space;
  readonly #options: SearchOptions;
  readonly #trials: number;
  readonly #ahead: number;
  readonly #draws: Draws;
  readonly #rungs: Rungs | undefined;
  readonly #sign: number;
  readonly #monitor: string;
  /** The last result of each trial, the best first: those that were trained longest, by their score. */
  readonly ranked: Known[] = [];
  readonly #started: Trial[] = [];
  #isEnded = false;

  constructor(space: Space, options: SearchOptions, monitor: string, direction: Direction) {
    const { trials, ahead, seed, scheduler } = options;
    this.#space = space;
    this.#options = options;
    this.#trials = checkWhole(trials ?? 20, 1, "trials");
    this.#ahead = checkWhole(ahead ?? 16, 1, "ahead");
    this.#draws = new Draws(checkWhole(seed ?? 0, 0, "seed"), PURPOSE.settings);
    this.#rungs = scheduler && new Rungs(scheduler.factor);
    this.#sign = direction === "max" ? -1 : 1;
    this.#monitor = monitor;
  }

  /** Runs all turns. @param advance trains a trial up to some updates. */
  async run(advance: (trial: Trial, steps: number) => Promise<Outcome>): Promise<void> {
    const turns: Turn[] = [];
    let known = 0;
    const learn = async () => this.#learn(await turns[known].outcome, turns[known++]);
    try {
      while (!this.isEnded) {
        while (known < turns.length - this.#ahead + 1) await learn();
        const next = this.#next();
        if (next) {
          const outcome = advance(next.trial, this.#stepsOf(next.rung));
          outcome.catch(() => {});
          turns.push({ ...next, outcome });
          if (!this.#options.worker && !this.#options.on) await outcome;
        } else if (known < turns.length) await learn();
        else return;
      }
    } finally {
      await Promise.allSettled(turns.map(({ outcome }) => outcome));
      for (const trial of this.#started) trial.drop();
    }
  }

  get isEnded(): boolean {
    return this.#isEnded || this.#options.signal?.aborted === true;
  }

  /** Updates up to a rung. */
  #stepsOf(rung: number): number {
    const { scheduler } = this.#options;
    return scheduler ? scheduler.steps * scheduler.factor ** rung : Infinity;
  }

  /** The next turn: a promotion, else a new trial. */
  #next(): { trial: Trial; rung: number } | undefined {
    const promoted = this.#rungs?.promote();
    if (promoted) return { trial: this.#started[promoted.trial], rung: promoted.rung };
    const number = this.#started.length;
    if (number >= this.#trials) return undefined;
    const trial = this.#draw(number);
    this.#started.push(trial);
    return { trial, rung: 0 };
  }

  #draw(number: number): Trial {
    const isTpe = (this.#options.sampler ?? "tpe") === "tpe";
    const observations = isTpe ? this.ranked.map(({ trial: { drawn } }) => drawn) : [];
    const { settings, drawn } = drawSettings(this.#space, (name, dimension, place) =>
      suggest(observations, { name, dimension }, (index) => this.#draws.at(number, place, index)),
    );
    return new Trial(number, settings, drawn);
  }

  /** Negative if the first one is better. Never 0 for two trials. */
  #compare(a: Known, b: Known): number {
    const byLength = b.rung - a.rung;
    const [costA, costB] = [this.#cost(a.outcome), this.#cost(b.outcome)];
    // Both may be infinite.
    const byCost = costA === costB ? 0 : costA - costB;
    return byLength || byCost || a.trial.number - b.trial.number;
  }

  /** Puts a result in its place among all, instead of an earlier one of its trial. */
  #rank(known: Known): void {
    const before = this.ranked.findIndex(({ trial }) => trial === known.trial);
    if (before >= 0) this.ranked.splice(before, 1);
    let [low, high] = [0, this.ranked.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(known, this.ranked[middle]) < 0) high = middle;
      else low = middle + 1;
    }
    this.ranked.splice(low, 0, known);
  }

  score({ scores }: Outcome): number {
    return scores ? scoreIn(scores, this.#monitor) : NaN;
  }

  /** Smaller is better; Infinity for a training that diverged. */
  #cost(outcome: Outcome): number {
    const cost = this.#sign * this.score(outcome);
    return Number.isNaN(cost) ? Infinity : cost;
  }

  #learn(outcome: Outcome, { trial, rung }: Turn): void {
    if (this.isEnded) return;
    const known = { trial, rung, outcome };
    this.#rank(known);
    this.#rungs?.add(rung, { trial: trial.number, cost: this.#cost(outcome), isDone: outcome.isDone });
    if (this.#options.onTrial?.(this.rowOf(known)) === false) this.#isEnded = true;
  }

  /** All trials with a result, in their order. */
  rows(): TrialRow[] {
    const inOrder = [...this.ranked].sort((a, b) => a.trial.number - b.trial.number);
    return inOrder.map((known) => this.rowOf(known));
  }

  rowOf({ trial, outcome }: Known): TrialRow {
    const state = outcome.scores ? (outcome.isDone ? "completed" : "paused") : "diverged";
    return {
      trial: trial.number,
      state,
      score: this.score(outcome),
      steps: outcome.steps,
      ...trial.settings,
    };
  }
}

/** Runs a search, and trains the network with the best settings. */
async function conclude<S, M>(
  running: Search,
  advance: (trial: Trial, steps: number) => Promise<Outcome>,
  refit: (settings: S) => Promise<M>,
): Promise<SearchResult<S, M>> {
  await running.run(advance);
  const [best] = running.ranked;
  if (!best) throw new StateError("The search was ended before its first result: end it later.");
  const settings = { ...best.trial.settings } as S;
  const network = running.isEnded ? undefined : await refit(settings);
  return {
    best: { trial: best.trial.number, settings, score: running.score(best.outcome), network },
    trials: running.rows(),
  };
}

/**
 * Searches a space for the settings with the best score, and trains the network with these settings on all rows. The score is
 * measured on rows that a trial has not trained on: on a fifth of all, or on each of `folds`. The same seed gives the same
 * trials and the same result on every engine, with any number of workers.
 * @param space a dimension for each setting: choice, whole, real, or a function of the settings before it.
 * @param make gives a new model with some settings.
 * @throws SpecError, ShapeError, DataError as fit does. A trial that diverges is a result like any other.
 */
export const search = /* @__PURE__ */ exported(
  "search(space, make, x, y, options)",
  <const S extends Space, M extends Trainable>(
    space: S,
    make: (settings: SettingsOf<S>) => M,
    x: RowData,
    y: RowData,
    options: SearchOptions = {},
  ): Promise<SearchResult<SettingsOf<S>, M>> => {
    checkSpace(space);
    checkMake(make, "search");
    const probe = make(drawSettings(space, () => 0.5).settings as SettingsOf<S>);
    called(probe, "make");
    const rest = passed(probe, options, OWN, "search");
    const { name, measured, direction } = checkScore(options);
    const { signal, worker } = options;
    const machines = checkMachines(options);
    const rows = rowsFor(probe, x, y, options.rows);
    const lessons = lessonsOf(x, y, rows, foldsFor(probe, y, rows, options, 1), rest);
    if (machines) sentSpec(probe);
    probe.dispose?.();
    const running = new Search(space, options, name, direction);
    if (machines) {
      const onMachines = async (run: TrainingRun) => {
        const trials = new RemoteTrials(run, make, lessons, { metrics: measured, signal });
        const advance = (trial: Trial, steps: number) => trials.advance(trial, steps);
        const refit = async (settings: SettingsOf<S>) =>
          networkOn(await run.train({ network: trials.spec({ settings }), x, y, options: rest }));
        return conclude(running, advance, refit as unknown as (settings: SettingsOf<S>) => Promise<M>);
      };
      return during(machines, options, onMachines);
    }
    const more = signal ? { signal } : {};
    const shared = { metrics: measured, isParallel: Boolean(worker), more };
    const advance = (trial: Trial, steps: number) => trial.advance(make, lessons, { ...shared, steps });
    const refit = async (settings: SettingsOf<S>): Promise<M> => {
      const network = make(settings);
      await called(network, "make").fit(x, y, { ...rest, ...more });
      return network;
    };
    return conclude(running, advance, refit);
  },
);

import type { MetricInput } from "../evaluation/metrics.js";
import { exported } from "../model/exported.js";
import {
  checkMake,
  type FoldsInput,
  foldsFor,
  type Lesson,
  lessonsOf,
  type PassedOptions,
  passed,
  rowsFor,
  train,
} from "./data.js";
import {
  checkMachines,
  during,
  networkOn,
  type PlaceOptions,
  sentSpec,
  type TrainingRun,
} from "./machines.js";
import { called, meanOf, measureOf, type Scores, type Trainable } from "./model.js";
import type { RowData } from "./rows.js";

/** How to cross-validate: the folds, the measures, and options of fit. */
export interface CrossValidateOptions extends FoldsInput, PlaceOptions, Omit<PassedOptions, "metrics"> {
  /** Measured besides the loss. Default: nothing. */
  metrics?: readonly MetricInput[] | undefined;
  /** Ends it: running fits stop, and it rejects with the reason. */
  signal?: AbortSignal | undefined;
}

/** The result of a cross-validation. */
export interface CrossValidation<M> {
  /** Measures of each fold on its own test. */
  scores: Scores[];
  /** Means over the folds. */
  mean: Scores;
  /** Standard deviations over the folds, with n - 1. */
  deviation: Scores;
  /** The models of the folds. */
  networks: M[];
  /**
   * Predictions of each row by the model that has not seen it: numbers row by row where predict gives numbers, their mean where
   * a row was tested several times, NaN where it was never; else the last prediction of each row.
   */
  predictions: Float32Array | unknown[];
}

function deviationOf(scores: readonly Scores[], mean: Scores): Scores {
  const deviation = (name: string) =>
    Math.sqrt(scores.reduce((sum, score) => sum + (score[name] - mean[name]) ** 2, 0) / (scores.length - 1));
  return Object.fromEntries(Object.keys(mean).map((name) => [name, deviation(name)]));
}

/** Predictions of all rows from those of the tests. */
function gather(
  rows: number,
  lessons: readonly Lesson[],
  outputs: readonly unknown[],
): Float32Array | unknown[] {
  const [first] = outputs;
  if (!(first instanceof Float32Array)) {
    const all = new Array<unknown>(rows).fill(undefined);
    lessons.forEach(({ fold }, i) => {
      fold.test.forEach((row, place) => {
        all[row] = (outputs[i] as ArrayLike<unknown>)[place];
      });
    });
    return all;
  }
  const width = first.length / lessons[0].fold.test.length;
  const sums = new Float64Array(rows * width);
  const counts = new Float64Array(rows);
  lessons.forEach(({ fold }, i) => {
    fold.test.forEach((row, place) => {
      counts[row]++;
      for (let j = 0; j < width; j++)
        sums[row * width + j] += (outputs[i] as Float32Array)[place * width + j];
    });
  });
  return Float32Array.from(sums, (sum, i) => sum / counts[Math.floor(i / width)]);
}

const OWN = ["folds", "stratify", "rows", "seed", "metrics", "signal", "on", "id"] as const;

/** Trains the models of all folds here. */
async function trainHere<M extends Trainable>(
  first: M,
  make: () => M,
  lessons: readonly Lesson[],
  { signal, worker }: CrossValidateOptions,
): Promise<M[]> {
  const models: M[] = [];
  const one = async (lesson: Lesson, i: number) => {
    signal?.throwIfAborted();
    models[i] = i === 0 ? first : make();
    await train(models[i], lesson, signal && { signal });
    signal?.throwIfAborted();
  };
  if (worker) await Promise.all(lessons.map(one));
  else for (const [i, lesson] of lessons.entries()) await one(lesson, i);
  return models;
}

/** Trains the networks of all folds on machines. */
function trainThere(
  run: TrainingRun,
  first: Trainable,
  make: () => Trainable,
  lessons: readonly Lesson[],
): Promise<Trainable[]> {
  const one = async (lesson: Lesson, i: number) => {
    const model = i === 0 ? first : make();
    const network = sentSpec(model);
    model.dispose?.();
    return networkOn(await run.train({ network, ...lesson.train }));
  };
  return Promise.all(lessons.map(one));
}

/** Measures the models of all folds. */
function measure<M extends Trainable>(
  networks: M[],
  lessons: readonly Lesson[],
  rows: number,
  metrics: unknown,
): CrossValidation<M> {
  const scores = lessons.map(({ test }, i) => measureOf(networks[i], test.x, test.y, metrics));
  const outputs = lessons.map(({ test }, i) => called(networks[i], "make").predict(test.x));
  const mean = meanOf(scores);
  const deviation = deviationOf(scores, mean);
  return { scores, mean, deviation, networks, predictions: gather(rows, lessons, outputs) };
}

/**
 * Trains a model for each fold and measures it on the rows that it has not seen. With `worker: true` all folds train at the
 * same time.
 * @param make gives a new, untrained model.
 * @throws SpecError, ShapeError, DataError as fit and folds do; the reason of the signal.
 */
export const crossValidate = /* @__PURE__ */ exported(
  "crossValidate(make, x, y, options)",
  <M extends Trainable>(
    make: () => M,
    x: RowData,
    y: RowData,
    options: CrossValidateOptions = {},
  ): Promise<CrossValidation<M>> => {
    checkMake(make, "crossValidate");
    const first = make();
    called(first, "make");
    const rest = passed(first, options, OWN, "crossValidate");
    const rows = rowsFor(first, x, y, options.rows);
    const lessons = lessonsOf(x, y, rows, foldsFor(first, y, rows, options, 5), rest);
    const machines = checkMachines(options);
    const models = machines
      ? during(machines, options, (run) => trainThere(run, first, make, lessons) as Promise<M[]>)
      : trainHere(first, make, lessons, options);
    return models.then((networks) => measure(networks, lessons, rows, options.metrics));
  },
);

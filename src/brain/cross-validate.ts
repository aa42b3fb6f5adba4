import { ShapeError } from "../errors.js";
import { plural } from "../model/check.js";
import { exportAsInBrain } from "./members.js";
import type { BinaryTestResult, TestResult, TrainingStatus } from "./types.js";

/** A network that can be cross-validated, such as a NeuralNetwork. */
export interface Classifier<Sample, Options, JSON> {
  train(data: Sample[], options?: Options): TrainingStatus;
  test(data: Sample[]): TestResult | BinaryTestResult;
  toJSON(): JSON;
  fromJSON(json: JSON): this;
}

/** The result of one fold, with the network that was trained for it. Times are in milliseconds. */
export type FoldResult<JSON> = (TestResult | BinaryTestResult) & {
  trainTime: number;
  testTime: number;
  iterations: number;
  network: JSON;
};

/** Sizes, and for networks with one output the counts of all folds. */
export interface FoldStatistics extends Partial<Omit<BinaryTestResult, "error" | "misclasses">> {
  total: number;
  /** Samples of a fold, and of all others. */
  testSize: number;
  trainSize: number;
}

/** The results of all folds. */
export interface CrossValidateJSON<JSON> {
  /** Means over the folds. */
  avgs: { error: number; iterations: number; testTime: number; trainTime: number };
  stats: FoldStatistics;
  sets: FoldResult<JSON>[];
}

const isBinary = (result: TestResult | BinaryTestResult): result is BinaryTestResult => "truePos" in result;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The counts of all folds, and precision, recall and accuracy of their sums. */
function counts(folds: readonly BinaryTestResult[]) {
  const total = sum(folds.map((fold) => fold.total));
  const [truePos, trueNeg, falsePos, falseNeg] = (
    ["truePos", "trueNeg", "falsePos", "falseNeg"] as const
  ).map((name) => sum(folds.map((fold) => fold[name])));
  return {
    truePos,
    trueNeg,
    falsePos,
    falseNeg,
    precision: truePos / (truePos + falsePos),
    recall: truePos / (truePos + falseNeg),
    accuracy: (trueNeg + truePos) / total,
  };
}

/** Trains a network per fold of the data, and tests each on its fold. */
export class CrossValidate<Sample, Options, JSON, Network extends Classifier<Sample, Options, JSON>> {
  /** The results of the last `train`. */
  json: CrossValidateJSON<JSON> = {
    avgs: { error: 0, iterations: 0, testTime: 0, trainTime: 0 },
    stats: { total: 0, testSize: 0, trainSize: 0 },
    sets: [],
  };
  readonly initClassifier: () => Network & Classifier<Sample, Options, JSON>;

  static {
    exportAsInBrain(CrossValidate);
  }

  /** @param initClassifier makes a new network. */
  constructor(initClassifier: () => Network & Classifier<Sample, Options, JSON>) {
    this.initClassifier = initClassifier;
  }

  /** True for the statistics of networks with one output, which have counts. */
  static isBinaryStats(stats: FoldStatistics): stats is Required<FoldStatistics> {
    return "truePos" in stats;
  }

  /** True for the results of networks with one output. */
  static isBinaryResults<JSON>(
    results: CrossValidateJSON<JSON>,
  ): results is CrossValidateJSON<JSON> & { stats: Required<FoldStatistics> } {
    return CrossValidate.isBinaryStats(results.stats);
  }

  /** True for the fold of a network with one output. */
  static isBinaryPartitionResults<JSON>(
    fold: FoldResult<JSON>,
  ): fold is Extract<FoldResult<JSON>, BinaryTestResult> {
    return isBinary(fold);
  }

  /** Trains a new network with some samples and tests it with others. */
  testPartition(trainOpts: Options, trainSet: Sample[], testSet: Sample[]): FoldResult<JSON> {
    const classifier = this.initClassifier();
    const start = Date.now();
    const { iterations, error } = classifier.train(trainSet, trainOpts);
    const trained = Date.now();
    const result = classifier.test(testSet);
    const [trainTime, testTime] = [trained - start, Date.now() - trained];
    return { ...result, trainTime, testTime, iterations, error, network: classifier.toJSON() };
  }

  /** Orders an array at random, in place (Fisher and Yates). */
  shuffleArray<T>(array: T[]): T[] {
    for (let i = array.length - 1; i > 0; i--) {
      const j = Math.floor(Math.random() * (i + 1));
      [array[i], array[j]] = [array[j], array[i]];
    }
    return array;
  }

  /**
   * Cross-validates. It orders `data` anew.
   * @param k number of folds. Default 4. @throws ShapeError for fewer samples than folds.
   */
  train(data: Sample[], trainOpts: Options = {} as Options, k = 4): CrossValidateJSON<JSON> {
    if (!Array.isArray(data) || data.length < k) {
      const samples = Array.isArray(data) ? plural(data.length, "sample") : "no array";
      throw new ShapeError(
        `Training set size is too small for ${data?.length} k folds of ${k}: train was given ${samples}.`,
      );
    }
    this.shuffleArray(data);
    const size = data.length / k;
    const sets = Array.from({ length: k }, (_, i) => {
      const trainSet = data.slice();
      const testSet = trainSet.splice(i * size, size);
      return this.testPartition(trainOpts, trainSet, testSet);
    });
    const mean = (name: keyof CrossValidateJSON<JSON>["avgs"]) => sum(sets.map((set) => set[name])) / k;
    this.json = {
      avgs: {
        error: mean("error"),
        iterations: mean("iterations"),
        testTime: mean("testTime"),
        trainTime: mean("trainTime"),
      },
      stats: {
        total: sum(sets.map(({ total }) => total)),
        testSize: size,
        trainSize: data.length - size,
        ...(sets.every(isBinary) && counts(sets as BinaryTestResult[])),
      },
      sets,
    };
    return this.json;
  }

  /** The network of the fold with the least error. */
  toNeuralNetwork(): Network {
    return this.fromJSON(this.json);
  }

  /** The results of the last `train`. */
  toJSON(): CrossValidateJSON<JSON> {
    return this.json;
  }

  /** The network of the fold with the least error, of what toJSON returned. */
  fromJSON({ sets }: CrossValidateJSON<JSON>): Network {
    const best = sets.reduce((least, set) => (least.error < set.error ? least : set));
    return this.initClassifier().fromJSON(best.network);
  }
}

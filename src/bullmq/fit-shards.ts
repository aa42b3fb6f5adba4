import { SpecError } from "../errors.js";
import { checkFunction, checkSignal } from "../fit/basic-options.js";
import type { FitOptions } from "../fit/options.js";
import { checkKeys, checkNumber, checkWhole, show } from "../model/check.js";
import type { NetworkSpec, SpecOptions } from "../model/spec.js";
import { Network } from "../network/network.js";
import { specFromData, specToText } from "../storage/spec-text.js";
import { parseRecord } from "../storage/untrusted.js";
import type { BytesName } from "./bytes-name.js";
import type { Driver, RunOptions } from "./driver.js";
import { checkSentSpec, sendOptions, sendValidation } from "./fit-many.js";
import type { AverageResult, JobOptions } from "./jobs.js";
import { readMeasures } from "./numbers.js";
import type { OuterOptions } from "./outer-step.js";
import { averageId, idsOf, type RoundsPlan, roundTree } from "./rounds.js";
import type { GivenRows, RowSender, RowsName } from "./rows.js";
import type { RunKeys } from "./run-keys.js";
import { bytesOfVector, setVector, vectorOf, vectorOfBytes } from "./vector.js";

/** The end of a round: the same measures as in the report of an epoch. */
export interface RoundReport {
  readonly [measure: string]: number;
  /** Number of the round, from 1. */
  readonly round: number;
  readonly rounds: number;
  /** Mean over all rows of the loss in this round's epoch. With validation rows there is valLoss, too. */
  readonly loss: number;
  /** Longest training of a shard. */
  readonly seconds: number;
  readonly samplesPerSecond: number;
}

/** How to train one network on shards. */
export interface FitShardsOptions
  extends RunOptions,
    Pick<FitOptions, "batchSize" | "shuffle" | "classWeight" | "metrics" | "validationData"> {
  /** Exchanges between the shards. Default 10. */
  rounds?: number | undefined;
  /** Updates of each shard in a round. Default: an epoch. */
  syncEvery?: number | undefined;
  /** The step between two rounds: Nesterov's, as in DiLoCo, or with { momentum: 0, learningRate: 1 } the mean, as in FedAvg. */
  outer?: OuterOptions | undefined;
  /** Called after every round. Return false to end with that round's network. */
  onRound?: ((report: RoundReport) => unknown) | undefined;
}

const OWN = ["id", "signal", "rounds", "syncEvery", "outer", "onRound", "validationData"] as const;

const PASSED = ["batchSize", "shuffle", "classWeight", "metrics"] as const;

function checkOuter(given: OuterOptions | undefined): RoundsPlan["outer"] {
  const { momentum = 0.9, learningRate = 0.7 } = checkKeys<OuterOptions>(
    given ?? {},
    ["momentum", "learningRate"],
    "outer",
  );
  return {
    momentum: checkNumber(momentum, 0, 1, "momentum of outer"),
    learningRate: checkNumber(learningRate, Number.MIN_VALUE, Infinity, "learningRate of outer"),
  };
}

/** Options that hold for the driver alone. @throws SpecError */
export function checkRoundOptions({
  signal,
  onRound,
}: FitShardsOptions): Pick<FitShardsOptions, "signal" | "onRound"> {
  checkFunction(onRound, "onRound");
  checkSignal(signal);
  return { signal, onRound };
}

/** The network with the parameters after a round. */
async function networkAfter(
  driver: Driver,
  keys: RunKeys,
  plan: RoundsPlan,
  params: BytesName,
): Promise<Network> {
  const network = new Network(specFromData(parseRecord(plan.spec, "The spec of the run")));
  setVector(network, vectorOfBytes(await driver.store.get(keys, params)));
  return network;
}

/** Adds the first round, unless Redis has it, and waits for the others, which the workers add. */
export async function runRounds(
  driver: Driver,
  keys: RunKeys,
  planName: BytesName,
  plan: RoundsPlan,
  { signal, onRound }: FitShardsOptions,
): Promise<Network> {
  const tree = roundTree(keys, driver.prefix, planName, plan, { round: 0, params: plan.params });
  const begin = async () => {
    await driver.runs.addJobs(keys, idsOf(tree));
    await driver.addTree(tree);
  };
  return driver.conclude(keys, signal, async () => {
    await begin();
    let params = plan.params;
    for (let round = 0; round < plan.rounds; round++) {
      const result = (await driver.results.wait(averageId(keys.id, round), begin)) as AverageResult;
      params = result.params;
      const measures = readMeasures(result.measures) as {
        loss: number;
        seconds: number;
        samplesPerSecond: number;
      };
      if (onRound?.({ ...measures, round: round + 1, rounds: plan.rounds }) === false) break;
    }
    return networkAfter(driver, keys, plan, params);
  });
}

/** Trains one network on the rows of all shards. */
export async function fitShards(
  driver: Driver,
  given: SpecOptions | readonly number[],
  shards: readonly GivenRows[],
  options: FitShardsOptions,
): Promise<Network> {
  const checked = checkKeys<FitShardsOptions>(options, [...OWN, ...PASSED], "fit on machines");
  const own = checkRoundOptions(checked);
  const spec = checkSentSpec(given);
  if (!Array.isArray(shards) || shards.length === 0) {
    throw new SpecError(`shards is ${show(shards)}: give an array of at least one { x, y }.`);
  }
  const keys = driver.keysOf(checked.id);
  const [planName, plan] = await driver.begin(keys, async (sender) => ({
    ...checkRounds(checked),
    params: await driver.store.put(keys, initialParams(spec)),
    ...(await sendShards(sender, spec, shards, checked)),
  }));
  return runRounds(driver, keys, planName, plan, own);
}

function checkRounds({ rounds = 10, syncEvery, outer }: FitShardsOptions) {
  return {
    kind: "rounds" as const,
    rounds: checkWhole(rounds, 1, "rounds"),
    ...(syncEvery !== undefined && { syncEvery: checkWhole(syncEvery, 1, "syncEvery") }),
    outer: checkOuter(outer),
  };
}

function initialParams(spec: NetworkSpec): Uint8Array {
  const network = new Network(spec);
  try {
    return bytesOfVector(vectorOf(network));
  } finally {
    network.dispose();
  }
}

async function sendShards(
  sender: RowSender,
  spec: NetworkSpec,
  shards: readonly GivenRows[],
  options: FitShardsOptions,
) {
  const passed = PASSED.map((name) => [name, options[name]]).filter(([, value]) => value !== undefined);
  const sent: RowsName[] = [];
  let jobOptions: JobOptions = {};
  for (const [shard, entry] of shards.entries()) {
    const rows = checkKeys<GivenRows>(entry, ["x", "y", "sampleWeight"], `shard ${shard}`);
    const { sampleWeight } = rows;
    const part = await sendOptions(sender, spec, rows, { ...Object.fromEntries(passed), sampleWeight });
    sent.push(part.rows);
    jobOptions = part.options;
  }
  const { validationData } = options;
  const validation = validationData && (await sendValidation(sender, spec, validationData));
  return { spec: specToText(spec), shards: sent, options: jobOptions, ...(validation && { validation }) };
}

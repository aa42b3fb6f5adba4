import { SpecError, StateError } from "../errors.js";
import { checkFunction } from "../fit/basic-options.js";
import { checkKeys, checkNumber, show } from "../model/check.js";
import { exported, exportMembers } from "../model/exported.js";
import type { SpecOptions } from "../model/spec.js";
import type { Network } from "../network/network.js";
import type { TrainingMachines, TrainingRun } from "../search/machines.js";
import { checkConnection, checkPrefix, type RedisConnection } from "./connection.js";
import { Driver, type RunOptions } from "./driver.js";
import {
  checkManyOptions,
  type FitJob,
  type FitManyOptions,
  fitMany,
  type ManyPlan,
  runMany,
} from "./fit-many.js";
import { checkRoundOptions, type FitShardsOptions, fitShards, runRounds } from "./fit-shards.js";
import { type RoundsPlan, readPlan } from "./rounds.js";
import type { GivenRows } from "./rows.js";
import { checkId } from "./run-keys.js";
import { beginCalls } from "./training-run.js";

/** How to reach the machines. */
export interface ClusterOptions {
  /** Redis, as BullMQ takes it: { url: "redis://127.0.0.1:6379" }, or a client of ioredis. */
  connection: RedisConnection;
  /** Prefix of all keys in Redis, that of the workers. Default "densely". */
  prefix?: string | undefined;
  /** Seconds after which what a run has left in Redis is gone, if no driver has removed it. Default 86,400, a day. */
  expiry?: number | undefined;
  /** Called for errors of the connection, which is made again by itself. Default: they are printed. */
  onError?: ((error: Error) => unknown) | undefined;
}

/** Callbacks and signal of a run that is resumed. */
export interface ResumeOptions extends Pick<RunOptions, "signal"> {
  onFit?: FitManyOptions["onFit"];
  onRound?: FitShardsOptions["onRound"];
}

/** All machines that work for a prefix. */
export interface Machines extends TrainingMachines {
  /**
   * Trains networks that do not depend on each other, one job each, to the same bits as fit here.
   * @returns the networks in the order of the fits. @throws the first error of a fit, with its number; the others are cancelled.
   */
  fitMany(fits: readonly FitJob[], options?: FitManyOptions): Promise<Network[]>;
  /**
   * Trains one network on rows in shards: in each round every shard trains an epoch from the same parameters, then one step
   * leads to those of the next round. The same shards give the same bits on any number of machines.
   * @param spec the network, or its sizes: what new Network takes, except math.
   * @throws SpecError, ShapeError, DataError, DivergenceError as fit does.
   */
  fit(
    spec: SpecOptions | readonly number[],
    shards: readonly GivenRows[],
    options?: FitShardsOptions,
  ): Promise<Network>;
  /**
   * Goes on with a run whose driver has ended: with what fit or fitMany was called.
   * @returns what the call would have returned. @throws StateError if there is no such run.
   */
  resume(id: string, options?: ResumeOptions): Promise<Network | Network[]>;
  /** Ends a run and removes all that it has in Redis. Whoever waits for it gets a StateError. */
  cancel(id: string): Promise<void>;
  /** Ids of the runs that are open. */
  runs(): Promise<string[]>;
  /** Disconnects. Runs under way go on without a driver, and can be resumed. */
  close(): Promise<void>;
}

/** The machines behind one driver. */
class Cluster implements Machines {
  static {
    exportMembers(Cluster.prototype, [
      "fitMany(fits, options)",
      "fit(spec, shards, options)",
      "resume(id, options)",
      "cancel(id)",
      "begin(options)",
      "runs()",
      "close()",
    ]);
  }

  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  fitMany(fits: readonly FitJob[], options: FitManyOptions = {}): Promise<Network[]> {
    return fitMany(this.#driver, fits, options);
  }

  fit(
    spec: SpecOptions | readonly number[],
    shards: readonly GivenRows[],
    options: FitShardsOptions = {},
  ): Promise<Network> {
    return fitShards(this.#driver, spec, shards, options);
  }

  async resume(id: string, options: ResumeOptions = {}): Promise<Network | Network[]> {
    const given = checkKeys<ResumeOptions>(options, ["signal", "onFit", "onRound"], "resume");
    const many = checkManyOptions({ signal: given.signal, onFit: given.onFit }, "resume");
    const rounds = checkRoundOptions({ signal: given.signal, onRound: given.onRound });
    const driver = this.#driver;
    const found = await driver.runs.find(checkId(id));
    if (!found) {
      throw new StateError(
        `There is no run ${show(id)}: it has ended, was cancelled, or has expired. machines.runs() lists the others.`,
      );
    }
    const plan = await readPlan<ManyPlan | RoundsPlan | { kind: "calls" }>(
      driver.store,
      found.keys,
      found.plan,
    );
    if (plan.kind === "many") return runMany(driver, found.keys, plan, many);
    if (plan.kind === "rounds") return runRounds(driver, found.keys, found.plan, plan, rounds);
    throw new SpecError(
      `The run ${show(id)} is a search or a cross-validation: call it again with this id, and it goes on.`,
    );
  }

  async cancel(id: string): Promise<void> {
    const { runs, results, queue } = this.#driver;
    const found = await runs.find(checkId(id));
    if (!found) return;
    results.abandon(id, new StateError(`The run ${id} was cancelled.`));
    await runs.remove(queue, found.keys);
  }

  begin(options: RunOptions): Promise<TrainingRun> {
    return beginCalls(this.#driver, options);
  }

  runs(): Promise<string[]> {
    return this.#driver.runs.ids();
  }

  close(): Promise<void> {
    return this.#driver.close();
  }
}

/**
 * Connects to the machines that work for a prefix: processes that have called work, or densely work, on the same Redis.
 * @throws RuntimeError if BullMQ is not installed or Redis cannot be reached, SpecError for a wrong option.
 */
export const cluster = /* @__PURE__ */ exported(
  "cluster(options)",
  (options: ClusterOptions): Promise<Machines> => {
    const { connection, prefix, expiry, onError } = checkKeys<ClusterOptions>(
      options,
      ["connection", "prefix", "expiry", "onError"],
      "cluster",
    );
    checkFunction(onError, "onError");
    const settings = {
      prefix: checkPrefix(prefix),
      expiry: Math.ceil(1000 * checkNumber(expiry ?? 86_400, 1, 1e9, "expiry")),
      onError: onError ?? ((error: Error) => console.error(`densely: ${error.message}`)),
    };
    return open(checkConnection(connection), settings);
  },
);

async function open(
  connection: RedisConnection,
  settings: Parameters<typeof Driver.open>[1],
): Promise<Machines> {
  return new Cluster(await Driver.open(connection, settings));
}

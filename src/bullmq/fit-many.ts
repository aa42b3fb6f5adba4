import type { Samples } from "../data/table.js";
import { DenselyError, SpecError } from "../errors.js";
import { checkFunction, checkSignal } from "../fit/basic-options.js";
import type { FitOptions } from "../fit/options.js";
import { checkKeys, show } from "../model/check.js";
import { checkSpec, type NetworkSpec, type SpecOptions } from "../model/spec.js";
import { Network } from "../network/network.js";
import { specToText } from "../storage/spec-text.js";
import type { Driver, RunOptions } from "./driver.js";
import { baseOf, type JobOptions } from "./jobs.js";
import { readMeasures } from "./numbers.js";
import type { GivenRows, RowSender, RowsName } from "./rows.js";
import type { RunKeys } from "./run-keys.js";
import type { Source } from "./source.js";
import { DATA_KEYS } from "./train.js";

/** Options of fit that can be sent to another machine. */
export type SentOptions = Omit<
  FitOptions,
  | ("onEpoch" | "onBatch" | "onTrainBegin" | "onTrainEnd" | "onCheckpoint" | "checkpointEvery")
  | ("worker" | "signal" | "sampleWeight")
> & {
  sampleWeight?: FitOptions["sampleWeight"] | Source;
};

/** One network and its rows. */
export interface FitJob {
  /** The network, or its sizes: what new Network takes, except math. */
  spec: SpecOptions | readonly number[];
  x: Samples | Source;
  y: Samples | Source;
  options?: SentOptions | undefined;
}

/** A fit that has ended. */
export interface FitReport {
  readonly [measure: string]: unknown;
  /** Its number, from 0. */
  readonly fit: number;
  /** Fits in all. */
  readonly fits: number;
  /** Fits that have ended so far. */
  readonly done: number;
  /** Epochs of the fit, and why it ended, as in its history. Its last loss and other measures are beside them. */
  readonly epochs: number;
  readonly stopped: string;
  readonly seconds: number;
}

export interface FitManyOptions extends RunOptions {
  /** Called when a fit has ended, in the order in which they end. */
  onFit?: ((report: FitReport) => unknown) | undefined;
}

/** A fit as data. */
interface SentFit {
  spec: string;
  rows: RowsName;
  validation?: RowsName;
  options: JobOptions;
}

/** All fits of a run, as data. */
export interface ManyPlan {
  readonly kind: "many";
  readonly fits: readonly SentFit[];
}

/** The spec of a network that machines make. @throws SpecError as new Network does. */
export function checkSentSpec(spec: SpecOptions | readonly number[]): NetworkSpec {
  const checked = checkSpec(spec);
  specToText(checked);
  return checked;
}

/**
 * Options of fit without the arrays, which are sent beside the job.
 * @throws SpecError for an option that is code, or that fit does not have.
 */
export async function sendOptions(
  sender: RowSender,
  spec: NetworkSpec,
  { x, y }: Pick<GivenRows, "x" | "y">,
  given: SentOptions = {},
): Promise<Omit<SentFit, "spec">> {
  const { sampleWeight, validationData, ...rest } = checkKeys<SentOptions>(
    given,
    [...DATA_KEYS, "sampleWeight", "validationData"],
    "fit on machines",
  );
  const options = JSON.parse(
    JSON.stringify(rest, (name, value) => {
      if (typeof value !== "function") return value;
      throw new SpecError(
        `${name} is ${show(value)}, which cannot be sent to another machine: leave it out.`,
      );
    }),
  ) as JobOptions;
  const rows = await sender.send(spec, { x, y, sampleWeight });
  if (validationData === undefined) return { rows, options };
  return { rows, validation: await sendValidation(sender, spec, validationData), options };
}

/** @throws SpecError, ShapeError, DataError as fit does. */
export function sendValidation(sender: RowSender, spec: NetworkSpec, given: unknown): Promise<RowsName> {
  if (!Array.isArray(given) || given.length < 2 || given.length > 3) {
    throw new SpecError(`validationData is ${show(given)}: give [x, y] or [x, y, sampleWeight].`);
  }
  const [x, y, sampleWeight] = given;
  return sender.send(spec, { x, y, sampleWeight });
}

/** An error with the number of the fit that it is about. */
function numbered(error: unknown, fit: number): unknown {
  if (error instanceof DenselyError) error.message = `Fit ${fit}: ${error.message}`;
  return error;
}

/** Options of fitMany. @throws SpecError */
export function checkManyOptions(options: FitManyOptions, call: string): FitManyOptions {
  const given = checkKeys<FitManyOptions>(options, ["id", "signal", "onFit"], call);
  checkFunction(given.onFit, "onFit");
  checkSignal(given.signal);
  return given;
}

/** Sends all fits of a plan that have not been sent, and waits for their networks. */
export async function runMany(
  driver: Driver,
  keys: RunKeys,
  { fits }: ManyPlan,
  { signal, onFit }: FitManyOptions,
): Promise<Network[]> {
  let done = 0;
  const one = async ({ spec, rows, validation, options }: SentFit, fit: number): Promise<Network> => {
    const rest = { rows, ...(validation && { validation }), options };
    const job = { ...baseOf(keys), kind: "train" as const, network: { spec }, ...rest };
    try {
      const result = await driver.train(keys, `${keys.id}-${fit}`, job);
      const network = Network.resume(await driver.store.get(keys, result.checkpoint));
      const { epochs, stopped, seconds } = result;
      onFit?.({
        fit,
        fits: fits.length,
        done: ++done,
        ...readMeasures(result.last),
        epochs,
        stopped,
        seconds,
      });
      return network;
    } catch (error) {
      throw numbered(error, fit);
    }
  };
  return driver.conclude(keys, signal, () => Promise.all(fits.map(one)));
}

/** Trains networks that do not depend on each other, one job each. */
export async function fitMany(
  driver: Driver,
  fits: readonly FitJob[],
  options: FitManyOptions,
): Promise<Network[]> {
  const given = checkManyOptions(options, "fitMany");
  if (!Array.isArray(fits))
    throw new SpecError(`fitMany was given ${show(fits)}: give an array of { spec, x, y, options }.`);
  const keys = driver.keysOf(given.id);
  const [, plan] = await driver.begin(keys, (sender) => sendFits(sender, fits));
  return runMany(driver, keys, plan, given);
}

async function sendFits(sender: RowSender, fits: readonly FitJob[]): Promise<ManyPlan> {
  const sent: SentFit[] = [];
  for (const [fit, entry] of fits.entries()) {
    try {
      const { spec, x, y, options } = checkKeys<FitJob>(
        entry,
        ["spec", "x", "y", "options"],
        "an entry of fitMany",
      );
      const checked = checkSentSpec(spec);
      sent.push({ spec: specToText(checked), ...(await sendOptions(sender, checked, { x, y }, options)) });
    } catch (error) {
      throw numbered(error, fit);
    }
  }
  return { kind: "many", fits: sent };
}

/** The course of a fit in words, for terminals and pages. */

import type { EpochReport } from "./history.js";

/** Report of an epoch: of a Network, of a member of an estimator, or of the article's train, which has a cost and no loss. */
export interface CourseReport extends Partial<EpochReport> {
  /** Number of the epoch, from 1. */
  epoch: number;
  /** Epochs of the fit. */
  epochs: number;
  /** Number of the network, from 1, where several are trained. */
  member?: number;
  /** Networks in all. */
  members?: number;
}

/** Numbers of a report that do not measure the network. */
const NO_MEASURES = ["epoch", "epochs", "member", "members", "learningRate", "seconds", "samplesPerSecond"];

/** Seconds as "0.4 s", "12 s", "3 min 20 s", "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 120
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The value of a measure with four decimals, and a small one with its power of ten. */
export const measureText = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(1) : value.toFixed(4);

/** The name of a measure in words: "valMeanAbsoluteError" is "validation mean absolute error". */
export const measureName = (name: string): string =>
  name
    .replace(/^val(?=[A-Z])/, "validation")
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();

/** The measures of a report by name, custom ones last. */
export function measuresOf(report: CourseReport): [name: string, value: number][] {
  const { custom = {}, ...known } = report;
  return [...Object.entries(known), ...Object.entries(custom)].filter(
    ([name, value]) => typeof value === "number" && !NO_MEASURES.includes(name),
  );
}

/** The measures of a report as texts, the losses first: "loss 0.1234", "validation loss 0.2345". */
export function measureTexts(report: CourseReport): string[] {
  const isLoss = ([name]: [string, number]) => /loss$/i.test(name);
  const measures = measuresOf(report);
  return [...measures.filter(isLoss), ...measures.filter((measure) => !isLoss(measure))].map(
    ([name, value]) => `${measureName(name)} ${measureText(value)}`,
  );
}

/** Training rows per second as a text; undefined where the host's clock stands still. */
export const rateText = ({ samplesPerSecond = 0 }: CourseReport): string | undefined =>
  samplesPerSecond > 0 ? `${Math.round(samplesPerSecond).toLocaleString("en")} rows/s` : undefined;

/** Texts that there are. */
export const present = (texts: readonly (string | undefined)[]): string[] =>
  texts.filter((text) => text !== undefined && text !== "") as string[];

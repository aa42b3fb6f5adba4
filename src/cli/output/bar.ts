import type { TableEpochReport } from "../../table.js";
import { duration } from "./numbers.js";
import { isTerminal, styleOf } from "./style.js";

/** Stream that a course is shown on. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Time between two pictures of the bar, and between two lines where there is no terminal. */
const REDRAW_MILLISECONDS = 80;
const LINE_MILLISECONDS = 10_000;
const WIDTH = 20;

const small = (loss: number): string => (loss < 0.001 ? loss.toExponential(1) : loss.toFixed(4));

const losses = ({ loss, valLoss }: TableEpochReport): string[] => [
  `loss ${small(loss)}`,
  ...(valLoss === undefined ? [] : [`validation loss ${small(valLoss)}`]),
];

/** Parts of a line, as many as there is room for; the least important stand last. */
function joined(parts: readonly string[], room = Infinity): string {
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? part : `${line}  ${part}`;
    if (longer.length > room) break;
    line = longer;
  }
  return line;
}

/** Rows of training data per second, over all passes. */
const rate = (rowsPerSecond: number): string => `${Math.round(rowsPerSecond).toLocaleString("en")} rows/s`;

/** Shows the course of a fit: on a terminal a bar below a line for each finished network, otherwise lines alone. */
export class Bar {
  readonly #screen: Screen;
  readonly #nameOf: (member: number) => string;
  readonly #leavesLine: (member: number) => boolean;
  readonly #isTerminal: boolean;
  readonly #now: () => number;
  readonly #started: number;
  readonly #shares = new Map<number, number>();
  readonly #seconds = new Map<number, number>();
  #drawn = -Infinity;

  /**
   * @param nameOf the name of a network by its number, from 1.
   * @param leavesLine true for networks that a line is left for when they end.
   * @param now time in milliseconds.
   */
  constructor(
    screen: Screen,
    nameOf: (member: number) => string,
    leavesLine: (member: number) => boolean,
    now: () => number = Date.now,
  ) {
    this.#leavesLine = leavesLine;
    this.#screen = screen;
    this.#nameOf = nameOf;
    this.#isTerminal = isTerminal(screen);
    this.#now = now;
    this.#started = now();
    this.#drawn = this.#isTerminal ? -Infinity : this.#started;
  }

  /** Shows an epoch. It is the onEpoch of a fit. */
  readonly show = (report: TableEpochReport): void => {
    const { member, epoch, epochs, seconds } = report;
    this.#shares.set(member, epoch / epochs);
    this.#seconds.set(member, (this.#seconds.get(member) ?? 0) + seconds);
    if (epoch === epochs && this.#leavesLine(member)) this.#finish(report);
    const now = this.#now();
    const isLate = now - this.#drawn >= (this.#isTerminal ? REDRAW_MILLISECONDS : LINE_MILLISECONDS);
    if (!isLate) return;
    this.#drawn = now;
    if (this.#isTerminal) this.#screen.write(`\r${this.#picture(report)}\x1b[K`);
    else if (epoch < epochs) this.#screen.write(`${joined(this.#parts(report))}\n`);
  };

  /** Removes the bar. */
  clear(): void {
    if (this.#isTerminal) this.#screen.write("\r\x1b[K");
  }

  #finish(report: TableEpochReport): void {
    const seconds = this.#seconds.get(report.member) ?? 0;
    const time = duration(seconds);
    const line = joined([this.#nameOf(report.member), `${report.epochs} epochs`, time, ...losses(report)]);
    this.#screen.write(this.#isTerminal ? `\r${line}\x1b[K\n` : `${line}\n`);
  }

  /** Share of all networks that is done, and the seconds that the rest will take. */
  #progress(members: number): { share: number; left: number } {
    const share = [...this.#shares.values()].reduce((sum, part) => sum + part, 0) / members;
    const seconds = (this.#now() - this.#started) / 1000;
    return { share, left: (seconds * (1 - share)) / share };
  }

  #parts(report: TableEpochReport): string[] {
    const { member, members, epoch, epochs, samplesPerSecond } = report;
    const left = duration(this.#progress(members).left);
    const place = [this.#nameOf(member), `epoch ${epoch}/${epochs}`];
    return [...place, `${left} left`, ...losses(report), rate(samplesPerSecond)];
  }

  /** The bar, with as many parts as the terminal has room for. */
  #picture(report: TableEpochReport): string {
    const { accent, dim } = styleOf(this.#screen);
    const { share } = this.#progress(report.members);
    const full = Math.min(Math.round(share * WIDTH), WIDTH);
    const percent = `${Math.floor(100 * share)} %`.padStart(6);
    const room = (this.#screen.columns || 80) - WIDTH - 2;
    return `${accent("━".repeat(full))}${dim("─".repeat(WIDTH - full))}${joined([percent, ...this.#parts(report)], room)}`;
  }
}

import { Course } from "../record/course.js";
import { type CourseReport, duration, measureTexts, present, rateText } from "../record/course-text.js";
import type { BatchReport } from "../record/history.js";
import { isTerminal, type Screen, styleOf } from "./style.js";

/** Time between two pictures of the bar, and between two lines where there is no terminal. */
const REDRAW_MILLISECONDS = 80;
const LINE_MILLISECONDS = 10_000;
const WIDTH = 20;

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

/** Shows the course of a fit: on a terminal a bar below a line for each finished network, otherwise lines alone. */
export class Bar {
  readonly #screen: Screen;
  readonly #nameOf: (report: CourseReport) => string;
  readonly #leavesLine: (report: CourseReport) => boolean;
  readonly #isTerminal: boolean;
  readonly #now: () => number;
  readonly #course: Course;
  /** Time of the last picture or line. */
  #drawn: number;
  /** True while the report of the last epoch has no line. */
  #isOpen = false;

  /**
   * @param nameOf the name of the network of a report; may be empty.
   * @param leavesLine true for networks that a line is left for when they end.
   * @param now time in milliseconds.
   */
  constructor(
    screen: Screen,
    nameOf: (report: CourseReport) => string,
    leavesLine: (report: CourseReport) => boolean,
    now: () => number = Date.now,
  ) {
    this.#leavesLine = leavesLine;
    this.#screen = screen;
    this.#nameOf = nameOf;
    this.#isTerminal = isTerminal(screen);
    this.#now = now;
    this.#course = new Course(now);
    this.#drawn = this.#isTerminal ? -Infinity : now();
  }

  /** Shows an epoch. It is the onEpoch of a fit. */
  readonly show = (report: CourseReport): void => {
    this.#course.add(report);
    this.#isOpen = true;
    const isDone = report.epoch === report.epochs;
    if (isDone && this.#leavesLine(report)) this.#leaveLine(report, `${report.epochs} epochs`);
    if (!this.#isLate) return;
    if (this.#isTerminal || !isDone) this.#draw(report);
  };

  /** Shows a batch. It is the onBatch of a fit. */
  readonly showBatch = (batch: BatchReport): void => {
    this.#course.addBatch(batch);
    if (this.#isLate) this.#draw(this.#course.report(batch));
  };

  /** Replaces the bar by a line for the network that ended before its last epoch, if there is one. */
  end(): void {
    const { last } = this.#course;
    if (last && this.#isOpen) this.#leaveLine(last, `${last.epoch} of ${last.epochs} epochs`);
    this.clear();
  }

  /** Removes the bar. */
  clear(): void {
    if (this.#isTerminal) this.#screen.write("\r\x1b[K");
  }

  /** True if it is time for a picture or a line. */
  get #isLate(): boolean {
    return this.#now() - this.#drawn >= (this.#isTerminal ? REDRAW_MILLISECONDS : LINE_MILLISECONDS);
  }

  #draw(report: CourseReport): void {
    this.#drawn = this.#now();
    if (this.#isTerminal) this.#screen.write(`\r${this.#picture(report)}\x1b[K`);
    else this.#screen.write(`${joined(this.#parts(report))}\n`);
  }

  #leaveLine(report: CourseReport, epochs: string): void {
    this.#isOpen = false;
    const time = duration(this.#course.secondsOf(report.member ?? 1));
    const line = joined(present([this.#nameOf(report), epochs, time, ...measureTexts(report)]));
    this.#screen.write(this.#isTerminal ? `\r${line}\x1b[K\n` : `${line}\n`);
  }

  #parts(report: CourseReport): string[] {
    const { left } = this.#course;
    return present([
      this.#nameOf(report),
      `epoch ${report.epoch}/${report.epochs}`,
      Number.isFinite(left) ? `${duration(left)} left` : undefined,
      ...measureTexts(report),
      rateText(report),
    ]);
  }

  /** The bar, with as many parts as the terminal has room for. */
  #picture(report: CourseReport): string {
    const { accent, dim } = styleOf(this.#screen);
    const { share } = this.#course;
    const full = Math.min(Math.round(share * WIDTH), WIDTH);
    const percent = `${Math.floor(100 * share)} %`.padStart(6);
    const room = (this.#screen.columns || 80) - WIDTH - 2;
    return `${accent("━".repeat(full))}${dim("─".repeat(WIDTH - full))}${joined([percent, ...this.#parts(report)], room)}`;
  }
}

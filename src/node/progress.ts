import { SpecError } from "../errors.js";
import type { Callbacks } from "../fit/together.js";
import { checkOptions, flag, isPlain, type Rule, show } from "../model/check.js";
import { exported } from "../model/exported.js";
import type { CourseReport } from "../record/course-text.js";
import { Bar } from "./bar.js";
import type { Screen } from "./style.js";

/** Callbacks that show the course of a fit. */
export interface ProgressCallbacks extends Pick<Callbacks, "onBatch"> {
  onEpoch(report: CourseReport): void;
  onTrainEnd(): void;
}

/** Options of progress. */
export interface ProgressOptions {
  /** Stream to write to. Default process.stderr, so that a pipe gets the results alone. */
  stream?: Screen | undefined;
  /**
   * true: the bar moves within epochs too, for long ones. Stopping after each batch takes some 10 % of the time of a fit
   * such as that of MNIST, and more of smaller networks. Default false.
   */
  batches?: boolean | undefined;
}

/** A stream with a method `write`. */
const stream: Rule<Screen> = {
  check(value = process.stderr, what) {
    if (typeof (value as Partial<Screen> | null)?.write === "function") return value as Screen;
    const given = isPlain(value) ? "an object without write" : show(value);
    throw new SpecError(`${what} is ${given}: give a stream, such as process.stdout.`);
  },
};

const RULES = { stream, batches: flag(false) };

const nameOf = ({ member = 1, members = 1 }: CourseReport): string =>
  members > 1 ? `network ${member}/${members}` : "";

/**
 * Makes callbacks that show the course of a fit in a terminal: a bar with the time left, the measures and the rate, and a
 * line at the end. Where there is no terminal (a file, a pipe, CI) it writes a line every ten seconds and one at the end.
 * Colours follow NO_COLOR.
 *
 *      await network.fit(x, y, { epochs: 100, ...progress() });
 *
 * Estimators of "densely/table" take them too, and show a line for each of their networks. `together` joins them with others.
 * @param options stream, batches.
 * @throws SpecError
 */
export const progress = /* @__PURE__ */ exported(
  "progress(options)",
  (options: ProgressOptions = {}): ProgressCallbacks => {
    const { stream, batches } = checkOptions(RULES, options, "progress");
    // Each fit has a bar of its own, which begins with its first report.
    let bar: Bar | undefined;
    const current = (): Bar => {
      bar ??= new Bar(stream, nameOf, () => true);
      return bar;
    };
    return {
      onEpoch: (report) => current().show(report),
      ...(batches && { onBatch: (report) => current().showBatch(report) }),
      onTrainEnd() {
        bar?.end();
        bar = undefined;
      },
    };
  },
);

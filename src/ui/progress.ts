import type { Callbacks } from "../fit/together.js";
import { checkOptions, flag, text } from "../model/check.js";
import { exported } from "../model/exported.js";
import { Course } from "../record/course.js";
import { type CourseReport, duration, measureTexts, present, rateText } from "../record/course-text.js";
import { COLOURS, checkElement, html, inFrames } from "./element.js";

/** Options of progress. */
export interface ProgressOptions {
  /** Name of the bar for screen readers. Default "Training". */
  label?: string | undefined;
  /** true: the bar moves within epochs too, for long ones; each batch then takes some microseconds more. Default false. */
  batches?: boolean | undefined;
}

/** Callbacks that show the course of a fit. */
export interface ProgressCallbacks extends Pick<Callbacks, "onBatch"> {
  onEpoch(report: CourseReport): void;
  onTrainEnd(): void;
}

const RULES = { label: text("Training"), batches: flag(false) };
const CLEAR = { position: "absolute", inset: "0" };

/** The words at the end of a fit, and during it. */
const endText = ({ epoch, epochs }: CourseReport, { seconds }: Course): string =>
  `${epoch < epochs ? `${epoch} of ` : ""}${epochs} epochs in ${duration(seconds)}`;
const stepText = ({ epoch, epochs, member = 1, members = 1 }: CourseReport): string =>
  `${members > 1 ? `network ${member} of ${members}, ` : ""}epoch ${epoch} of ${epochs}`;

/**
 * Makes callbacks that show the course of a fit in an element: a bar, and under it the epoch, the time left, the measures and
 * the rate in words.
 *
 *      await network.fit(x, y, { epochs: 100, ...progress(element) });
 *
 * It is drawn once per frame and takes the colours of the page; --densely-first is that of the bar. Screen readers find
 * a progress bar with its value in words.
 * @param element its contents are replaced.
 * @param options label, batches.
 * @throws SpecError
 */
export const progress = /* @__PURE__ */ exported(
  "progress(element, options)",
  (element: HTMLElement, options: ProgressOptions = {}): ProgressCallbacks => {
    const place = checkElement(element, "progress");
    const { label, batches } = checkOptions(RULES, options, "progress");
    let course: Course | undefined;
    let report: CourseReport | undefined;
    let isEnded = false;
    let view: ReturnType<typeof build> | undefined;

    const draw = (): void => {
      if (!course || !report) return;
      view ??= build(place, label);
      const { share, left } = course;
      const time = Number.isFinite(left) ? `${duration(left)} left` : undefined;
      const state = isEnded ? [endText(report, course)] : present([stepText(report), time]);
      const percent = isEnded ? 100 : 100 * share;
      view.fill.style.width = `${percent}%`;
      view.bar.setAttribute("aria-valuenow", String(Math.floor(percent)));
      view.bar.setAttribute("aria-valuetext", state.join(", "));
      view.words.textContent = present([
        ...state,
        ...measureTexts(report),
        isEnded ? undefined : rateText(report),
      ]).join(" · ");
    };
    const ask = inFrames(place, draw);
    /** The course of this fit: a new one after the end of the last. */
    const current = (): Course => {
      if (!course || isEnded) course = new Course(() => performance.now());
      isEnded = false;
      return course;
    };
    return {
      onEpoch(of) {
        current().add(of);
        report = of;
        ask();
      },
      ...(batches && {
        onBatch(batch) {
          const of = current();
          of.addBatch(batch);
          report = of.report(batch);
          ask();
        },
      }),
      onTrainEnd() {
        isEnded = true;
        ask();
      },
    };
  },
);

/** Builds the bar and the place of the words. */
function build(place: HTMLElement, label: string) {
  const bar = html(
    place,
    "div",
    { role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100 },
    { position: "relative", height: "0.5em", borderRadius: "0.25em", overflow: "hidden" },
  );
  const track = html(place, "div", {}, { ...CLEAR, background: COLOURS.text, opacity: "0.15" });
  const fill = html(place, "div", {}, { ...CLEAR, right: "auto", background: COLOURS.first });
  bar.append(track, fill);
  const words = html(place, "div", {}, { fontVariantNumeric: "tabular-nums", marginTop: "0.25em" });
  place.replaceChildren(bar, words);
  return { bar, fill, words };
}

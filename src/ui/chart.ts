import { SpecError } from "../errors.js";
import { checkOptions, list, oneOf, type Rule, show, whole } from "../model/check.js";
import { exported } from "../model/exported.js";
import { type CourseReport, measureName, measureText } from "../record/course-text.js";
import { COLOURS, checkElement, html, inFrames, svg } from "./element.js";
import { linePath } from "./path.js";
import { epochScale, linearScale, logScale, type Scale, tickText } from "./scale.js";
import { Series } from "./series.js";

/** Options of chart. */
export interface ChartOptions {
  /** Names of the measures that are shown, at most four, as in reports of epochs. Default ["loss", "valLoss", "cost"]. */
  measures?: readonly string[] | undefined;
  /** "log" for the magnitudes of what falls far. Default "linear". */
  scale?: "linear" | "log" | undefined;
  /** Height of the curves in pixels. Default 200. */
  height?: number | undefined;
}

const LINES = [COLOURS.first, COLOURS.second, COLOURS.third, COLOURS.fourth];
/** Validation is dashed, so that colours do not matter. */
const DASHES = "5 3";
const FONT = 11;
/** Width of digits, at most, in fonts of pages. */
const widthOf = (text: string): number => text.length * FONT * 0.62;
const NO_EPOCH = 0;
/** Width where the page has no layout yet. */
const WIDTH = 480;

const name: Rule<string> = {
  check(value, what) {
    if (typeof value === "string") return value;
    throw new SpecError(`${what} is ${show(value)}: give the name of a measure, such as "valLoss".`);
  },
};

const names: Rule<string[]> = {
  fallback: ["loss", "valLoss", "cost"],
  check(value, what) {
    const given = list(name).check(value, what);
    if (given.length > 0 && given.length <= LINES.length) return given;
    throw new SpecError(`${what} has ${given.length} names: give one to ${LINES.length}.`);
  },
};

const RULES = {
  measures: names,
  scale: oneOf<"linear" | "log">("linear", ["linear", "log"]),
  height: whole(200, 60, 4000),
};

/**
 * Makes a callback that draws the measures of a fit in an element, epoch by epoch.
 *
 *      await network.fit(x, y, { epochs: 100, validationSplit: 0.1, ...chart(element) });
 *
 * It is drawn once per frame, as wide as the element, and shows the numbers of the epoch under the pointer. It takes the
 * colours of the page; --densely-first to --densely-fourth are those of the lines.
 * @param element its contents are replaced.
 * @param options measures, scale, height.
 * @throws SpecError
 */
export const chart = /* @__PURE__ */ exported(
  "chart(element, options)",
  (element: HTMLElement, options: ChartOptions = {}): { onEpoch(report: CourseReport): void } => {
    const place = checkElement(element, "chart");
    const settings = checkOptions<Settings>(RULES, options, "chart");
    const series = new Series(settings.measures);
    let view: Chart | undefined;
    const ask = inFrames(place, () => {
      view ??= new Chart(place, series, settings);
      view.draw();
    });
    return {
      onEpoch(report) {
        series.add(report);
        ask();
      },
    };
  },
);

interface Settings {
  measures: string[];
  scale: "linear" | "log";
  height: number;
}

/** The picture of some series, with a legend of numbers above it. */
class Chart {
  readonly #place: HTMLElement;
  readonly #series: Series;
  readonly #settings: Settings;
  readonly #legend: HTMLElement;
  readonly #picture: SVGSVGElement;
  /** The scale of the epochs as it was drawn last. */
  #x: Scale | undefined;
  /** The epoch under the pointer, or NO_EPOCH. */
  #pointed = NO_EPOCH;

  constructor(place: HTMLElement, series: Series, settings: Settings) {
    this.#place = place;
    this.#series = series;
    this.#settings = settings;
    this.#legend = html(
      place,
      "div",
      {},
      { display: "flex", flexWrap: "wrap", gap: "0 1.25em", fontVariantNumeric: "tabular-nums" },
    );
    this.#picture = svg(
      place,
      "svg",
      { role: "img" },
      { display: "block", width: "100%", touchAction: "pan-y" },
    );
    place.replaceChildren(this.#legend, this.#picture);
    const ask = inFrames(place, () => this.draw());
    this.#picture.addEventListener("pointermove", ({ clientX }) => {
      this.#pointed = this.#epochAt(clientX - this.#picture.getBoundingClientRect().left);
      ask();
    });
    this.#picture.addEventListener("pointerleave", () => {
      this.#pointed = NO_EPOCH;
      ask();
    });
    const Observer = place.ownerDocument.defaultView?.ResizeObserver;
    if (Observer) new Observer(ask).observe(place);
  }

  /** The epoch at a pixel, of those that there are. */
  #epochAt(pixel: number): number {
    if (!this.#x) return NO_EPOCH;
    const [first, second] = [this.#x.at(1), this.#x.at(2)];
    const epoch = Math.round(1 + (pixel - first) / (second - first));
    return Math.max(this.#series.first, Math.min(epoch, this.#series.last));
  }

  draw(): void {
    const { scale, height } = this.#settings;
    const range = this.#series.range(scale === "log" ? 0 : -Infinity);
    if (!range) return;
    const width = this.#place.clientWidth || WIDTH;
    const bottom = height - FONT - 8;
    const y = (scale === "log" ? logScale : linearScale)(range[0], range[1], [bottom, FONT]);
    const labels = y.ticks.map(tickText);
    const left = Math.max(...labels.map(widthOf)) + 8;
    // Half of the last number stands beside the curve.
    const right = width - Math.max(FONT, widthOf(tickText(this.#series.epochs)) / 2 + 2);
    const x = epochScale(this.#series.epochs, [left, right], Math.max(2, Math.floor(width / 90)));
    this.#x = x;
    this.#picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#picture.setAttribute("height", String(height));
    this.#picture.setAttribute("aria-label", this.#summary());
    this.#picture.replaceChildren(
      ...y.ticks.flatMap((tick, i) => this.#rule(labels[i], left, right, y.at(tick))),
      ...x.ticks.map((tick) => this.#word(tickText(tick), x.at(tick), height - 4, "middle")),
      ...this.#lines(x, y),
    );
    this.#writeLegend();
  }

  /** A horizontal line with its value. */
  #rule(label: string, from: number, to: number, at: number): SVGElement[] {
    const ends = { x1: from, x2: to, y1: at, y2: at };
    const line = svg(this.#place, "line", ends, { stroke: COLOURS.text, strokeOpacity: "0.15" });
    return [line, this.#word(label, from - 6, at + FONT / 3, "end")];
  }

  #word(text: string, x: number, y: number, anchor: string): SVGElement {
    const styles = { fill: COLOURS.text, fillOpacity: "0.75", fontSize: `${FONT}px` };
    const word = svg(this.#place, "text", { x, y, "text-anchor": anchor }, styles);
    word.textContent = text;
    return word;
  }

  /** The curves, a dot at the end of each, and a line at the epoch under the pointer. */
  #lines(x: Scale, y: Scale): SVGElement[] {
    const lines = [...this.#series.values].flatMap(([measure, values]) => {
      const stroke = this.#colourOf(measure);
      const points: [number, number][] = [];
      for (let epoch = this.#series.first; epoch <= this.#series.last; epoch++) {
        points.push([x.at(epoch), values[epoch] === undefined ? Number.NaN : y.at(values[epoch])]);
      }
      const path = svg(
        this.#place,
        "path",
        { d: linePath(points) },
        { fill: "none", stroke, strokeWidth: "2" },
      );
      if (measure.startsWith("val")) path.style.strokeDasharray = DASHES;
      const [cx, cy] = points[Math.max(this.#shown - this.#series.first, 0)];
      return Number.isFinite(cy)
        ? [path, svg(this.#place, "circle", { cx, cy, r: 3 }, { fill: stroke })]
        : [path];
    });
    if (this.#pointed === NO_EPOCH) return lines;
    const at = x.at(this.#pointed);
    const ends = { x1: at, x2: at, y1: FONT, y2: y.at(y.ticks[0]) };
    return [svg(this.#place, "line", ends, { stroke: COLOURS.text, strokeOpacity: "0.4" }), ...lines];
  }

  #colourOf(measure: string): string {
    const measures = [...this.#series.values.keys()];
    return LINES[measures.indexOf(measure)];
  }

  /** The epoch whose numbers are shown: that under the pointer, or the last. */
  get #shown(): number {
    return this.#pointed === NO_EPOCH ? this.#series.last : this.#pointed;
  }

  /** Writes the numbers of the shown epoch, each with the colour of its line. */
  #writeLegend(): void {
    const entries = [...this.#series.values].map(([measure, values]) => {
      const entry = html(this.#place, "span");
      const border = `2px ${measure.startsWith("val") ? "dashed" : "solid"} ${this.#colourOf(measure)}`;
      const key = { display: "inline-block", width: "1.5em", borderTop: border, verticalAlign: "middle" };
      const value = values[this.#shown];
      entry.append(
        html(this.#place, "span", {}, { ...key, marginRight: "0.4em" }),
        `${measureName(measure)}${value === undefined ? "" : ` ${measureText(value)}`}`,
      );
      return entry;
    });
    const epoch = html(this.#place, "span");
    epoch.textContent = `epoch ${this.#shown}`;
    this.#legend.replaceChildren(...entries, epoch);
  }

  /** The picture in words. */
  #summary(): string {
    const { first, last, epochs, values } = this.#series;
    const courses = Array.from(values, ([measure, list]) => {
      const [from, to] = [list[first], list[last]].map((value) =>
        value === undefined ? "none" : measureText(value),
      );
      return `${measureName(measure)} from ${from} to ${to}`;
    });
    return `Epochs ${first} to ${last} of ${epochs}: ${courses.join(", ")}`;
  }
}

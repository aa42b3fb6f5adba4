import { isList } from "../data/values.js";
import { SpecError } from "../errors.js";
import { show } from "../model/check.js";
import { exported } from "../model/exported.js";

/** Size of the picture, and the rectangle of the curve in it, in pixels. */
const WIDTH = 640;
const HEIGHT = 400;
const LEFT = 70;
const RIGHT = 605;
const TOP = 20;
const BOTTOM = 345;

/** A long history is divided into at most this many intervals, of which the least and the greatest cost are drawn. */
const MOST_INTERVALS = 500;

/** Chooses about five round numbers from `least` to `most`. */
function ticks(least: number, most: number): number[] {
  const rough = most / 5 - least / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  // So near zero that the quotient vanishes.
  if (!(step > 0)) return [least, most];
  const first = Math.ceil(least / step);
  return Array.from({ length: Math.floor(most / step) - first + 1 }, (_, i) => (first + i) * step);
}

/** The points [epoch, cost] of the curve: all of them, or the two extremes of each interval in their order. */
function points(history: readonly number[]): [epoch: number, cost: number][] {
  const size = Math.ceil(history.length / MOST_INTERVALS);
  if (size <= 2) return history.map((cost, i) => [i + 1, cost]);
  return Array.from({ length: Math.ceil(history.length / size) }, (_, s) => {
    const interval = history.slice(s * size, (s + 1) * size);
    const [least, most] = [Math.min(...interval), Math.max(...interval)].map((cost) =>
      interval.indexOf(cost),
    );
    return [Math.min(least, most), Math.max(least, most)].map((i): [number, number] => [
      s * size + i + 1,
      interval[i],
    ]);
  }).flat();
}

const pixel = (value: number): string => String(Number(value.toFixed(1)));
const label = (value: number): string => String(Number(value.toPrecision(6)));

/**
 * Draws the cost curve as an SVG picture, for a file or a page. The article draws it with matplotlib.
 * @param cost_history one finite number per epoch, as train returns it.
 * @returns the text of an SVG element of 640 x 400.
 * @throws SpecError for an empty history or a cost that is not a finite number.
 */
export const plot = /* @__PURE__ */ exported(
  "plot(cost_history)",
  (cost_history: readonly number[]): string => {
    // By index: the iterator of an array that was detached throws.
    const length = isList(cost_history) ? cost_history.length : 0;
    const history = Array.from({ length }, (_, i) => cost_history[i]);
    const wrong = history.findIndex((cost) => !Number.isFinite(cost));
    if (history.length === 0 || wrong >= 0) {
      const what = wrong >= 0 ? `${show(history[wrong])} in epoch ${wrong + 1}` : show(cost_history);
      throw new SpecError(`cost_history is ${what}: give one finite number per epoch, as train returns it.`);
    }
    const curve = points(history);
    const costs = curve.map(([, cost]) => cost);
    const least = Math.min(0, ...costs);
    const most = Math.max(...costs) || 1;
    const last = Math.max(2, history.length);
    const x = (epoch: number) => pixel(LEFT + ((RIGHT - LEFT) * (epoch - 1)) / (last - 1));
    // The difference of the largest numbers is infinite, and half of the smallest is 0.
    const part = Number.isFinite(most - least) ? 1 : 2;
    const height = (cost: number) => (cost / part - least / part) / (most / part - least / part);
    const y = (cost: number) => pixel(BOTTOM - (BOTTOM - TOP) * height(cost));
    const epochs = [1, ...ticks(1, last).filter((epoch) => epoch > 1 && Number.isInteger(epoch))];
    const lines = [
      ...ticks(least, most).map(
        (cost) =>
          `<path d="M${LEFT} ${y(cost)}H${RIGHT}" stroke="#ddd"/><text x="${LEFT - 8}" y="${y(cost)}" dy=".35em" text-anchor="end">${label(cost)}</text>`,
      ),
      ...epochs.map(
        (epoch) =>
          `<path d="M${x(epoch)} ${BOTTOM}v5" stroke="#333"/><text x="${x(epoch)}" y="${BOTTOM + 20}" text-anchor="middle">${epoch}</text>`,
      ),
      `<path d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}" stroke="#333"/>`,
      `<path d="M${curve.map(([epoch, cost]) => `${x(epoch)} ${y(cost)}`).join("L")}h0" stroke="#1f77b4" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>`,
      `<text x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">epoch</text>`,
      `<text transform="translate(18 ${(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle">cost</text>`,
    ];
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="cost by epoch" fill="none" font-family="sans-serif" font-size="13">`,
      `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
      `<g>${lines.join("").replaceAll("<text ", '<text fill="#333" ')}</g>`,
      "</svg>",
    ].join("");
  },
);

import { describe, expect, test } from "vitest";
import { plot, SpecError } from "../../src/article.js";

/** The points of the curve, in pixels. */
function curve(svg: string): [x: number, y: number][] {
  const [, path] = svg.match(/<path d="M([^"]*)h0" stroke="#1f77b4"/) as RegExpMatchArray;
  return path.split("L").map((point) => point.split(" ").map(Number) as [number, number]);
}

const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);

test("returns one well-formed svg element with named axes", () => {
  const svg = plot([3, 2, 1]);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" /);
  expect(svg.match(/<svg|<g>/g)).toHaveLength(2);
  expect(svg.replace(/<([a-z]+)[^>]*\/>|<([a-z]+)[^>/]*>[^<>]*<\/\2>/g, "")).toMatch(
    /^<svg[^>]*><g><\/g><\/svg>$/,
  );
  expect(texts(svg)).toEqual(expect.arrayContaining(["epoch", "cost"]));
});

test("draws higher costs higher, from the first epoch to the last, inside the axes", () => {
  const points = curve(plot([2, 1, 0]));
  expect(points.map(([x]) => x)).toEqual([70, 337.5, 605]);
  expect(points.map(([, y]) => y)).toEqual([20, 182.5, 345]);
});

test("labels both axes in round numbers", () => {
  const labels = texts(plot(Array.from({ length: 400 }, (_, i) => 0.7 / (1 + i / 50))));
  expect(labels).toEqual(expect.arrayContaining(["0", "0.2", "0.4", "0.6", "1", "100", "200", "300", "400"]));
});

test("draws the extremes of a long history in a small picture", () => {
  const history = Array.from({ length: 100_000 }, (_, i) => 1 - i / 200_000);
  history[77_777] = 5;
  const svg = plot(history);
  expect(svg.length).toBeLessThan(20_000);
  expect(Math.min(...curve(svg).map(([, y]) => y))).toBe(20);
  expect(curve(svg).at(-1)?.[0]).toBe(605);
});

describe("unusual histories", () => {
  test.each([[[0.5]], [[0, 0, 0]], [[Number.MIN_VALUE, 0]], [[1e30, 1]]])("%j is drawn", (history) => {
    expect(plot(history)).not.toMatch(/NaN|Infinity/);
    expect(curve(plot(history)).length).toBe(history.length);
  });

  test("an empty history, or a cost that is not a number, is a SpecError", () => {
    expect(() => plot([])).toThrow(SpecError);
    expect(() => plot([1, Number.NaN])).toThrow(/NaN in epoch 2/);
  });
});

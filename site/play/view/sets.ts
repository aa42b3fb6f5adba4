/** The data sets as small pictures to choose from. */

import { sharp } from "../../shared/canvas.js";
import { make } from "../../shared/dom.js";
import { colorOf, cssOf, paletteOf } from "../../shared/scale.js";
import { isDark, onTheme } from "../../shared/theme.js";
import { generate } from "../data/generate.js";
import { EXTENT, type Points } from "../data/points.js";
import { DEFAULTS } from "../model/settings.js";
import { DATA, type DataName } from "../model/vocabulary.js";
import type { Store } from "../store.js";

const NAMES: Record<DataName, string> = {
  spiral: "Spiral",
  circle: "Circle",
  xor: "Xor",
  gauss: "Gauss",
  moons: "Moons",
  plane: "Plane",
  hills: "Hills",
  own: "Your own",
};

const SIZE = 52;

function drawPicture(canvas: HTMLCanvasElement, { x, y, classes }: Points): void {
  const context = sharp(canvas, SIZE, SIZE);
  const palette = paletteOf(isDark());
  for (let i = 0; i < y.length; i++) {
    context.fillStyle = cssOf(classes > 0 ? palette.classes[y[i]] : colorOf(y[i], palette));
    const [left, top] = [(SIZE / 2) * (1 + x[2 * i] / EXTENT), (SIZE / 2) * (1 - x[2 * i + 1] / EXTENT)];
    context.fillRect(left - 1, top - 1, 2, 2);
  }
}

/** Fills the fieldset with a choice for each data set. */
export function showSets(parent: HTMLElement, store: Store): void {
  const inputs = DATA.map((name) => {
    const input = make("input", { type: "radio", name: "data", value: name });
    const canvas = make("canvas", { "aria-hidden": "true" });
    input.addEventListener("change", () => store.change({ data: name }));
    parent.append(make("label", {}, input, canvas, make("span", {}, NAMES[name])));
    return { input, canvas, name };
  });
  const draw = () => {
    for (const { canvas, name } of inputs) {
      const points =
        name === "own" ? store.own.points : generate(name, { ...DEFAULTS, points: 160, noise: 4 });
      drawPicture(canvas, points);
    }
  };
  const update = () => {
    for (const { input, name } of inputs) input.checked = name === store.settings.data;
    drawPicture(inputs[DATA.indexOf("own")].canvas, store.own.points);
  };
  store.listen(update);
  onTheme(draw);
  draw();
  update();
}

/** The test digits that a network got wrong, as pictures with both names. */

import type { Network } from "densely";
import { find, make } from "../shared/dom.js";
import { type Digits, PIXELS } from "./data.js";
import { showDigit } from "./picture.js";

/** Most pictures. */
const MOST = 60;

const panel = find("wrong-panel", HTMLElement);
const list = find("wrong", HTMLUListElement);
const words = find("wrong-text", HTMLElement);

export function showWrong(network: Network, { pixels, labels }: Digits): void {
  const classes = network.predictClasses(pixels);
  const wrong = Array.from(labels.keys()).filter((i) => classes[i] !== labels[i]);
  panel.hidden = false;
  words.textContent = `${wrong.length} of ${labels.length.toLocaleString("en")} test digits. Below each picture: the digit it read, and in brackets the right one.`;
  list.replaceChildren(
    ...wrong.slice(0, MOST).map((i) => {
      const canvas = make("canvas", {
        role: "img",
        "aria-label": `A ${labels[i]} that it read as ${classes[i]}`,
      });
      showDigit(canvas, pixels.subarray(i * PIXELS, (i + 1) * PIXELS));
      return make("li", {}, canvas, make("span", { "aria-hidden": "true" }, `${classes[i]} (${labels[i]})`));
    }),
  );
}

export function hideWrong(): void {
  panel.hidden = true;
}

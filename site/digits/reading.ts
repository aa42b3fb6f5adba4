/** The reading of a digit by the network: the digit itself, and a bar for each of the ten. */

import { find, make } from "../shared/dom.js";
import { PIXELS } from "./data.js";
import { showDigit } from "./picture.js";

const digit = find("digit", HTMLOutputElement);
const seen = find("seen", HTMLCanvasElement);

const bars = Array.from({ length: 10 }, () => {
  const fill = make("i", {});
  const share = make("span", { className: "number" }, "");
  find("bars", HTMLOListElement).append(make("li", {}, make("b", { className: "track" }, fill), share));
  return { fill, share };
});

/** Shows nothing read. */
export function showNothing(): void {
  digit.textContent = "";
  showDigit(seen, new Uint8Array(PIXELS));
  for (const { fill, share } of bars) {
    fill.style.width = "0";
    share.textContent = "";
  }
}

/** Shows the pixels that were read, and the probability of each digit. */
export function showReading(pixels: Uint8Array, probabilities: Float32Array): void {
  showDigit(seen, pixels);
  const best = probabilities.indexOf(Math.max(...probabilities));
  digit.textContent = String(best);
  bars.forEach(({ fill, share }, i) => {
    fill.style.width = `${100 * probabilities[i]}%`;
    fill.className = i === best ? "best" : "";
    share.textContent = probabilities[i] >= 0.0005 ? `${(100 * probabilities[i]).toFixed(1)} %` : "";
  });
}

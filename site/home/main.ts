/** The landing page: a small network that learns two spirals while the page is looked at. */

import { adam, dense, Network } from "densely/core";
import { generate } from "../play/data/generate.js";
import { EXTENT } from "../play/data/points.js";
import { paintOutputs } from "../play/view/maps.js";
import { placesOf } from "../play/worker/plane.js";
import { pixels, sharp } from "../shared/canvas.js";
import { bindCopy, find } from "../shared/dom.js";
import { cssOf, paletteOf } from "../shared/scale.js";
import { isDark, onTheme } from "../shared/theme.js";

const SIDE = 64;
const PLACES = placesOf(SIDE);
const POINTS = generate("spiral", { points: 260, noise: 4, draw: 3, classes: 2 });

/** Epochs of a frame, and the loss at which it has learnt them. */
const EPOCHS = 1;
const LEARNT = 0.01;
const MOST_EPOCHS = 1500;

const map = find("map", HTMLCanvasElement);
const overlay = find("points", HTMLCanvasElement);
const words = find("live-text", HTMLElement);
const button = find("live-button", HTMLButtonElement);

let network: Network;
let epochs = 0;
let isVisible = false;
let isDone = false;
/** Nothing moves by itself for visitors who ask for less motion. */
let isPaused = matchMedia("(prefers-reduced-motion: reduce)").matches;

function drawMap(): void {
  const outputs = network.predict(PLACES);
  pixels(map, SIDE, (data) => paintOutputs(data, outputs, 2, paletteOf(isDark())));
}

function drawPoints(): void {
  const side = overlay.clientWidth;
  const context = sharp(overlay, side, side);
  const { classes } = paletteOf(isDark());
  context.lineWidth = 1;
  context.strokeStyle = isDark() ? "#0f1115" : "#ffffff";
  for (let i = 0; i < POINTS.y.length; i++) {
    const [x1, x2] = POINTS.x.subarray(2 * i, 2 * i + 2);
    context.beginPath();
    context.arc((side / 2) * (1 + x1 / EXTENT), (side / 2) * (1 - x2 / EXTENT), 3.4, 0, 2 * Math.PI);
    context.fillStyle = cssOf(classes[POINTS.y[i]]);
    context.fill();
    context.stroke();
  }
}

/** Trains for a frame and draws what it has learnt. */
function frame(): void {
  if (!isVisible || isDone || isPaused) return;
  const { loss } = network.fitSync(POINTS.x, POINTS.y, { epochs: EPOCHS, batchSize: 16 });
  epochs += EPOCHS;
  isDone = loss[0] < LEARNT || epochs >= MOST_EPOCHS;
  drawMap();
  const count = (epochs * Math.ceil(POINTS.y.length / 16)).toLocaleString("en");
  words.textContent = `${isDone ? "Learnt" : "Learning"} in this page: ${count} updates, loss ${loss[0].toFixed(3)}.`;
  if (isDone) showButton();
  requestAnimationFrame(frame);
}

function showButton(): void {
  button.textContent = isDone ? "Again" : isPaused ? "Go on" : "Pause";
}

function begin(): void {
  network?.dispose();
  network = new Network({
    inputs: 2,
    layers: [dense(16, "tanh"), dense(16, "tanh"), dense(1, "sigmoid")],
    optimizer: adam({ learningRate: 0.01 }),
    seed: 4,
  });
  epochs = 0;
  isDone = false;
  drawMap();
  showButton();
  requestAnimationFrame(frame);
}

new ResizeObserver(drawPoints).observe(overlay);
new IntersectionObserver(([{ isIntersecting }]) => {
  isVisible = isIntersecting;
  if (isIntersecting) requestAnimationFrame(frame);
}).observe(map);
onTheme(() => {
  drawMap();
  drawPoints();
});
button.addEventListener("click", () => {
  if (isDone) return begin();
  isPaused = !isPaused;
  showButton();
  requestAnimationFrame(frame);
});
bindCopy(find("copy", HTMLButtonElement), () => find("install", HTMLElement).textContent ?? "");
begin();

/** The digits page: a pad, a reading, and a training of the visitor's own. */

import { Network } from "densely";
import { find } from "../shared/dom.js";
import { onTheme } from "../shared/theme.js";
import { digitsOf, PIXELS } from "./data.js";
import { forget, type Kept, recall } from "./keep.js";
import { Pad } from "./pad.js";
import { rasterize } from "./raster.js";
import { showNothing, showReading } from "./reading.js";
import { type Choices, Training } from "./training.js";
import { hideWrong, showWrong } from "./wrong.js";

const about = find("about", HTMLElement);
const state = find("state", HTMLElement);
const loading = find("loading", HTMLProgressElement);
const trainButton = find("train", HTMLButtonElement);
const forgetButton = find("forget", HTMLButtonElement);
const hint = find("pad-hint", HTMLElement);
const bar = find("bar", HTMLElement);
const plot = find("chart", HTMLElement);
const fields = ["hidden", "epochs", "dropout"].map((id) => find(id, HTMLSelectElement));

/** The network that reads: the one of the site, or the visitor's own. */
let reader: Network | undefined;
let training: Training | undefined;
/** The pixels on the pad. */
let shown: Uint8Array<ArrayBuffer> | undefined;

function read(): void {
  if (!shown) showNothing();
  else if (reader) showReading(shown, reader.predict(shown));
}

const pad = new Pad(find("pad", HTMLCanvasElement), (strokes) => {
  shown = strokes.length > 0 ? rasterize(strokes) : undefined;
  hint.hidden = strokes.length > 0;
  read();
});

const percent = (share: number): string => `${(100 * share).toFixed(2)}\u00a0%`;

/** Shows how far the visitor's network has come, and what can be done with it. */
function showState(): void {
  const isRunning = training?.isRunning ?? false;
  const canContinue = training !== undefined && !training.isComplete;
  trainButton.textContent = isRunning
    ? "Stop"
    : canContinue
      ? "Continue"
      : training
        ? "Train another"
        : "Train";
  forgetButton.hidden = !training || isRunning;
  // While a training can go on, its choices stand.
  for (const field of fields) field.disabled = isRunning || canContinue;
  if (!training) return;
  const { done, accuracy, choices, isKept } = training;
  const read = accuracy === undefined ? "" : `, ${percent(accuracy)} of the test digits read right`;
  state.textContent = `${isRunning ? "Training" : training.isComplete ? "Trained" : "Stopped"}: ${done} of ${choices.epochs} epochs${read}.${isKept ? "" : " This browser refuses to keep it: it is gone when you leave the page."}`;
  about.textContent = "It is the network that you have trained.";
}

/** Lets the visitor's network read. */
async function useOwn(own: Training): Promise<void> {
  reader = own.network;
  read();
  if (own.done > 0 && !own.isRunning) showWrong(own.network, await digitsOf("test"));
}

function choices(): Choices {
  const [hidden, epochs, dropout] = fields.map(({ value }) => Number(value));
  return { hidden, epochs, dropout };
}

async function load() {
  loading.hidden = false;
  state.textContent = "Loading the digits …";
  const onShare = (share: number) => {
    loading.value = share;
  };
  try {
    return await Promise.all([digitsOf("train", onShare), digitsOf("test")]);
  } finally {
    loading.hidden = true;
  }
}

async function train(): Promise<void> {
  const [digits, test] = await load();
  if (!training || training.isComplete) {
    bar.replaceChildren();
    plot.replaceChildren();
    hideWrong();
    training = new Training(choices(), digits.labels.length);
  }
  const own = training;
  reader = own.network;
  const running = own.run(digits, test, { bar, chart: plot }, () => {
    showState();
    void own.keep();
  });
  showState();
  await running;
  showState();
  await useOwn(own);
}

/** Runs a part that may fail where a browser refuses memory, files or a database, and says so. */
async function guarded(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    showState();
    state.textContent = error instanceof Error ? error.message : String(error);
  }
}

async function useFirst(): Promise<void> {
  const response = await fetch("./data/first.safetensors").catch(() => undefined);
  if (!response?.ok)
    throw new Error("The network could not be loaded: is there a connection? Reload the page.");
  reader = Network.load(await response.arrayBuffer());
  about.textContent =
    "It was trained while this site was built, on the 60,000 digits of MNIST; below you train your own.";
  read();
}

/** The training that was kept; undefined if its bytes are of a version that cannot be read. */
function recalled(kept: Kept): Training | undefined {
  try {
    return Training.recall(kept);
  } catch {
    return undefined;
  }
}

async function begin(): Promise<void> {
  showNothing();
  const kept = await recall().catch(() => undefined);
  training = kept && recalled(kept);
  if (!kept || !training) return useFirst();
  const values = [kept.hidden, kept.epochs, kept.dropout];
  fields.forEach((field, i) => {
    field.value = String(values[i]);
  });
  showState();
  await useOwn(training);
}

async function showSample(): Promise<void> {
  const { pixels, labels } = await digitsOf("test");
  const i = Math.floor(Math.random() * labels.length);
  shown = pixels.slice(i * PIXELS, (i + 1) * PIXELS);
  hint.hidden = true;
  read();
  pad.show(find("seen", HTMLCanvasElement));
}

find("clear", HTMLButtonElement).addEventListener("click", () => pad.clear());
find("sample", HTMLButtonElement).addEventListener("click", () => guarded(showSample));
trainButton.addEventListener("click", () => (training?.isRunning ? training.stop() : guarded(train)));
forgetButton.addEventListener("click", () =>
  guarded(async () => {
    // A browser that refuses has kept nothing.
    await forget().catch(() => undefined);
    training = undefined;
    state.textContent = "";
    bar.replaceChildren();
    plot.replaceChildren();
    hideWrong();
    showState();
    await useFirst();
  }),
);
onTheme(() => {
  pad.draw();
  read();
});
guarded(begin);

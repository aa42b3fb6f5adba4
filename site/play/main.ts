/** The playground: the parts of the page, and what each change means for the others. */

import { bindCopy, download, find, make } from "../shared/dom.js";
import { onTheme } from "../shared/theme.js";
import { codeOf } from "./model/code.js";
import { MANY_CLASSES } from "./model/vocabulary.js";
import { SearchView } from "./search/view.js";
import { type Effect, Store } from "./store.js";
import { Trainer } from "./trainer.js";
import { Brushes } from "./view/brushes.js";
import { LossChart } from "./view/chart.js";
import { bindCsv } from "./view/csv-dialog.js";
import { describePlane } from "./view/describe.js";
import type { Focus } from "./view/edges.js";
import { bindFields } from "./view/fields.js";
import { Figures } from "./view/figures.js";
import { bindInspection } from "./view/inspect.js";
import { ListingView } from "./view/listing.js";
import { NetworkView } from "./view/network.js";
import { Pace } from "./view/pace.js";
import { PlaneView } from "./view/plane.js";
import { showSets } from "./view/sets.js";
import { FILES, type FileKind, type Frame, PLANE_SIDE } from "./worker/protocol.js";

const store = new Store(location.hash);
const runButton = find("run", HTMLButtonElement);
const notice = find("notice", HTMLElement);
const code = find("code", HTMLElement);
const drawing = find("network", HTMLElement);
const plane = new PlaneView(find("plane", HTMLElement));
const network = new NetworkView(drawing, store);
const chart = new LossChart(find("chart", HTMLCanvasElement));
const listing = new ListingView(find("listing", HTMLTableElement));
const figures = new Figures(store);

/** The frame on the screen. */
let shown: Frame | undefined;
/** The unit that the plane shows instead of the output. */
let focus: Focus | undefined;
/** True while the listing of explain() can be seen. */
let isListingInSight = true;

/** Numbers and curves of a training change so often, the values of the listing less. */
const readable = new Pace(1000 / 15);
const listed = new Pace(100);

const trainer: Trainer = new Trainer({
  wantsListing: () => isListingInSight && (!trainer.isRunning || listed.isDue()),
  onFrame: show,
  onState: showState,
  onNotice: (text) => complain(text),
  onFile: (name, content) => download(name, content),
});

function complain(text: string): void {
  notice.textContent = text;
  notice.hidden = text === "";
}

function showState(isRunning: boolean): void {
  runButton.textContent = isRunning ? "Pause" : "Run";
  if (!isRunning) showCode();
}

/** Shows the program that trains as far as this page has. */
function showCode(): void {
  if (store.split)
    code.textContent = codeOf(store.settings, store.split.train, Math.max(1, Math.ceil(shown?.epoch ?? 1)));
}

function showPlane(frame: Frame): void {
  const map = focus && frame.units[focus.layer - 1];
  const units = focus && store.settings.layers[focus.layer - 1]?.units;
  if (focus && map && units) plane.showUnit(map, units, focus.unit);
  else plane.showOutputs(frame.plane, PLANE_SIDE, store.classes);
}

function show(frame: Frame): void {
  if (!store.split) return;
  shown = frame;
  network.draw(frame);
  showPlane(frame);
  chart.add({ epoch: frame.epoch, train: frame.train.loss, test: frame.test.loss });
  if (!frame.isRunning || readable.isDue()) {
    figures.show(frame);
    chart.draw();
  }
  if (frame.listing) listing.show(frame.listing);
  if (!frame.isRunning && !trainer.isRunning) showCode();
}

/** Draws everything that belongs to the points. */
function showPoints(): void {
  const axes = store.settings.data === "own" ? store.own.axes : (["x1", "x2"] as const);
  plane.label("The output over the plane, with the points", axes);
  plane.set(store.points, store.split);
  find("plane-text", HTMLElement).textContent = describePlane(store);
  if (!store.split) plane.showNothing();
}

function begin(): void {
  complain("");
  chart.clear();
  figures.clear();
  shown = undefined;
  if (store.split) trainer.set(store.settings, store.split);
  else trainer.pause();
  for (const id of ["run", "step", "epoch", "reset"]) find(id, HTMLButtonElement).disabled = !store.split;
  showCode();
}

/** Writes the address, at most three times a second: browsers refuse more. */
let addressTimer: ReturnType<typeof setTimeout> | undefined;
function keepAddress(): void {
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => history.replaceState(null, "", `#${store.address}`), 300);
}

function follow(effect: Effect): void {
  keepAddress();
  switch (effect) {
    case "none":
      if (trainer.isRunning) trainer.run(store.settings.speed);
      return;
    case "rate":
      trainer.setRate(store.settings);
      showCode();
      return;
    case "points":
      showPoints();
      if (store.split) trainer.setPoints(store.settings, store.split);
      return;
    case "new": {
      const wasRunning = trainer.isRunning;
      network.build();
      showPoints();
      begin();
      if (wasRunning && store.split) trainer.run(store.settings.speed);
    }
  }
}

function toggle(): void {
  complain("");
  if (trainer.isRunning) trainer.pause();
  else trainer.run(store.settings.speed);
}

function setFocus(next: Focus | undefined): void {
  if (next?.layer === focus?.layer && next?.unit === focus?.unit) return;
  focus = next;
  network.setFocus(next);
  showTitle();
  if (shown) showPlane(shown);
}

/** Names what the plane shows: the output, or the unit that is looked at. */
function showTitle(): void {
  const isHidden = focus !== undefined && focus.layer > 0 && focus.layer <= store.settings.layers.length;
  find("output-title", HTMLElement).textContent = isHidden
    ? `Layer ${focus?.layer}, unit ${(focus?.unit ?? 0) + 1}`
    : "Output";
}

function bindButtons(): void {
  runButton.addEventListener("click", toggle);
  find("step", HTMLButtonElement).addEventListener("click", () => trainer.advance("step"));
  find("epoch", HTMLButtonElement).addEventListener("click", () => trainer.advance("epoch"));
  find("reset", HTMLButtonElement).addEventListener("click", begin);
  find("redraw", HTMLButtonElement).addEventListener("click", () =>
    store.change({ draw: store.settings.draw + 1 }),
  );
  const openCsv = bindCsv((own) => store.takeOwn(own));
  find("csv", HTMLButtonElement).addEventListener("click", openCsv);
  const showTest = find("show-test", HTMLInputElement);
  // Browsers may fill in what the field held before a reload.
  showTest.checked = plane.showsTest;
  showTest.addEventListener("change", () => {
    plane.showsTest = showTest.checked;
    plane.drawPoints();
  });
  const batchNorm = find("batch-norm", HTMLInputElement);
  batchNorm.addEventListener("change", () => store.change({ batchNorm: batchNorm.checked }));
  const showBatchNorm = () => {
    batchNorm.checked = store.settings.batchNorm;
  };
  store.listen(showBatchNorm);
  showBatchNorm();
}

function bindFiles(): void {
  const kind = find("file-kind", HTMLSelectElement);
  for (const [name, value] of Object.entries(FILES)) kind.append(make("option", { value }, name));
  find("download", HTMLButtonElement).addEventListener("click", () => trainer.file(kind.value as FileKind));
  bindCopy(find("copy-code", HTMLButtonElement), () => code.textContent ?? "");
  bindCopy(find("copy-link", HTMLButtonElement), () => `${location.href.split("#")[0]}#${store.address}`);
}

/** The space bar runs and pauses, wherever it has no other meaning. */
function bindKeys(): void {
  addEventListener("keydown", (event) => {
    const isFree = event.target === document.body || event.target === plane.surface;
    if (event.key !== " " || !isFree || runButton.disabled) return;
    event.preventDefault();
    toggle();
  });
}

store.listen(follow);
showSets(find("sets", HTMLElement), store);
bindFields(store, () => MANY_CLASSES.includes(store.settings.data));
new Brushes(find("brushes", HTMLElement), store, plane);
new SearchView(store, () => runButton.focus());
bindButtons();
bindFiles();
bindKeys();
bindInspection({ network, plane, drawing, store }, () => shown, setFocus);
new IntersectionObserver(([{ isIntersecting }]) => {
  isListingInSight = isIntersecting;
  if (isIntersecting) trainer.draw();
}).observe(find("listing", HTMLTableElement));
addEventListener("hashchange", () => store.moveTo(location.hash));
onTheme(() => {
  network.build();
  showPoints();
  chart.draw();
  trainer.draw();
});
network.build();
showPoints();
begin();

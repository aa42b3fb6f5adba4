/** Tells about what is hovered or has the focus: the numbers of a unit, a weight or a place of the plane. */

import { EXTENT } from "../data/points.js";
import type { Store } from "../store.js";
import { type Frame, PLANE_SIDE } from "../worker/protocol.js";
import { type Edge, edgeAt, type Focus } from "./edges.js";
import type { NetworkView } from "./network.js";
import { show, showPercent } from "./numbers.js";
import type { Place, PlaneView } from "./plane.js";
import { hideTip, showTip } from "./tip.js";

/** Most weights that a unit's window lists. */
const LISTED = 6;

function nameOf(layer: number, unit: number, { settings, own }: Store): string {
  if (layer === 0) return settings.data === "own" ? own.axes[unit] : `x${unit + 1}`;
  if (layer > settings.layers.length) return `output ${unit + 1}`;
  return `layer ${layer} unit ${unit + 1}`;
}

function aboutUnit({ layer, unit }: Focus, { weights }: Frame, store: Store): string[] {
  const name = nameOf(layer, unit, store);
  if (layer === 0) return [name, "An input: its value is shown."];
  const { W, b } = weights[layer - 1];
  const inputs = W.length / b.length;
  const own = Array.from(W.subarray(unit * inputs, (unit + 1) * inputs), (weight, from) => ({
    weight,
    from,
  }));
  own.sort((a, c) => Math.abs(c.weight) - Math.abs(a.weight));
  const lines = own
    .slice(0, LISTED)
    .map(({ weight, from }) => `${show(weight)} · ${nameOf(layer - 1, from, store)}`);
  const more = own.length > LISTED ? [`and ${own.length - LISTED} smaller`] : [];
  return [name, `bias ${show(b[unit])}`, ...lines, ...more];
}

function aboutEdge({ layer, from, to }: Edge, { weights }: Frame, store: Store): string[] {
  const { W, b } = weights[layer];
  const weight = W[to * (W.length / b.length) + from];
  return [`weight ${show(weight)}`, `${nameOf(layer, from, store)} → ${nameOf(layer + 1, to, store)}`];
}

function aboutPlace({ x1, x2 }: Place, { plane }: Frame, store: Store): string[] {
  const toIndex = (share: number) => Math.min(PLANE_SIDE - 1, Math.max(0, Math.floor(share * PLANE_SIDE)));
  const place = toIndex((1 - x2 / EXTENT) / 2) * PLANE_SIDE + toIndex((1 + x1 / EXTENT) / 2);
  const { classes, settings, own } = store;
  const axes = settings.data === "own" ? own.axes : ["x1", "x2"];
  const where = `${axes[0]} ${show(x1)}, ${axes[1]} ${show(x2)}`;
  if (classes === 0) return [where, `output ${show(plane[place])}`];
  const nameOfClass = (k: number) => (settings.data === "own" && own.names[k]) || `class ${k + 1}`;
  if (classes === 2) return [where, `${nameOfClass(1)}: ${showPercent(plane[place])}`];
  const outputs = plane.subarray(place * classes, (place + 1) * classes);
  return [where, ...Array.from(outputs, (p, k) => `${nameOfClass(k)}: ${showPercent(p)}`)];
}

/** @param frame the frame that is shown. @param onFocus called when a unit is looked at, or none any more. */
export function bindInspection(
  parts: { network: NetworkView; plane: PlaneView; drawing: HTMLElement; store: Store },
  frame: () => Frame | undefined,
  onFocus: (focus: Focus | undefined) => void,
): void {
  const { network, plane, drawing, store } = parts;
  const look = (unit: HTMLElement, left: number, top: number) => {
    const focus = { layer: Number(unit.dataset.layer), unit: Number(unit.dataset.unit) };
    onFocus(focus);
    const shown = frame();
    if (shown) showTip(aboutUnit(focus, shown, store), left, top);
  };
  const leave = () => {
    onFocus(undefined);
    hideTip();
  };
  const unitOf = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>(".unit") : null;

  drawing.addEventListener("pointermove", (event) => {
    const unit = unitOf(event.target);
    const shown = frame();
    if (unit) return look(unit, event.clientX, event.clientY);
    const { left, top } = drawing.getBoundingClientRect();
    const edge = shown && edgeAt(event.clientX - left, event.clientY - top, network.boxes, shown.weights);
    onFocus(undefined);
    if (shown && edge) showTip(aboutEdge(edge, shown, store), event.clientX, event.clientY);
    else hideTip();
  });
  drawing.addEventListener("pointerleave", leave);
  drawing.addEventListener("focusin", (event) => {
    const unit = unitOf(event.target);
    if (!unit) return;
    const { right, top } = unit.getBoundingClientRect();
    look(unit, right, top);
  });
  drawing.addEventListener("focusout", leave);
  plane.surface.addEventListener("pointermove", (event) => {
    const shown = frame();
    if (shown && store.split) {
      showTip(aboutPlace(plane.placeAt(event), shown, store), event.clientX, event.clientY);
    }
  });
  plane.surface.addEventListener("pointerleave", hideTip);
}

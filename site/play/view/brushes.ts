/** Drawing the visitor's own points: the brushes, the pointer and the keyboard on the plane. */

import { make } from "../../shared/dom.js";
import { colorOf, cssOf, paletteOf } from "../../shared/scale.js";
import { isDark, onTheme } from "../../shared/theme.js";
import { NOTHING, withoutPoints, withPoint } from "../data/own.js";
import { EXTENT } from "../data/points.js";
import { MOST_CLASSES } from "../model/vocabulary.js";
import type { Store } from "../store.js";
import type { Place, PlaneView } from "./plane.js";

/** A brush puts points of a class or number; the eraser takes points away; "look" does neither. */
type Brush = number | "look" | "erase";

/** The numbers that can be drawn for a regression. */
const NUMBERS = [-1, -0.5, 0, 0.5, 1];

/** Distance between two points of a stroke, and the reach of the eraser. */
const APART = 0.18;
const REACH = 0.25;

export class Brushes {
  readonly #parent: HTMLElement;
  readonly #store: Store;
  readonly #plane: PlaneView;
  #brush: Brush = "look";
  #last: Place | undefined;
  #cross: Place = { x1: 0, x2: 0 };

  constructor(parent: HTMLElement, store: Store, plane: PlaneView) {
    this.#parent = parent;
    this.#store = store;
    this.#plane = plane;
    store.listen((effect) => effect !== "none" && this.build());
    onTheme(() => this.build());
    this.#listen(plane.surface);
    this.build();
  }

  /** True if the pointer draws. */
  get isDrawing(): boolean {
    return this.#brush !== "look";
  }

  /** Builds the buttons: one for each class of the data, and for one class more. */
  build(): void {
    const { classes, settings, own } = this.#store;
    const values = classes === 0 ? NUMBERS : [...Array(Math.min(MOST_CLASSES, classes + 1)).keys()];
    const nameOf = (value: number) =>
      classes === 0 ? String(value) : (settings.data === "own" && own.names[value]) || `Class ${value + 1}`;
    const focused = this.#parent.contains(document.activeElement) ? String(this.#brush) : undefined;
    this.#parent.replaceChildren(
      make("legend", { className: "unseen" }, "Draw points"),
      this.#choice("look", "Look", ""),
      ...values.map((value) => this.#choice(value, nameOf(value), this.#colorOf(value, classes))),
      this.#choice("erase", "Erase", ""),
      this.#clearButton(),
    );
    if (focused) this.#parent.querySelector<HTMLElement>(`[value="${focused}"]`)?.focus();
    this.#plane.surface.style.cursor = this.isDrawing ? "crosshair" : "default";
    this.#plane.surface.style.touchAction = this.isDrawing ? "none" : "auto";
  }

  #colorOf(value: number, classes: number): string {
    const palette = paletteOf(isDark());
    return cssOf(classes === 0 ? colorOf(value, palette) : palette.classes[value]);
  }

  #choice(brush: Brush, name: string, color: string): HTMLElement {
    const input = make("input", {
      type: "radio",
      name: "brush",
      value: String(brush),
      checked: brush === this.#brush,
    });
    input.addEventListener("change", () => {
      this.#brush = brush;
      this.build();
    });
    const dot = color === "" ? [] : [make("i", { className: "dot" })];
    for (const element of dot) element.style.background = color;
    return make("label", {}, input, ...dot, make("span", {}, name));
  }

  #clearButton(): HTMLElement {
    const clear = make("button", { type: "button", className: "quiet" }, "Clear");
    clear.addEventListener("click", () => {
      this.#brush = 0;
      this.#store.takeOwn({ ...NOTHING, points: { ...NOTHING.points, classes: this.#store.classes } });
    });
    return clear;
  }

  #listen(surface: HTMLElement): void {
    surface.addEventListener("pointerdown", (event) => {
      if (!this.isDrawing) return;
      surface.setPointerCapture(event.pointerId);
      this.#last = undefined;
      this.#draw(this.#plane.placeAt(event));
    });
    surface.addEventListener("pointermove", (event) => {
      if (surface.hasPointerCapture(event.pointerId)) this.#draw(this.#plane.placeAt(event));
    });
    surface.addEventListener("keydown", (event) => this.#onKey(event));
    surface.addEventListener("blur", () => this.#plane.setCross(undefined));
  }

  /** Draws or erases at a place, unless the last point of the stroke is near. */
  #draw(place: Place): void {
    const { canvas } = this.#store;
    const isNear = this.#last && Math.hypot(place.x1 - this.#last.x1, place.x2 - this.#last.x2) < APART;
    if (isNear || Math.abs(place.x1) > EXTENT || Math.abs(place.x2) > EXTENT) return;
    this.#last = place;
    if (typeof this.#brush === "number") {
      this.#store.takeOwn(withPoint(canvas, place.x1, place.x2, this.#brush));
    } else if (this.#brush === "erase") {
      this.#store.takeOwn(withoutPoints(canvas, place.x1, place.x2, REACH));
    }
  }

  /** Arrows move a cross; Enter draws with the brush, a digit with that class; Delete erases. */
  #onKey(event: KeyboardEvent): void {
    const step = event.shiftKey ? 0.5 : 0.1;
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
    };
    const move = moves[event.key];
    const within = (value: number) => Math.min(EXTENT, Math.max(-EXTENT, value));
    if (move) this.#cross = { x1: within(this.#cross.x1 + move[0]), x2: within(this.#cross.x2 + move[1]) };
    else if (!this.#act(event.key)) return;
    event.preventDefault();
    this.#plane.setCross(this.#cross);
  }

  /** Acts at the cross. @returns false for a key without a meaning */
  #act(key: string): boolean {
    const { canvas, classes } = this.#store;
    const { x1, x2 } = this.#cross;
    const digit = Number(key) - 1;
    if (key === "Delete" || key === "Backspace") this.#store.takeOwn(withoutPoints(canvas, x1, x2, REACH));
    else if (classes > 0 && digit >= 0 && digit < Math.min(MOST_CLASSES, classes + 1)) {
      this.#store.takeOwn(withPoint(canvas, x1, x2, digit));
    } else if (key === "Enter" && typeof this.#brush === "number") {
      this.#store.takeOwn(withPoint(canvas, x1, x2, this.#brush));
    } else return false;
    return true;
  }
}

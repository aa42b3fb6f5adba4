/** The visitor's own points: drawn, or from a CSV. They fit into the page's address, with the names of axes and classes. */

import { MOST_CLASSES } from "../model/vocabulary.js";
import { EXTENT, type Points } from "./points.js";

export interface OwnData {
  readonly points: Points;
  /** Names of both inputs. */
  readonly axes: readonly [string, string];
  /** Names of the classes, or none. */
  readonly names: readonly string[];
}

/** Most points that an address can hold. */
export const MOST_OWN = 1000;

/** Places of an input in an address, 12 bits, and of a number, 8 bits. */
const PLACES = 4095;
const NUMBERS = 255;

export const NOTHING: OwnData = {
  points: { x: new Float32Array(0), y: new Float32Array(0), classes: 2 },
  axes: ["x1", "x2"],
  names: [],
};

const toPlace = (value: number) =>
  Math.min(PLACES, Math.max(0, Math.round(((value + EXTENT) / (2 * EXTENT)) * PLACES)));
const fromPlace = (place: number) => Math.fround((place / PLACES) * 2 * EXTENT - EXTENT);

/** Points at the places that an address can hold, so that a reload gives the same. */
export function rounded({ x, y, classes }: Points): Points {
  const labels =
    classes > 0 ? y : y.map((value) => (Math.round(((value + 1) / 2) * NUMBERS) / NUMBERS) * 2 - 1);
  return { x: x.map((value) => fromPlace(toPlace(value))), y: labels, classes };
}

/** Names with a bar between them. A bar within a name becomes another sign. */
const listText = (names: readonly string[]): string =>
  names.map((name) => name.replaceAll("|", "¦")).join("|");

/** The entries of an address. Each point is four bytes: twelve bits for each input, eight for its class or number. */
export function encodeOwn({ points: { x, y, classes }, axes, names }: OwnData): Record<string, string> {
  const bytes = new Uint8Array(4 * y.length);
  for (let i = 0; i < y.length; i++) {
    const [a, b] = [toPlace(x[2 * i]), toPlace(x[2 * i + 1])];
    const label = classes > 0 ? y[i] : Math.round(((y[i] + 1) / 2) * NUMBERS);
    bytes.set([a >> 4, ((a & 15) << 4) | (b >> 8), b & 255, label], 4 * i);
  }
  const entries: Record<string, string> = { kinds: String(classes), own: toText(bytes) };
  if (axes[0] !== "x1" || axes[1] !== "x2") entries.axes = listText(axes);
  if (names.length > 0) entries.names = listText(names);
  return entries;
}

/** The data of an address; undefined if it has none, or none that can be read. */
export function decodeOwn(given: URLSearchParams): OwnData | undefined {
  const bytes = fromText(given.get("own") ?? "");
  const classes = Number(given.get("kinds") ?? Number.NaN);
  const count = Math.min(MOST_OWN, Math.floor(bytes.length / 4));
  if (!Number.isInteger(classes) || classes < 0 || classes === 1 || classes > MOST_CLASSES) return undefined;
  const points = { x: new Float32Array(2 * count), y: new Float32Array(count), classes };
  for (let i = 0; i < count; i++) {
    const [high, middle, low, label] = bytes.subarray(4 * i, 4 * i + 4);
    points.x.set([fromPlace((high << 4) | (middle >> 4)), fromPlace(((middle & 15) << 8) | low)], 2 * i);
    points.y[i] = classes > 0 ? Math.min(label, classes - 1) : (label / NUMBERS) * 2 - 1;
  }
  const [first = "x1", second = "x2"] = (given.get("axes") ?? "x1|x2").split("|");
  const names = given.get("names")?.split("|") ?? [];
  return { points, axes: [first, second], names };
}

/** Bytes in base64 with the letters that need no escape in an address. */
function toText(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function fromText(text: string): Uint8Array {
  try {
    const decoded = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(decoded, (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array(0);
  }
}

/** The data with one point more. The oldest points give way beyond what an address can hold. */
export function withPoint(own: OwnData, x1: number, x2: number, y: number): OwnData {
  const { points } = own;
  const classes = points.classes > 0 ? Math.max(points.classes, y + 1) : 0;
  const x = [...points.x, x1, x2].slice(-2 * MOST_OWN);
  const added = { x: Float32Array.from(x), y: Float32Array.from([...points.y, y].slice(-MOST_OWN)), classes };
  return { ...own, points: rounded(added) };
}

/** The data without the points within a distance of a place. */
export function withoutPoints(own: OwnData, x1: number, x2: number, distance: number): OwnData {
  const { x, y, classes } = own.points;
  const isFar = (i: number) => Math.hypot(x[2 * i] - x1, x[2 * i + 1] - x2) > distance;
  const kept = Array.from(y, (_, i) => i).filter(isFar);
  const points = {
    x: Float32Array.from(kept.flatMap((i) => [x[2 * i], x[2 * i + 1]])),
    y: Float32Array.from(kept, (i) => y[i]),
    classes,
  };
  return { ...own, points };
}

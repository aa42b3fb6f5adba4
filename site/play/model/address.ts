/** The settings as the fragment of the page's address, which a reload or a friend comes back from. Only what is not the default. */

import type { OwnData } from "../data/own.js";
import { decodeOwn, encodeOwn } from "../data/own.js";
import {
  CHOICES,
  type ChoiceKey,
  DEFAULTS,
  type HiddenLayer,
  layerOf,
  MOST_LAYERS,
  type NumberKey,
  numberWithin,
  RANGES,
  type Settings,
} from "./settings.js";

/** The contents of an address: the settings, and the visitor's own data if these are chosen. */
export interface Place {
  readonly settings: Settings;
  readonly own: OwnData | undefined;
}

/** Layers as text: "8tanh-6relu"; "none" without a hidden layer. */
function layersText(layers: readonly HiddenLayer[]): string {
  return layers.map(({ units, activation }) => `${units}${activation}`).join("-") || "none";
}

function readLayers(text: string): readonly HiddenLayer[] | undefined {
  if (text === "none") return [];
  const layers = text.split("-").map((part) => {
    const [, units, activation] = /^(\d+)([a-zA-Z0-9]+)$/.exec(part) ?? [];
    return layerOf(Number(units), activation);
  });
  const known = layers.filter((layer) => layer !== undefined);
  return known.length === layers.length && layers.length <= MOST_LAYERS ? known : undefined;
}

/** The fragment of a place, without "#". */
export function addressOf({ settings, own }: Place): string {
  const entries: [string, string][] = [];
  for (const key of [...Object.keys(CHOICES), ...Object.keys(RANGES)] as (ChoiceKey | NumberKey)[]) {
    if (settings[key] !== DEFAULTS[key]) entries.push([key, String(settings[key])]);
  }
  const layers = layersText(settings.layers);
  if (layers !== layersText(DEFAULTS.layers)) entries.push(["layers", layers]);
  if (settings.batchNorm) entries.push(["batchNorm", "1"]);
  if (settings.data === "own" && own) entries.push(...Object.entries(encodeOwn(own)));
  return new URLSearchParams(entries).toString();
}

/** The place of a fragment. What is missing or no valid value is the default. */
export function placeOf(fragment: string): Place {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const settings: Record<string, unknown> = { ...DEFAULTS };
  for (const [key, names] of Object.entries(CHOICES)) {
    const name = (names as readonly string[]).find((known) => known === given.get(key));
    if (name) settings[key] = name;
  }
  for (const key of Object.keys(RANGES) as NumberKey[]) {
    const text = given.get(key);
    const value = text === null ? undefined : numberWithin(key, Number(text));
    if (value !== undefined) settings[key] = value;
  }
  settings.layers = readLayers(given.get("layers") ?? "") ?? DEFAULTS.layers;
  settings.batchNorm = given.get("batchNorm") === "1";
  const own = settings.data === "own" ? decodeOwn(given) : undefined;
  return { settings: settings as unknown as Settings, own };
}

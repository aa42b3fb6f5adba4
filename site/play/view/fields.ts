/** Binds the fields with a data-key to the settings: they show them, and change them. */

import { make } from "../../shared/dom.js";
import { hasMomentum } from "../model/network.js";
import {
  CHOICES,
  type ChoiceKey,
  DEFAULTS,
  type NumberKey,
  numberWithin,
  type Settings,
} from "../model/settings.js";
import { RATES, SPEEDS } from "../model/vocabulary.js";
import type { Store } from "../store.js";

type Field = HTMLInputElement | HTMLSelectElement;

const isChoice = (key: string): key is ChoiceKey => key in CHOICES;

/** The text of a choice in its list. */
function textOf(key: ChoiceKey, name: string): string {
  return key === "speed" ? SPEEDS[name as keyof typeof SPEEDS] : name;
}

function fillOptions(field: HTMLSelectElement, key: ChoiceKey): void {
  for (const name of CHOICES[key]) field.append(make("option", { value: name }, textOf(key, name)));
}

/** The change that a field asks for; undefined if its value is none. */
function changeOf(key: ChoiceKey | NumberKey, value: string): Partial<Settings> | undefined {
  if (key === "optimizer") {
    const optimizer = CHOICES.optimizer.find((name) => name === value) ?? DEFAULTS.optimizer;
    return { optimizer, rate: RATES[optimizer] };
  }
  if (isChoice(key)) return { [key]: value };
  const number = value.trim() === "" ? undefined : numberWithin(key, Number(value));
  return number === undefined ? undefined : { [key]: number };
}

/** A number of settings that is not among the options of a list becomes one. */
function ensureOption(field: Field, value: string): void {
  if (!(field instanceof HTMLSelectElement)) return;
  if (![...field.options].some((option) => option.value === value))
    field.append(make("option", { value }, value));
}

/** Shows those fields that matter: `data-for` names the condition. */
function showFields(settings: Settings, hasManyClasses: boolean): void {
  const conditions: Record<string, boolean> = {
    classes: hasManyClasses,
    made: settings.data !== "own",
    steps: settings.schedule !== "constant" && settings.optimizer !== "lbfgs",
    momentum: hasMomentum(settings),
  };
  for (const field of document.querySelectorAll<HTMLElement>("[data-for]")) {
    field.hidden = conditions[field.dataset.for ?? ""] === false;
  }
}

/** @param hasManyClasses true if the data set in use is made of any number of classes. */
export function bindFields(store: Store, hasManyClasses: () => boolean): void {
  const fields = [...document.querySelectorAll<Field>("[data-key]")];
  const show = () => {
    const { settings } = store;
    for (const field of fields) {
      const value = String(settings[field.dataset.key as ChoiceKey | NumberKey]);
      ensureOption(field, value);
      if (field.value !== value && document.activeElement !== field) field.value = value;
      if (field.type === "range" && field.nextElementSibling) field.nextElementSibling.textContent = value;
    }
    showFields(settings, hasManyClasses());
  };
  for (const field of fields) {
    const key = field.dataset.key as ChoiceKey | NumberKey;
    if (field instanceof HTMLSelectElement && isChoice(key)) fillOptions(field, key);
    field.addEventListener(field.type === "range" ? "input" : "change", () => {
      const change = changeOf(key, field.value);
      field.setAttribute("aria-invalid", String(change === undefined));
      if (change) store.change(change);
    });
    field.addEventListener("blur", show);
  }
  store.listen(show);
  show();
}

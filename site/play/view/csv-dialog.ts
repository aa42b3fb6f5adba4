/** The dialog that takes a CSV, by paste, file or drop, and lets its columns be chosen. */

import { find, make } from "../../shared/dom.js";
import { onDrop, textOf } from "../../shared/drop.js";
import { type Columns, CsvFault, guessColumns, isNumeric, pointsOf, readColumns } from "../data/csv.js";
import type { OwnData } from "../data/own.js";

const dialog = find("csv-dialog", HTMLDialogElement);
const area = find("csv-text", HTMLTextAreaElement);
const file = find("csv-file", HTMLInputElement);
const choices = find("csv-columns", HTMLElement);
const fault = find("csv-fault", HTMLElement);
const use = find("csv-use", HTMLButtonElement);
const first = find("csv-first", HTMLSelectElement);
const second = find("csv-second", HTMLSelectElement);
const target = find("csv-target", HTMLSelectElement);

/** Largest file: the text stands in the dialog, and the playground takes a thousand rows. */
const MOST_BYTES = 2e6;

let columns: Columns | undefined;

function complain(text: string): void {
  fault.hidden = text === "";
  fault.textContent = text;
  use.disabled = text !== "";
}

/** Runs a part that a wrong CSV may end, and says what is wrong with it. */
async function guarded(run: () => Promise<void> | void): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    complain(error.message);
  }
}

function fill(
  select: HTMLSelectElement,
  { names }: Columns,
  indices: readonly number[],
  chosen: number,
): void {
  select.replaceChildren(...indices.map((i) => make("option", { value: String(i) }, names[i])));
  select.value = String(chosen);
}

/** Reads the text and offers its columns. */
async function read(): Promise<void> {
  columns = undefined;
  choices.hidden = true;
  use.disabled = true;
  if (area.value.trim() === "") return complain("");
  await guarded(async () => {
    const found = await readColumns(area.value);
    const guess = guessColumns(found);
    const all = found.names.map((_, i) => i);
    const numeric = all.filter((i) => isNumeric(found, i));
    fill(first, found, numeric, guess.inputs[0]);
    fill(second, found, numeric, guess.inputs[1]);
    fill(target, found, all, guess.target);
    columns = found;
    choices.hidden = false;
    complain("");
  });
}

function chosen(found: Columns): OwnData {
  return pointsOf(found, [Number(first.value), Number(second.value)], Number(target.value));
}

async function takeFile(given: File): Promise<void> {
  if (!dialog.open) dialog.showModal();
  const text = given.size <= MOST_BYTES ? await textOf(given) : undefined;
  area.value = text ?? "";
  await read();
  if (text === undefined) {
    complain(`"${given.name}" cannot be read: give a file of text with at most ${MOST_BYTES / 1e6} MB.`);
  }
}

/** @param onData gets the points. @returns a function that opens the dialog */
export function bindCsv(onData: (own: OwnData) => void): () => void {
  // Browsers may fill in what the fields held before a reload.
  area.value = "";
  file.value = "";
  area.addEventListener("input", read);
  file.addEventListener("change", () => {
    const [chosenFile] = file.files ?? [];
    if (chosenFile) void takeFile(chosenFile);
  });
  use.addEventListener("click", () =>
    guarded(() => {
      if (!columns) return;
      onData(chosen(columns));
      dialog.close();
    }),
  );
  onDrop(takeFile);
  return () => {
    complain("");
    dialog.showModal();
  };
}

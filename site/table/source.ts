/** Where the text of a table comes from: a file that was chosen or dropped, a paste, or the example. */

import { find } from "../shared/dom.js";

const area = find("text", HTMLTextAreaElement);
const file = find("file", HTMLInputElement);

/** Characters of a file that the text field shows; a larger one would slow down the page. */
const SHOWN = 20_000;

/** @param onText gets the text of each table. */
export function bindSource(onText: (text: string) => void): void {
  const take = (text: string): void => {
    area.value = text.length > SHOWN ? `${text.slice(0, SHOWN)}\n…` : text;
    onText(text);
  };
  area.addEventListener("input", () => onText(area.value));
  file.addEventListener("change", async () => {
    const [chosen] = file.files ?? [];
    if (chosen) take(await chosen.text());
  });
  find("example", HTMLButtonElement).addEventListener("click", async () => {
    const { default: penguins } = await import("../../examples/penguins.csv?raw");
    take(penguins);
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", async (event) => {
    event.preventDefault();
    const [dropped] = event.dataTransfer?.files ?? [];
    if (dropped) take(await dropped.text());
  });
}

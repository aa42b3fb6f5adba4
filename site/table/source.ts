/** Where the text of a table comes from: a file that was chosen or dropped, a paste, or the example. */

import { find } from "../shared/dom.js";
import { onDrop, textOf } from "../shared/drop.js";

const area = find("text", HTMLTextAreaElement);
const file = find("file", HTMLInputElement);

/** Characters of a file that the text field shows; a larger one would slow down the page. */
const SHOWN = 20_000;

/** @param onText gets the text of each table. @param onFault gets the reason why there is none. */
export function bindSource(onText: (text: string) => void, onFault: (fault: string) => void): void {
  const take = (text: string): void => {
    area.value = text.length > SHOWN ? `${text.slice(0, SHOWN)}\n…` : text;
    onText(text);
  };
  // Browsers may fill in what the fields held before a reload.
  area.value = "";
  file.value = "";
  area.addEventListener("input", () => onText(area.value));
  const takeFile = async (given: File): Promise<void> => {
    const text = await textOf(given);
    if (text === undefined) onFault(`"${given.name}" cannot be read: give a file, not a folder.`);
    else take(text);
  };
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    if (chosen) void takeFile(chosen);
  });
  onDrop(takeFile);
  find("example", HTMLButtonElement).addEventListener("click", async () => {
    try {
      const { default: penguins } = await import("../../examples/penguins.csv?raw");
      take(penguins);
    } catch {
      onFault("The example could not be loaded: is there a connection?");
    }
  });
}

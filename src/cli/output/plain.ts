/** Control characters, which could move the cursor of a terminal or change its title. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal.
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text of files that is safe to show on a terminal: control characters become \xNN, except line breaks. */
export const plain = (text: string): string =>
  text.replace(CONTROL, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);

/** A text of at most `most` characters in one line, safe to show. */
export function short(text: string, most: number): string {
  const line = plain(text).replaceAll("\n", "\\n");
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

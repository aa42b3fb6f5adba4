import { show } from "../model/check.js";

/** JSON texts that may be anything, such as those of files. */

/** Levels of nesting, far more than a network has. */
const MOST_LEVELS = 1000;

/** Objects, arrays and names, far more than a network of 10,000 layers has. Each takes many times its bytes of memory. */
const MOST_PARTS = 2 ** 20;

/** The index of the quote that ends a string. @param start the index of the one that begins it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/** The name that a string in the text stands for: "a" may be written as "\u0061". */
function nameOf(string: string): string {
  try {
    return string.includes("\\") ? JSON.parse(string) : string.slice(1, -1);
  } catch {
    return string;
  }
}

/**
 * Finds what JSON.parse would take without a word: a name that an object has twice, and so many parts that reading them
 * would take many times the memory of the text.
 * @returns the fault as the end of a sentence; undefined if there is none, or for text that JSON.parse refuses.
 */
export function faultOf(text: string): string | undefined {
  /** The names of each object that is open at this place; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let parts = 0;
  let isName = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      const end = endOfString(text, i);
      const names = open[open.length - 1];
      if (isName && names) {
        const name = nameOf(text.slice(i, end + 1));
        if (names.has(name)) return `has the name ${show(name.slice(0, 60))} twice`;
        names.add(name);
        parts++;
      }
      isName = false;
      i = end;
    } else if (character === "{" || character === "[") {
      isName = character === "{";
      open.push(isName ? new Set() : undefined);
      parts++;
      if (open.length > MOST_LEVELS) return `is nested in more than ${MOST_LEVELS} levels`;
    } else if (character === "}" || character === "]") open.pop();
    else if (character === ",") isName = true;
    if (parts > MOST_PARTS) return `has more than ${MOST_PARTS} parts`;
  }
  return undefined;
}

import type { Column, ColumnKind, PlanOf } from "./column.js";

/** Text: how often its words and pairs of letters fall on each of some inputs. */
export interface TextPlan extends PlanOf<"text"> {
  features: number;
}

/** Counts fit into a byte. */
const MOST = 255;

/** The hash FNV-1a (Fowler, Noll and Vo) of the 16-bit units of a text. */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** The words of a text in small letters, and the pairs of neighbouring letters in each of them, marked apart. */
export function tokensOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const pairs = words.flatMap((word) => {
    const letters = [...word];
    return letters.slice(1).map((letter, i) => `\u0001${letters[i]}${letter}`);
  });
  return [...words, ...pairs];
}

function textAt(column: Column, row: number): string {
  const value = column.at(row);
  if (value === undefined) return "";
  if (["string", "number", "bigint", "boolean"].includes(typeof value)) return String(value);
  throw column.wrong(row, "it is a column of text, so give text, or null where it is missing");
}

export const textKind: ColumnKind<TextPlan> = {
  fit(column, { features }) {
    for (let row = 0; row < column.rows; row++) {
      if (tokensOf(textAt(column, row)).length > 0) return { name: column.name, kind: "text", features };
    }
    return "has no words";
  },
  inputs: ({ name, features }) => Array.from({ length: features }, (_, i) => `${name}#${i}`),
  write({ features }, column, { values, stride }, first) {
    for (let row = 0; row < column.rows; row++) {
      for (const token of tokensOf(textAt(column, row))) {
        const at = row * stride + first + (hash(token) % features);
        if (values[at] < MOST) values[at]++;
      }
    }
  },
  median: () => "",
  describe: ({ features }) => `text: its words and pairs of letters, hashed to ${features} counts`,
};

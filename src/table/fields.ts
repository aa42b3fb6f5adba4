import type { ColumnValues } from "./frame.js";

/** Fields of a block. */
const BLOCK = 1024;

/** Fields that are one text, with the place where each of them ends. */
interface Block {
  text: string;
  ends: Uint32Array;
}

/** The fields of a column of a CSV file, in blocks of text: a text of its own for each takes three times the memory. */
export class Fields implements ColumnValues {
  readonly #blocks: Block[] = [];
  /** The fields behind the last block. */
  #open: string[] = [];

  get length(): number {
    return this.#blocks.length * BLOCK + this.#open.length;
  }

  push(field: string): void {
    this.#open.push(field);
    if (this.#open.length < BLOCK) return;
    let end = 0;
    const ends = Uint32Array.from(this.#open, ({ length }) => {
      end += length;
      return end;
    });
    this.#blocks.push({ text: this.#open.join(""), ends });
    this.#open = [];
  }

  at(row: number): string {
    const block = this.#blocks[Math.floor(row / BLOCK)];
    const place = row % BLOCK;
    if (!block) return this.#open[place];
    return block.text.slice(place === 0 ? 0 : block.ends[place - 1], block.ends[place]);
  }
}

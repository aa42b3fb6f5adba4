import { createReadStream, statSync } from "node:fs";
import type { Decimal } from "../../table/number-text.js";
import { Failure, UsageError } from "../failure.js";

/** Formats of tables. */
export type Format = "csv" | "tsv" | "json" | "jsonl";

const ENDINGS: Readonly<Record<string, Format>> = {
  csv: "csv",
  txt: "csv",
  tsv: "tsv",
  tab: "tsv",
  json: "json",
  jsonl: "jsonl",
  ndjson: "jsonl",
};

/** The format of a path by its ending. @throws UsageError for a folder, and for an ending that is unknown; the errors of node:fs */
function formatOf(path: string): Format {
  if (statSync(path).isDirectory()) throw new UsageError(`${path} is a folder: give the file of a table.`);
  const ending = /\.([^./\\]+)$/.exec(path.toLowerCase().replace(/\.gz$/, ""))?.[1] ?? "";
  const format = ENDINGS[ending];
  if (format !== undefined) return format;
  throw new UsageError(`${path} ends in no known format: say --format csv, tsv, json or jsonl.`);
}

/** First bytes of files compressed by gzip. */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function* joined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** Encoding by the byte order mark; UTF-8 without one. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return "utf-8";
}

/** Text of a file or of the standard input. The standard input can be read twice after `keep`. */
export class Source {
  readonly name: string;
  readonly format: Format;
  /** The mark before the decimals of its numbers. */
  readonly decimal: Decimal;
  readonly #path: string;
  #kept: Uint8Array[] | undefined;

  /** @param path of a file; "-" for the standard input. @throws UsageError for an unknown format. */
  constructor(path: string, format?: Format, decimal: Decimal = ".") {
    this.decimal = decimal;
    this.#path = path;
    this.name = path === "-" ? "The standard input" : path;
    this.format = format ?? (path === "-" ? "csv" : formatOf(path));
  }

  /** Keeps the standard input in memory, so that it can be read again. */
  async keep(): Promise<void> {
    if (this.#path !== "-") return;
    const kept: Uint8Array[] = [];
    for await (const chunk of process.stdin) kept.push(chunk as Uint8Array);
    this.#kept = kept;
  }

  async *#bytes(): AsyncGenerator<Uint8Array> {
    const stream: AsyncIterable<Uint8Array> =
      this.#kept !== undefined
        ? again(this.#kept)
        : this.#path === "-"
          ? process.stdin
          : createReadStream(this.#path, { highWaterMark: 1 << 16 });
    const chunks = stream[Symbol.asyncIterator]();
    const first = await chunks.next();
    if (first.done) return;
    const all = joined(first.value, chunks);
    if (!isGzip(first.value)) {
      yield* all;
      return;
    }
    const { Readable } = await import("node:stream");
    const { createGunzip } = await import("node:zlib");
    const packed = Readable.from(all);
    const unpacked = createGunzip();
    packed.on("error", (error) => unpacked.destroy(error));
    try {
      yield* packed.pipe(unpacked);
    } catch (error) {
      const { code = "", message } = error as NodeJS.ErrnoException;
      if (!code.startsWith("Z_")) throw error;
      throw new Failure(`${this.name} is compressed by gzip and damaged (${message}): copy it again.`);
    }
  }

  /** The text in parts, without its byte order mark. @throws Failure for bytes that are no text. */
  async *text(): AsyncGenerator<string> {
    let decoder: TextDecoder | undefined;
    try {
      for await (const bytes of this.#bytes()) {
        decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
        yield decoder.decode(bytes, { stream: true });
      }
      yield decoder?.decode() ?? "";
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_ENCODING_INVALID_ENCODED_DATA") throw error;
      throw new Failure(`${this.name} is no text in UTF-8: save it as UTF-8.`);
    }
  }

  /** The whole text. */
  async whole(): Promise<string> {
    const parts: string[] = [];
    for await (const part of this.text()) parts.push(part);
    return parts.join("");
  }
}

async function* again(kept: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* kept;
}

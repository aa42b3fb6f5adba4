import { tabulateDataset } from "../data/dataset.js";
import { withWeights } from "../data/sample-weights.js";
import type { Numbers, Samples, Table } from "../data/table.js";
import { FormatError, SpecError } from "../errors.js";
import { isPlain, show } from "../model/check.js";
import type { NetworkSpec } from "../model/spec.js";
import type { ByteStore } from "./byte-store.js";
import { type BytesName, checkName } from "./bytes-name.js";
import type { RunKeys } from "./run-keys.js";
import { ARRAY_TYPES, type ArrayType, readPlace, Source } from "./source.js";

/** An array in a job: bytes of the store, or at a place. */
export type ArrayName =
  | (BytesName & { readonly type: ArrayType })
  | { readonly type: ArrayType; readonly sha256: string; readonly place: string };

/** Rows in a job. */
export interface RowsName {
  readonly x: ArrayName;
  readonly y: ArrayName;
  readonly sampleWeight?: ArrayName;
}

/** Rows as users give them. */
export interface GivenRows {
  x: Samples | Source;
  y: Samples | Source;
  sampleWeight?: Numbers | Source | undefined;
}

/** Rows as a worker trains on them. */
export interface TrainingRows {
  x: Samples;
  y: Samples;
  sampleWeight: Numbers | undefined;
}

const CONSTRUCTORS = { Float32Array, Float64Array, Int32Array, Uint8Array };

type Values = InstanceType<(typeof CONSTRUCTORS)[ArrayType]>;

/** The values of a table as training reads them: bytes, class indices, or float32. @throws DataError */
function valuesOf(table: Table, isClasses: boolean): Values {
  const Kind = table.bytes ? Uint8Array : isClasses ? Int32Array : Float32Array;
  const values = new Kind(table.rows * table.cols);
  table.copy(0, table.rows, values, 0);
  return values;
}

const nameOfSource = ({ type, sha256, place }: Source): ArrayName => ({ type, sha256, place });

/** Sends rows of one run, each array once. */
export class RowSender {
  readonly #store: ByteStore;
  readonly #run: RunKeys;
  /** Names of arrays that were sent, by the user's array and the kind of values. */
  readonly #sent = new WeakMap<object, Map<string, ArrayName>>();

  constructor(store: ByteStore, run: RunKeys) {
    this.#store = store;
    this.#run = run;
  }

  /**
   * Checks rows and writes them to the store.
   * @throws ShapeError, DataError as fit does; a source is checked where it is read.
   */
  async send(spec: NetworkSpec, { x, y, sampleWeight }: GivenRows): Promise<RowsName> {
    const given = [x, y, sampleWeight].filter((array) => array !== undefined);
    if (given.some((array) => array instanceof Source)) {
      if (!given.every((array) => array instanceof Source)) {
        throw new SpecError(
          "Some of x, y and sampleWeight are sources and others are not: give sources for all of them.",
        );
      }
      const [xName, yName, weights] = given.map((array) => nameOfSource(array as Source));
      return { x: xName, y: yName, ...(weights && { sampleWeight: weights }) };
    }
    const rows = withWeights(
      tabulateDataset(spec, x as Samples, y as Samples),
      sampleWeight as Numbers | undefined,
    );
    const isClasses = rows.targets === "classes";
    return {
      x: await this.#put(x, `${rows.x.cols}`, () => valuesOf(rows.x, false)),
      y: await this.#put(y, `${isClasses || rows.y.cols}`, () => valuesOf(rows.y, isClasses)),
      ...(sampleWeight && {
        sampleWeight: await this.#put(sampleWeight, "weights", () =>
          Float64Array.from(sampleWeight as Numbers),
        ),
      }),
    };
  }

  async #put(given: object, kind: string, convert: () => Values): Promise<ArrayName> {
    const names = this.#sent.get(given) ?? new Map<string, ArrayName>();
    this.#sent.set(given, names);
    const known = names.get(kind);
    if (known) return known;
    const values = convert();
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const name = { ...(await this.#store.put(this.#run, bytes)), type: values.constructor.name as ArrayType };
    names.set(kind, name);
    return name;
  }
}

/** Reads rows of jobs. */
export class RowReader {
  readonly #store: ByteStore;
  readonly #sources: readonly string[];

  /** @param sources folders and addresses below which places may be read. */
  constructor(store: ByteStore, sources: readonly string[]) {
    this.#store = store;
    this.#sources = sources;
  }

  /** @throws as ByteStore.get does. */
  async read(run: RunKeys, rows: RowsName): Promise<TrainingRows> {
    if (!isPlain(rows))
      throw new FormatError(`The job has ${show(rows)} as rows: send jobs by cluster of densely/bullmq.`);
    const { x, y, sampleWeight } = rows;
    const [inputs, targets, weights] = await Promise.all(
      [x, y, sampleWeight].map((name) => (name === undefined ? undefined : this.#array(run, name))),
    );
    return { x: inputs as Values, y: targets as Values, sampleWeight: weights };
  }

  async #array(run: RunKeys, name: ArrayName): Promise<Values> {
    const type = ARRAY_TYPES.find((known) => known === name.type);
    if (!type)
      throw new FormatError(
        `The job has an array of ${show(name.type)}: send jobs by cluster of densely/bullmq.`,
      );
    const bytes = await this.#bytes(run, name);
    const Kind = CONSTRUCTORS[type];
    if (bytes.length % Kind.BYTES_PER_ELEMENT !== 0) {
      throw new FormatError(
        `An array of ${type} has ${bytes.length} bytes, which is no whole number of values: check its type.`,
      );
    }
    return new Kind(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length / Kind.BYTES_PER_ELEMENT);
  }

  #bytes(run: RunKeys, name: ArrayName): Promise<Uint8Array> {
    if (!("place" in name)) return this.#store.get(run, name);
    const { sha256 } = checkName({ sha256: name.sha256, bytes: 0 });
    const check = (bytes: number) => this.#store.checkSize(bytes);
    return this.#store.read(sha256, () => readPlace(name.place, this.#sources, check));
  }
}

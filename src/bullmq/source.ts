import { readFile, realpath, stat } from "node:fs/promises";
import { isAbsolute, sep } from "node:path";
import { SpecError, StateError } from "../errors.js";
import { checkKeys, checkName, show } from "../model/check.js";
import { exported } from "../model/exported.js";

/** The types of the values of an array in a job. */
export const ARRAY_TYPES = ["Float32Array", "Float64Array", "Int32Array", "Uint8Array"] as const;

export type ArrayType = (typeof ARRAY_TYPES)[number];

/** Describes the bytes at a place. */
export interface SourceOptions {
  /** The SHA-256 of the bytes in hexadecimal, as sha256sum prints it. */
  sha256: string;
  /** The type of the values, little-endian and row by row. Default "Float32Array". */
  type?: ArrayType | undefined;
}

/** Rows that workers read from a place by themselves, so that they do not pass through Redis. */
export class Source {
  readonly place: string;
  readonly sha256: string;
  readonly type: ArrayType;

  constructor(place: string, sha256: string, type: ArrayType) {
    this.place = place;
    this.sha256 = sha256;
    this.type = type;
  }
}

const isURL = (place: string): boolean => /^https?:\/\//.test(place);

/** True for the absolute path of a file, or an address. */
export const isPlace = (place: unknown): place is string =>
  typeof place === "string" &&
  !place.includes("\0") &&
  (isURL(place) ? URL.canParse(place) : isAbsolute(place));

/**
 * Rows in a file that every worker can read: in place of x, y or sampleWeight. Workers read only below the places that they
 * were started with (`sources`), and check the bytes.
 * @param place an absolute path, or an address that begins with https: or http:.
 * @throws SpecError
 */
export const source = /* @__PURE__ */ exported(
  "source(place, options)",
  (place: string | URL, options: SourceOptions): Source => {
    const text = place instanceof URL ? place.href : place;
    if (!isPlace(text)) {
      throw new SpecError(
        `place is ${show(place)}: give an absolute path, or an address that begins with https:.`,
      );
    }
    const { sha256, type = "Float32Array" } = checkKeys<SourceOptions>(options, ["sha256", "type"], "source");
    if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) {
      throw new SpecError(`sha256 is ${show(sha256)}: give 64 hexadecimal digits, as sha256sum prints them.`);
    }
    return new Source(text, sha256, checkName(type, ARRAY_TYPES, "type"));
  },
);

/** @throws StateError: the worker was not started with a place that holds this one. */
function refuse(place: string): never {
  throw new StateError(
    `The job reads ${show(place)}, which is below no place of this worker: start it with sources, or --source, for that folder or address.`,
  );
}

/** The bytes of a file below one of some folders. Links are followed first. */
async function readPath(place: string, allowed: readonly string[], check: (bytes: number) => void) {
  const path = await realpath(place);
  const folders = await Promise.all(allowed.map((folder) => realpath(folder).catch(() => undefined)));
  const isBelow = (folder: string | undefined) =>
    folder !== undefined &&
    (path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep));
  if (!folders.some(isBelow)) refuse(place);
  check((await stat(path)).size);
  return new Uint8Array(await readFile(path));
}

/** The bytes of an address. Redirections are refused, since they could lead anywhere. */
async function readURL(place: string, allowed: readonly string[], check: (bytes: number) => void) {
  const { href } = new URL(place);
  const isBelow = (address: string) =>
    href === address || href.startsWith(address.endsWith("/") ? address : `${address}/`);
  if (!allowed.some(isBelow)) refuse(place);
  const answer = await fetch(href, { redirect: "error" });
  if (!answer.ok || !answer.body) {
    throw new StateError(`${show(place)} answered with ${answer.status}: check that it can be read.`);
  }
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
    length += piece.length;
    check(length);
    pieces.push(piece);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * Reads a place.
 * @param allowed folders and addresses below which places may be read. @param check refuses too many bytes.
 * @throws StateError for any other place.
 */
export async function readPlace(
  place: string,
  allowed: readonly string[],
  check: (bytes: number) => void,
): Promise<Uint8Array> {
  if (!isPlace(place)) refuse(place);
  const [addresses, folders] = [allowed.filter(isURL), allowed.filter((entry) => !isURL(entry))];
  return isURL(place) ? readURL(place, addresses, check) : readPath(place, folders, check);
}

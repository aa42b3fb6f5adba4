import { SpecError } from "../errors.js";
import { hasOwn, isPlain, Own } from "./plain.js";

export { hasOwn, isPlain } from "./plain.js";

/** Characters of a value that a message repeats at most. */
const MOST_SHOWN = 60;

/** A text as messages show it: its beginning if it is long. */
function shorten(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;
}

/** The class of an object by name, such as "Float32Array", also for an object of another realm. */
export const tagOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

/** A value as messages show it: short, with quotes around text, and by its class if it is an object. */
export function show(value: unknown): string {
  if (typeof value === "string") return shorten(JSON.stringify(value.slice(0, 2 * MOST_SHOWN)));
  if (typeof value === "bigint") return `${shorten(String(value))}n`;
  if (typeof value === "function") return shorten(`function ${String(value.name) || "(anonymous)"}`);
  if (typeof value !== "object" || value === null) return shorten(String(value));
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const tag = shorten(tagOf(value));
  if (tag === "Object") return "an object";
  return `${/^[AEIO]/.test(tag) ? "an" : "a"} ${tag}`;
}

/** A number with its noun: "1 value", "2 values". */
export function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** Finds what an unknown name stands for among these names; undefined if it finds nothing. */
type Hinting = (unknown: string, names: readonly string[]) => string | undefined;

let hintFor: Hinting = () => undefined;

/** Adds hints to messages about unknown names. Class Network of densely does; messages of densely/core list the names alone. */
export function giveHints(hinting: Hinting): void {
  hintFor = hinting;
}

/** The end of a message about an unknown name: a hint, if there is one, and all names. */
function remedyFor(unknown: unknown, names: readonly string[]): string {
  const list = names.length > 0 ? `use one of ${names.join(", ")}` : "it takes none";
  if (typeof unknown !== "string") return `give a name: ${list}`;
  const hint = unknown.length > MOST_SHOWN ? undefined : hintFor(unknown, names);
  return hint ? `${hint} (${list})` : list;
}

/**
 * Checks that a value is one of some names, and returns it.
 * @param what the place of the value, as messages name it.
 * @throws SpecError with the nearest name.
 */
export function checkName<N extends string>(value: unknown, names: readonly N[], what: string): N {
  if (names.includes(value as N)) return value as N;
  throw new SpecError(`Unknown ${what} ${show(value)}: ${remedyFor(value, names)}.`);
}

/**
 * Checks that options are a plain object of own keys, none of which is null, and returns a copy without a prototype.
 *
 * The rule for null is the same for every option of every call: it is refused. An option that is undefined or left out
 * takes its default.
 * @param what the owner of the options, as messages name it. @param keys what it takes, for the message.
 * @throws SpecError
 */
export function checkPlain(
  options: unknown,
  what: string,
  keys: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  if (!isPlain(options)) {
    const takes = keys.length > 0 ? `, with any of ${keys.join(", ")}` : "";
    throw new SpecError(`${what} is ${show(options)}: give a plain object of options${takes}.`);
  }
  const own = new Own() as Record<string, unknown>;
  for (const key of Object.keys(options)) {
    const value = options[key];
    if (value === null) {
      // A name that is no identifier is quoted: it may have line breaks.
      const name = /^\w+$/.test(key) ? shorten(key) : show(key);
      throw new SpecError(`${name} of ${what} is null: leave it out for its default, or give a value.`);
    }
    own[key] = value;
  }
  return own;
}

/**
 * Checks that `options` is a plain object with no other keys than these, and returns a copy.
 * @throws SpecError for another key, with what it is called here, and for null.
 */
export function checkKeys<T extends object = Readonly<Record<string, unknown>>>(
  options: unknown,
  keys: readonly string[],
  what: string,
): T {
  const own = checkPlain(options, what, keys);
  for (const key in own) {
    if (keys.includes(key)) continue;
    throw new SpecError(`Unknown option ${show(key)} of ${what}: ${remedyFor(key, keys)}.`);
  }
  return own as T;
}

/**
 * The value of the only option of a call that is made often, read without a copy of the options where
 * they are right.
 * @throws SpecError as checkKeys does.
 */
export function onlyOption(options: unknown, name: string, what: string): unknown {
  if (!isPlain(options)) return checkKeys(options, [name], what)[name];
  let value: unknown;
  // A list of the keys takes as long as a row through a network as small as XOR's.
  for (const key in options) {
    value = key === name && hasOwn(options, key) ? options[key] : null;
    if (value === null) return checkKeys(options, [name], what)[name];
  }
  return value;
}

/**
 * Refuses arguments that a method does not have, so that none is ignored.
 * @param remedy where what they ask for can be had. @throws SpecError
 */
export function checkNoMore(others: readonly unknown[], call: string, remedy: string): void {
  const other = others.find((value) => value !== undefined);
  if (other === undefined) return;
  throw new SpecError(`${call} was given ${show(other)} too, which it does not take: ${remedy}.`);
}

/**
 * Checks a whole number of at least `least`, and returns it.
 * @param or other values that the caller accepts, as the end of the message.
 * @throws SpecError
 */
export function checkWhole(value: unknown, least: number, what: string, or = ""): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw new SpecError(`${what} is ${show(value)}: give a whole number of at least ${least}${or}.`);
}

/** The numbers from `least` to below `end`, in words. */
function rangeInWords(least: number, end: number): string {
  if (end < Infinity) return `from ${least} to below ${end}`;
  if (least === Number.MIN_VALUE) return "above 0";
  return least > -Infinity ? `of at least ${least}` : "that is finite";
}

/** Checks a finite number from `least` to below `end`, and returns it. @throws SpecError */
export function checkNumber(value: unknown, least: number, end: number, what: string): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= least && value < end) return value;
  throw new SpecError(`${what} is ${show(value)}: give a number ${rangeInWords(least, end)}.`);
}

/** Checks true or false, and returns it. @throws SpecError */
export function checkBoolean(value: unknown, what: string): boolean {
  if (typeof value === "boolean") return value;
  throw new SpecError(`${what} is ${show(value)}: give true or false.`);
}

/** Options of which each may be left out, or be undefined, which is the same. */
export type Open<T> = { [K in keyof T]?: T[K] | undefined };

/** The rule of one option: its default, and the check of its value. */
export interface Rule<T> {
  /** The value if none is given. Without it, `check` refuses undefined or says what it stands for. */
  fallback?: T;
  /** Returns the value as a spec holds it. @throws SpecError */
  check(value: unknown, what: string): T;
}

/** A rule for each option of S. */
export type Rules<S> = { readonly [K in keyof S]-?: Rule<S[K]> };

/**
 * Checks a number that the core computes with, and returns it: from `least` to below `end` as float32 too, so it neither
 * becomes Infinity nor, unless it is 0, vanishes.
 * @throws SpecError
 */
export function checkFloat32(value: unknown, least: number, end: number, what: string): number {
  const number = checkNumber(value, least, end, what);
  const rounded = Math.fround(number);
  if (Number.isFinite(rounded) && rounded >= least && rounded < end && (rounded !== 0 || number === 0)) {
    return number;
  }
  const range = Number.isFinite(rounded) && rounded !== 0 ? ` ${rangeInWords(least, end)}` : "";
  throw new SpecError(
    `${what} is ${number}, which is ${rounded} in float32: give a number${range} of a size from 1.4e-45 to 3.4e38.`,
  );
}

/** A number from `least` to below `end` that float32 can hold. */
export function number(fallback?: number, least = 0, end = Infinity): Rule<number> {
  return { fallback, check: (value, what) => checkFloat32(value, least, end, what) };
}

/** A number above 0, for divisors and for sizes that must not vanish. */
export function positive(fallback?: number, end = Infinity): Rule<number> {
  return number(fallback, Number.MIN_VALUE, end);
}

/** A whole number from `least` to `most`. */
export function whole(fallback?: number, least = 1, most = Infinity): Rule<number> {
  return {
    fallback,
    check: (value, what) => {
      const number = checkWhole(value, least, what);
      if (number <= most) return number;
      throw new SpecError(`${what} is ${number}: give a whole number from ${least} to ${most}.`);
    },
  };
}

/** True or false. */
export function flag(fallback?: boolean): Rule<boolean> {
  return { fallback, check: checkBoolean };
}

/** One of some names. */
export function oneOf<N extends string>(fallback: N, names: readonly N[]): Rule<N> {
  return { fallback, check: (value, what) => checkName(value, names, what) };
}

/** Any text. The message shows the default as an example. */
export function text(fallback: string): Rule<string> {
  return {
    fallback,
    check: (value, what) => {
      if (typeof value === "string") return value;
      throw new SpecError(`${what} is ${show(value)}: give a name such as "${fallback}".`);
    },
  };
}

/** An array whose entries follow one rule. */
export function list<T>(entry: Rule<T>): Rule<T[]> {
  return {
    check: (value, what) => {
      // Array.from visits holes too, as undefined.
      if (Array.isArray(value)) {
        return Array.from(value, (item, i) => entry.check(item, `entry ${i} of ${what}`));
      }
      throw new SpecError(`${what} is ${show(value)}: give an array.`);
    },
  };
}

/** A function. @param expected what messages ask for, such as "a function of the step". */
export function callable<F>(expected: string): Rule<F> {
  return {
    check: (value, what) => {
      if (typeof value === "function") return value as F;
      throw new SpecError(`${what} is ${show(value)}: give ${expected}.`);
    },
  };
}

/**
 * Checks options by their rules and fills in the defaults.
 * @param what the owner of the options, as messages name it.
 * @throws SpecError for an unknown option, a missing one without default, or a value out of range.
 */
export function checkOptions<S extends object>(rules: Rules<S>, options: unknown, what: string): S {
  const given = checkKeys<Partial<S>>(options, Object.keys(rules), what);
  const spec: Partial<S> = {};
  for (const key of Object.keys(rules) as (keyof S & string)[]) {
    const { fallback, check } = rules[key];
    spec[key] = check(given[key] ?? fallback, `${key} of ${what}`);
  }
  return spec as S;
}

/**
 * Checks a value that is one of a table of kinds: a name, which takes all defaults, or { type: name, ...options }.
 * @param what the place of the value, as messages name it, such as "loss".
 * @param example a valid value, for the message.
 * @throws SpecError
 */
export function checkKind<T extends string>(
  kinds: Readonly<Record<T, { readonly options: Rules<object> }>>,
  given: unknown,
  what: string,
  example: string,
): { type: T } {
  const named = typeof given === "string" ? { type: given } : given;
  if (!isPlain(named)) throw new SpecError(`${what} is ${show(given)}: give ${example}.`);
  const { type, ...options } = named;
  const name = checkName(type, Object.keys(kinds) as T[], what);
  return { type: name, ...checkOptions<object>(kinds[name].options, options, name) };
}

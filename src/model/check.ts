import { SpecError } from "../errors.js";

/** Any value as it should stand in a message: short, and telling strings from numbers. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** The name of the kind of an object, the same in all realms. */
export const tagOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

/** "1 value", "2 values". */
export function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** Edits (insert, delete, replace) from a to b: Wagner and Fischer, 1974. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** "did you mean" for the nearest valid name, and always the list of them. */
function remedy(value: unknown, names: readonly string[]): string {
  if (names.length === 0) return "it takes none";
  const list = `use one of ${names.join(", ")}`;
  if (typeof value !== "string") return list;
  const ranked = names
    .map((name) => ({ name, edits: distance(value.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best && best.edits <= Math.max(2, best.name.length / 3)
    ? `did you mean "${best.name}"? (${list})`
    : list;
}

/** @returns the value if it is one of the names. @throws SpecError with the nearest name. */
export function checkName<N extends string>(value: unknown, names: readonly N[], what: string): N {
  if (names.includes(value as N)) return value as N;
  throw new SpecError(`Unknown ${what} ${show(value)}: ${remedy(value, names)}.`);
}

/** @throws SpecError unless `options` is an object with no keys but those given. */
export function checkKeys(options: unknown, keys: readonly string[], what: string): void {
  if (typeof options !== "object" || options === null) {
    throw new SpecError(`${what} must be an object of options, but ${show(options)} was given.`);
  }
  for (const key of Object.keys(options)) {
    if (!keys.includes(key))
      throw new SpecError(`Unknown option ${show(key)} of ${what}: ${remedy(key, keys)}.`);
  }
}

/** @throws SpecError unless the value is a whole number of at least `least`; `or` names what else would do. */
export function checkWhole(value: unknown, least: number, what: string, or = ""): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw new SpecError(`${what} is ${show(value)}: give a whole number of at least ${least}${or}.`);
}

/** @throws SpecError unless the value is a finite number from `least` to below `limit`. */
export function checkNumber(value: unknown, least: number, limit: number, what: string): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= least && value < limit) return value;
  const range =
    limit === Infinity
      ? least === -Infinity
        ? "that is finite"
        : `of at least ${least}`
      : `from ${least} to below ${limit}`;
  throw new SpecError(`${what} is ${show(value)}: give a number ${range}.`);
}

/** @throws SpecError unless the value is true or false. */
export function checkBoolean(value: unknown, what: string): boolean {
  if (typeof value === "boolean") return value;
  throw new SpecError(`${what} is ${show(value)}: give true or false.`);
}

/** What an option is when it is left out, and how it is checked. */
export interface Rule<T> {
  fallback: T;
  check(value: unknown, what: string): T;
}

/** A rule for every option of S. */
export type Rules<S> = { readonly [K in keyof S]-?: Rule<S[K]> };

/** A number from `least` to below `limit`. Without a fallback it has to be given. */
export function number(fallback?: number, least = 0, limit = Infinity): Rule<number> {
  return { fallback: fallback as number, check: (value, what) => checkNumber(value, least, limit, what) };
}

/** A number above 0: what is divided by, or a size that 0 would make void. */
export function positive(fallback: number): Rule<number> {
  return number(fallback, Number.MIN_VALUE);
}

/** A whole number from `least` to `most`. Without a fallback it has to be given. */
export function whole(fallback?: number, least = 1, most = Infinity): Rule<number> {
  return {
    fallback: fallback as number,
    check: (value, what) => {
      const number = checkWhole(value, least, what);
      if (number <= most) return number;
      throw new SpecError(`${what} is ${number}: give a whole number from ${least} to ${most}.`);
    },
  };
}

/** True or false. */
export function flag(fallback: boolean): Rule<boolean> {
  return { fallback, check: checkBoolean };
}

/** One of some names. */
export function oneOf<N extends string>(fallback: N, names: readonly N[]): Rule<N> {
  return { fallback, check: (value, what) => checkName(value, names, what) };
}

/** Any name. */
export function text(fallback: string): Rule<string> {
  return {
    fallback,
    check: (value, what) => {
      if (typeof value === "string") return value;
      throw new SpecError(`${what} is ${show(value)}: give a name such as "${fallback}".`);
    },
  };
}

/**
 * Options as given, checked, with every default filled in.
 * @throws SpecError for an unknown option or a value out of range.
 */
export function checkOptions<S extends object>(rules: Rules<S>, options: unknown, what: string): S {
  checkKeys(options, Object.keys(rules), what);
  const given = options as Partial<S>;
  const spec: Partial<S> = {};
  for (const key of Object.keys(rules) as (keyof S & string)[]) {
    const { fallback, check } = rules[key];
    spec[key] = check(given[key] ?? fallback, `${key} of ${what}`);
  }
  return spec as S;
}

/**
 * One entry of a table of kinds: a name alone, or an object with `type` and the options of that kind.
 * @param what how messages call it, such as "optimizer".
 * @param example what to give, for the message.
 */
export function checkKind<T extends string>(
  kinds: Readonly<Record<T, Rules<object>>>,
  given: unknown,
  what: string,
  example: string,
): { type: T } {
  const named = typeof given === "string" ? { type: given } : given;
  if (typeof named !== "object" || named === null) {
    throw new SpecError(`${what} is ${show(given)}: give ${example}.`);
  }
  const { type, ...options } = named as { type?: unknown };
  const kind = checkName(type, Object.keys(kinds) as T[], what);
  return { type: kind, ...checkOptions<object>(kinds[kind], options, kind) };
}

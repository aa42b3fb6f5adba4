import { SpecError } from "../errors.js";

/** Any value as it should stand in a message: short, and telling strings from numbers. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** "1 value", "2 values". */
export function count(n: number, noun: string): string {
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
  const range = limit === Infinity ? `of at least ${least}` : `from ${least} to below ${limit}`;
  throw new SpecError(`${what} is ${show(value)}: give a number ${range}.`);
}

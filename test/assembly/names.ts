/** The names of an enum of isa.ts, without its numbers. */
export function namesOf(names: object): string[] {
  return Object.keys(names).filter((name) => Number.isNaN(Number(name)));
}

/** Measures as JSON, which has no NaN and no Infinity: such numbers become texts. */

export type MeasuresText = Readonly<Record<string, number | string>>;

/** The numbers of an object by name, as data for a job. */
export function writeMeasures(measures: object): MeasuresText {
  const numbers = Object.entries(measures).filter(([, value]) => typeof value === "number");
  return Object.fromEntries(
    numbers.map(([name, value]) => [name, Number.isFinite(value) ? (value as number) : String(value)]),
  );
}

export function readMeasures(measures: MeasuresText): Record<string, number> {
  return Object.fromEntries(Object.entries(measures).map(([name, value]) => [name, Number(value)]));
}

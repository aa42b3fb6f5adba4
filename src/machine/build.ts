/** A build of the core. */
export interface MathBuild {
  readonly name: "strict" | "relaxed";
  /** The source of the module: text (runtime/inline.ts), or the module itself (runtime/workerd.ts). */
  readonly code: unknown;
}

export function isBuild(value: unknown): value is MathBuild {
  return (value as Partial<MathBuild> | null)?.code !== undefined;
}

/** A build of the core. */
export interface MathBuild {
  readonly name: "strict" | "relaxed";
  /** What the runtime makes a module of: text (runtime/inline.ts), or the module itself (runtime/workerd.ts). */
  readonly code: unknown;
}

export function isBuild(value: unknown): value is MathBuild {
  return (value as Partial<MathBuild> | null)?.code !== undefined;
}

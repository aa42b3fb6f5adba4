/** A build of the core. */
export interface MathBuild {
  readonly name: "strict" | "relaxed";
  /** The source of the module: text (runtime/inline.ts), or the module itself (runtime/workerd.ts). */
  readonly code: unknown;
}

import { SpecError } from "../errors.js";
import type { MathBuild } from "../machine/build.js";
import { isCode } from "../machine/runtime/inline.js";
import { checkKeys, show } from "../model/check.js";
import { checkSpec, type NetworkSpec, SPEC_KEYS, type SpecOptions } from "../model/spec.js";

/** The build of the core that computes. */
export interface MathOptions {
  /**
   * `relaxed` of "densely/relaxed" for fused multiply-add, or "strict" for the same bits on every engine. Default "strict".
   */
  math?: MathBuild | "strict" | undefined;
}

/** Options of the constructor: the network, and the build of the core. */
export interface NetworkOptions extends SpecOptions, MathOptions {}

/** True for a build as strict.ts and relaxed.ts make it. */
function isBuild(value: unknown): value is MathBuild {
  if (typeof value !== "object" || value === null) return false;
  const { name, code } = value as Partial<MathBuild>;
  return (name === "strict" || name === "relaxed") && isCode(code);
}

/** The build that is asked for; undefined for the strict one. @throws SpecError */
function checkMath(math: unknown): MathBuild | undefined {
  if (math === undefined || math === "strict") return undefined;
  if (isBuild(math)) return math;
  throw new SpecError(
    `math is ${show(math)}: import { relaxed } from "densely/relaxed" and give that, or leave it out.`,
  );
}

/** Checked options: the network, and the build of the core; undefined for the strict one. */
export interface NetworkSettings {
  spec: NetworkSpec;
  math: MathBuild | undefined;
}

/** @throws SpecError for an unknown name or key or a value out of range. */
export function checkNetworkOptions(options: NetworkOptions | readonly number[]): NetworkSettings {
  if (Array.isArray(options)) return { spec: checkSpec(options), math: undefined };
  const { math, ...spec } = checkKeys<NetworkOptions>(options, [...SPEC_KEYS, "math"], "Network");
  return { spec: checkSpec(spec), math: checkMath(math) };
}

/** Options of a call that makes a network from data. @throws SpecError for any other than math. */
export function checkMathOptions(options: MathOptions, call: string): Pick<NetworkSettings, "math"> {
  const { math } = checkKeys<MathOptions>(options, ["math"], call);
  return { math: checkMath(math) };
}

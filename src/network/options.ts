import { SpecError } from "../errors.js";
import type { MathBuild } from "../machine/build.js";
import { isCode } from "../machine/runtime/inline.js";
import type { Threads } from "../machine/threads.js";
import { checkKeys, show } from "../model/check.js";
import { checkSpec, type NetworkSpec, SPEC_KEYS, type SpecOptions } from "../model/spec.js";

/** The build of the core that computes. */
export interface MathOptions {
  /**
   * `relaxed` of "densely/relaxed" for fused multiply-add, or "strict" for the same bits on every engine. Default "strict".
   */
  math?: MathBuild | "strict" | undefined;
  /** `threads(count)` of "densely/threads", to share the steps of larger networks. Default: one thread. */
  threads?: Threads | undefined;
}

/** Options of the constructor: the network, and the build of the core. */
export interface NetworkOptions extends SpecOptions, MathOptions {}

/** True for a build as strict.ts and relaxed.ts make it. */
function isBuild(value: unknown): value is MathBuild {
  if (typeof value !== "object" || value === null) return false;
  const { name, code } = value as Partial<MathBuild>;
  return (name === "strict" || name === "relaxed") && isCode(code);
}

/** The names of MathOptions. */
export const MATH_KEYS = ["math", "threads"] as const;

/** The build that is asked for; undefined for the strict one on one thread. @throws SpecError */
function checkMath({ math, threads }: { [key in keyof MathOptions]: unknown }): MathBuild | undefined {
  if (math !== undefined && math !== "strict" && !isBuild(math)) {
    throw new SpecError(
      `math is ${show(math)}: import { relaxed } from "densely/relaxed" and give that, or leave it out.`,
    );
  }
  const build = isBuild(math) ? math : undefined;
  if (threads === undefined) return build;
  const { buildFor } = Object(threads) as Partial<Threads>;
  if (typeof buildFor === "function") return buildFor(build);
  throw new SpecError(
    `threads is ${show(threads)}: import { threads } from "densely/threads" and give threads(4), or leave it out.`,
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
  const { math, threads, ...spec } = checkKeys<NetworkOptions>(
    options,
    [...SPEC_KEYS, ...MATH_KEYS],
    "Network",
  );
  return { spec: checkSpec(spec), math: checkMath({ math, threads }) };
}

/** Options of a call that makes a network from data. @throws SpecError for any other than math and threads. */
export function checkMathOptions(options: MathOptions, call: string): Pick<NetworkSettings, "math"> {
  return { math: checkMath(checkKeys<MathOptions>(options, MATH_KEYS, call)) };
}

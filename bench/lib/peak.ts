/** The loops that give the peak of the engine: multiply-adds in registers and nothing else. */

import asc from "assemblyscript/asc";

/** A build of the core with its form of a multiply-add, c = x·c + y. */
export interface Build {
  readonly name: string;
  /** Number of independent chains, enough to hide the latency of a multiply-add. */
  readonly chains: number;
  readonly enable: string[];
  readonly multiplyAdd: (c: string) => string;
}

/** A fused multiply-add needs 8 chains; one in two instructions needs 12. */
export const BUILDS: readonly Build[] = [
  { name: "strict", chains: 12, enable: ["simd"], multiplyAdd: (c) => `f32x4.add(f32x4.mul(x, ${c}), y)` },
  {
    name: "relaxed",
    chains: 8,
    enable: ["simd", "relaxed-simd"],
    multiplyAdd: (c) => `f32x4.relaxed_madd(x, ${c}, y)`,
  },
];

/**
 * The source of a peak loop. The factors are arguments because V8 loads literals again in each iteration, and the result is
 * returned so that the loop is not optimised away.
 */
function sourceOf({ chains, multiplyAdd }: Build): string {
  const names = Array.from({ length: chains }, (_, i) => `c${i}`);
  return `
  export function peak(count: i32, scale: f32, shift: f32): f32 {
    let x = f32x4.splat(scale), y = f32x4.splat(shift);
    ${names.map((c, i) => `let ${c} = f32x4.splat(${i});`).join("\n")}
    for (let i = 0; i < count; i++) {
      ${names.map((c) => `${c} = ${multiplyAdd(c)};`).join("\n")}
    }
    return f32x4.extract_lane(${names.reduce((sum, c) => `f32x4.add(${sum}, ${c})`)}, 0);
  }`;
}

/** Compiles the peak loop of a build. */
export async function compilePeak(build: Build): Promise<Uint8Array<ArrayBuffer>> {
  const options = { optimizeLevel: 3, runtime: "stub", enable: build.enable };
  const { error, binary } = await asc.compileString(sourceOf(build), options);
  if (error || !binary) throw error ?? new Error("the peak loop was not compiled");
  return new Uint8Array(binary);
}

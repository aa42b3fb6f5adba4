/** The loops that the kernels are measured against: multiply-adds in registers, and nothing else. */

import { readFileSync } from "node:fs";
import asc from "assemblyscript/asc";

/** An enum of assembly/isa.ts, by name. */
export function members(name) {
  const source = readFileSync(new URL("../../assembly/isa.ts", import.meta.url), "utf8");
  const names = source.match(new RegExp(`enum ${name} {([^}]*)}`))[1].match(/\w+/g);
  return Object.fromEntries(names.map((member, value) => [member, value]));
}

/**
 * Independent chains, as many as hide the latency of one multiply-add (8 fused, 12 in two steps). The factors are arguments because V8 loads literals anew in
 * each turn, and the result is returned so that nothing is optimised away.
 */
const PEAK = (chains, madd) => `
  export function peak(count: i32, scale: f32, shift: f32): f32 {
    let x = f32x4.splat(scale), y = f32x4.splat(shift);
    ${Array.from({ length: chains }, (_, i) => `let c${i} = f32x4.splat(${i});`).join("\n")}
    for (let i = 0; i < count; i++) {
      ${Array.from({ length: chains }, (_, i) => `c${i} = ${madd(`c${i}`)};`).join("\n")}
    }
    return f32x4.extract_lane(${Array.from({ length: chains }, (_, i) => `c${i}`).reduce((sum, c) => `f32x4.add(${sum}, ${c})`)}, 0);
  }`;

export const BUILDS = [
  { name: "strict", chains: 12, enable: ["simd"], madd: (c) => `f32x4.add(f32x4.mul(x, ${c}), y)` },
  {
    name: "relaxed",
    chains: 8,
    enable: ["simd", "relaxed-simd"],
    madd: (c) => `f32x4.relaxed_madd(x, ${c}, y)`,
  },
];

/** The bytes of a build's peak loop. */
export async function compilePeak({ chains, enable, madd }) {
  const options = { optimizeLevel: 3, runtime: "stub", enable };
  const { error, binary } = await asc.compileString(PEAK(chains, madd), options);
  if (error) throw error;
  return binary;
}

import { Arena } from "./arena.js";
import type { MathBuild } from "./build.js";
import { noInstance, noSimd, noWebAssembly } from "./refusals.js";
import { compile } from "./runtime/inline.js";
import { strict } from "./strict.js";

/**
 * Executes a program: its address and instructions, the number of the first step, its slot in the tables, steps; and
 * where epochs end in a short batch, the address of its program and the slots of an epoch.
 */
type Run = (
  program: number,
  length: number,
  step: number,
  slot: number,
  steps: number,
  tail?: number,
  period?: number,
) => void;

/** What assembly/index.ts exports. */
interface Exports {
  memory: WebAssembly.Memory;
  heapBase(): number;
  run: Run;
}

/** The core imports nothing: it computes in the memory that it exports. */
function instantiate(module: WebAssembly.Module): Exports {
  try {
    return new WebAssembly.Instance(module).exports as unknown as Exports;
  } catch (cause) {
    throw noInstance(cause);
  }
}

/** One instance of the core with a memory of its own, which goes when the instance goes. */
export class Core {
  /** The build that runs: strict where the engine lacks what the wished one needs. */
  readonly math: "strict" | "relaxed";
  readonly arena: Arena;
  readonly module: WebAssembly.Module;
  readonly run: Run;

  /** @throws RuntimeError where the host has no WebAssembly SIMD, forbids WebAssembly or has no memory left. */
  constructor(wished: MathBuild = strict) {
    if (typeof WebAssembly === "undefined") throw noWebAssembly();
    const build = compile(wished) ? wished : strict;
    const module = compile(build);
    if (!module) throw noSimd();
    const exports = instantiate(module);
    this.math = build.name;
    this.module = module;
    this.run = exports.run;
    this.arena = new Arena(exports.memory, exports.heapBase());
  }
}

import { Arena } from "./arena.js";
import type { MathBuild } from "./build.js";
import type { Host, RunProgram } from "./host.js";
import { instantiate } from "./instantiate.js";
import { disposed, noSimd, noWebAssembly } from "./refusals.js";
import { compileModule } from "./runtime/inline.js";
import { strict } from "./strict.js";

/**
 * The build that runs where this one is requested, compiled.
 * @throws RuntimeError where the host has no WebAssembly SIMD or forbids WebAssembly.
 */
export function compileFor(requested: MathBuild = strict): { build: MathBuild; module: WebAssembly.Module } {
  if (typeof WebAssembly === "undefined") throw noWebAssembly();
  const build = compileModule(requested) ? requested : strict;
  const module = compileModule(build);
  if (!module) throw noSimd();
  return { build, module };
}

/** One instance of the core on this thread, with a memory of its own. */
export class Core implements Host {
  /** The build that runs: strict where the engine lacks what the requested one needs. */
  readonly math: "strict" | "relaxed";
  readonly module: WebAssembly.Module;
  readonly arena: Arena;
  run: RunProgram;
  readonly fetchWork = 0;
  readonly writes = 0;

  /** @throws RuntimeError where the host has no WebAssembly SIMD, forbids WebAssembly or has no memory left. */
  constructor(requested?: MathBuild) {
    const { build, module } = compileFor(requested);
    const exports = instantiate(module);
    this.math = build.name;
    this.module = module;
    this.run = exports.run;
    this.arena = new Arena(exports.memory, exports.heapBase());
  }

  /** Drops the instance and its memory, so that both can be collected. Every later use is a StateError. */
  drop(): void {
    this.run = () => {
      throw disposed();
    };
    this.arena.drop();
  }

  take(end: number, zeros = end): void {
    this.arena.take(end, zeros);
  }

  write<V extends ArrayBufferView>(view: V, change: (view: V) => void): void {
    change(view);
  }

  fetch(): undefined {
    return undefined;
  }
}

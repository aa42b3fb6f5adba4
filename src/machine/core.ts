import { Arena } from "./arena.js";
import type { MathBuild } from "./build.js";
import type { Host, RunProgram } from "./host.js";
import { instantiate } from "./instantiate.js";
import { disposed, noSimd, noWebAssembly } from "./refusals.js";
import { compileModule } from "./runtime/inline.js";
import type { Script } from "./runtime/worker.js";
import { strict } from "./strict.js";
import type { Team, ThreadedBuild } from "./threads.js";

/**
 * The build that runs where this one is requested, compiled.
 * @throws RuntimeError where the host has no WebAssembly SIMD or forbids WebAssembly.
 */
export function compileFor(requested: ThreadedBuild = strict): {
  build: ThreadedBuild;
  module: WebAssembly.Module;
} {
  if (typeof WebAssembly === "undefined") throw noWebAssembly();
  const build = compileModule(requested) ? requested : (requested.fallback ?? strict);
  const module = compileModule(build);
  if (!module) throw noSimd();
  return { build, module };
}

/** One instance of the core, with a memory of its own, which runs on this thread or on several. */
export class Core implements Host {
  /** The build that runs: strict where the engine lacks what the requested one needs. */
  readonly math: "strict" | "relaxed";
  readonly module: WebAssembly.Module;
  readonly arena: Arena;
  readonly threads: number;
  /** The script of the workers of the pool that compute for it. Default: the one in the library. */
  readonly workerScript: Script | undefined;
  /** True if only such workers share the steps: this thread may not wait for others. */
  readonly movesFits: boolean;
  run: RunProgram;
  readonly fetchWork = 0;
  readonly writes = 0;
  readonly #team: Team | undefined;

  /** @throws RuntimeError where the host has no WebAssembly SIMD, forbids WebAssembly or has no memory left. */
  constructor(requested?: MathBuild) {
    const { build, module } = compileFor(requested);
    const { threading } = build;
    const exports = instantiate(module, threading?.makeMemory());
    this.math = build.name;
    this.module = module;
    this.arena = new Arena(exports.memory, exports.heapBase());
    this.threads = threading?.count ?? 1;
    this.workerScript = threading?.script;
    this.movesFits = threading?.movesFits ?? false;
    this.#team = threading?.makeTeam(this, module, exports, this.arena);
    this.run = (this.#team ?? exports).run;
  }

  /** Drops the instance and its memory, so that both can be collected. Every later use is a StateError. */
  drop(): void {
    this.run = () => {
      throw disposed();
    };
    this.#team?.release();
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

import { Arena } from "./arena.js";
import type { MathBuild } from "./build.js";
import type { Host, RunProgram } from "./host.js";
import { instantiate } from "./instantiate.js";
import { type Borrower, Loan } from "./loan.js";
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

/** The core with memory of its own, which runs on this thread or on several. */
export class Core implements Host, Borrower {
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
  /** Undefined if the instance is its own. */
  #loan: Loan | undefined;

  /**
   * @param owner the only one that uses it: its memory is lent then. Default: the core has an instance of its own.
   * @throws RuntimeError where the host has no WebAssembly SIMD, forbids WebAssembly or has no memory left.
   */
  constructor(requested?: MathBuild, owner?: object) {
    const { build, module } = compileFor(requested);
    const { threading } = build;
    this.#loan = owner && !threading ? Loan.for(owner, module) : undefined;
    const exports = this.#loan?.begin(this) ?? instantiate(module, threading?.makeMemory());
    this.math = build.name;
    this.module = module;
    this.arena = new Arena(exports.memory, Math.max(exports.heapBase(), this.#loan?.start ?? 0));
    this.threads = threading?.count ?? 1;
    this.workerScript = threading?.script;
    this.movesFits = threading?.movesFits ?? false;
    this.#team = threading?.makeTeam(this, module, exports, this.arena);
    this.run = (this.#team ?? exports).run;
  }

  suspend(): void {
    this.arena.leave(() => this.#resume());
    this.run = (...numbers) => {
      this.#resume();
      this.run(...numbers);
    };
  }

  #resume(): void {
    const loan = this.#loan as Loan;
    const { memory, run } = loan.begin(this, this.arena.top);
    try {
      this.arena.enter(memory);
    } catch (refusal) {
      loan.end();
      throw refusal;
    }
    this.run = run;
  }

  /** Drops the instance and its memory, so that both can be collected or used again. Every later use is a StateError. */
  drop(): void {
    this.run = () => {
      throw disposed();
    };
    this.#team?.release();
    this.arena.drop();
    this.#loan?.end();
  }

  take(end: number, zeros = end): void {
    this.arena.hold();
    if (this.#loan?.extend(end) === false) this.#loan = undefined;
    this.arena.take(end, zeros);
  }

  write<V extends ArrayBufferView>(view: V, change: (view: V) => void): void {
    change(view);
  }

  fetch(): undefined {
    return undefined;
  }
}

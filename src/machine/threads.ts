import type { Arena } from "./arena.js";
import type { MathBuild } from "./build.js";
import type { RunProgram } from "./host.js";
import type { Exports } from "./instantiate.js";
import type { Script } from "./runtime/worker.js";

/** A core that computes with other threads. */
export interface Team {
  /** Runs programs, alone or together. */
  readonly run: RunProgram;
  /** Lets the other threads go, for good. */
  release(): void;
}

/** The part of a build that computes on several threads; densely/threads makes it. */
export interface Threading {
  /** Threads that share the steps, with the one that calls. */
  readonly count: number;
  /** The script of workers of the pool in which threads share steps. */
  readonly script: Script;
  /** True if steps are shared in such workers only. */
  readonly movesFits: boolean;
  /** Makes memory that threads can share. */
  makeMemory(): WebAssembly.Memory;
  /** Makes a team of an instance. It is released by itself once `owner` is collected. */
  makeTeam(owner: object, module: WebAssembly.Module, exports: Exports, arena: Arena): Team;
}

/** A build that computes on several threads. */
export interface ThreadedBuild extends MathBuild {
  readonly threading?: Threading;
  /** The build where the engine lacks what this one needs. Default: the strict one. */
  readonly fallback?: MathBuild;
}

/** Threads that share the steps of a network: made by `threads` of "densely/threads". */
export interface Threads {
  readonly count: number;
  /** The build that computes so with the math that is asked for; that math itself where the host has no threads. */
  buildFor(math?: MathBuild): MathBuild | undefined;
}

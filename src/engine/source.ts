import type { MathBuild } from "../machine/build.js";
import { compileFor } from "../machine/core.js";
import type { NetworkSpec } from "../model/spec.js";
import { workPerSample } from "./cost.js";
import { Engine } from "./engine.js";
import { Occupancy } from "./occupancy.js";
import { restore, type Snapshot, snapshotOf } from "./snapshot.js";

/** Parameters of a network whose memory is made at its first use: it has the room of one page. A larger one finds out at once. */
const FEW_PARAMETERS = 2 ** 14;

/**
 * A network that may have no memory yet: its engine is made when it is first asked for. A worker may train it before that, and
 * what it has learned is kept until then.
 */
export class EngineSource {
  readonly occupancy = new Occupancy();
  /** The build that was asked for. Default: strict. */
  readonly math: MathBuild | undefined;
  readonly #spec: NetworkSpec;
  #metadata: Engine["metadata"] = {};
  #snapshot: Snapshot | undefined;
  #engine: Engine | undefined;

  /** @param given the engine, or what the network has learned. Default: nothing, its initial parameters are drawn. */
  constructor(
    spec: NetworkSpec,
    math: MathBuild | undefined,
    given: { engine?: Engine; snapshot?: Snapshot; metadata?: Engine["metadata"] } = {},
  ) {
    this.#spec = spec;
    this.math = math;
    const { engine, snapshot, metadata = {} } = given;
    this.#snapshot = snapshot;
    this.#metadata = metadata;
    this.#engine = engine;
    if (engine) engine.occupancy = this.occupancy;
  }

  get engine(): Engine {
    this.#engine ??= this.#make();
    return this.#engine;
  }

  #make(): Engine {
    const snapshot = this.#snapshot;
    const engine = new Engine(this.#spec, this.math, snapshot && {});
    if (snapshot) restore(engine, snapshot);
    engine.metadata = this.#metadata;
    engine.occupancy = this.occupancy;
    if (this.occupancy.isDisposed) engine.dispose();
    this.#snapshot = undefined;
    return engine;
  }

  /** True once the network has memory. */
  get isMade(): boolean {
    return this.#engine !== undefined;
  }

  get spec(): NetworkSpec {
    return this.#engine?.spec ?? this.#spec;
  }

  /** The build that computes. */
  get mathName(): MathBuild["name"] {
    return this.#engine?.core.math ?? compileFor(this.math).build.name;
  }

  /** Updates so far, in all fits. */
  get step(): number {
    return (this.#engine ?? this.#snapshot)?.progress.step ?? 0;
  }

  /** All that the network has learned; undefined for one that has only initial parameters, which its seed determines. */
  get snapshot(): Snapshot | undefined {
    return this.#engine ? snapshotOf(this.#engine) : this.#snapshot;
  }

  /** Replaces all that the network has learned. */
  learn(snapshot: Snapshot): void {
    if (this.#engine) restore(this.#engine, snapshot);
    else this.#snapshot = snapshot;
  }

  /** Ends the use of the network and frees its memory, if it has any. */
  dispose(): void {
    this.#snapshot = undefined;
    if (this.#engine) this.#engine.dispose();
    else this.occupancy.dispose();
  }
}

/**
 * The source of a new network. Populations are made of thousands of small ones: each takes its memory at its first use.
 * @throws RuntimeError where the host cannot run the core, or has no memory for a large network.
 */
export function newSource(spec: NetworkSpec, math: MathBuild | undefined): EngineSource {
  compileFor(math);
  const source = new EngineSource(spec, math);
  // Without a list of the parameters, which takes more memory than all else of a network that is not used yet.
  if (workPerSample(spec) > FEW_PARAMETERS) void source.engine;
  return source;
}

/** The source of a network with the same spec, parameters, optimizer state, progress and metadata. */
export function cloneOf(engine: Engine): EngineSource {
  const { math, metadata } = engine;
  const spec = { ...engine.spec, optimizer: { ...engine.spec.optimizer } };
  return new EngineSource(spec, math, { snapshot: snapshotOf(engine), metadata });
}

/** Copies all parameters and running statistics. @throws ShapeError unless both networks have the same ones. */
export function copyParameters(from: Engine, to: Engine): void {
  to.parameters.checkSame(from.parameters);
  const { model } = from;
  to.host.write(to.model, (memory) => memory.set(model));
}

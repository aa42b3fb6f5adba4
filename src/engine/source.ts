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
  /** The engine, once it is made. */
  made: Engine | undefined;
  /** All that the network has learned before that; undefined for initial parameters, which its seed determines. */
  learned: Snapshot | undefined;
  readonly #spec: NetworkSpec;

  constructor(spec: NetworkSpec, math: MathBuild | undefined, learned?: Snapshot, made?: Engine) {
    this.#spec = spec;
    this.math = math;
    this.learned = learned;
    this.made = made;
    if (made) made.occupancy = this.occupancy;
  }

  get engine(): Engine {
    this.made ??= this.#make();
    return this.made;
  }

  #make(): Engine {
    const { learned, occupancy } = this;
    const engine = new Engine(this.#spec, this.math, learned && {});
    if (learned) restore(engine, learned);
    this.learned = undefined;
    engine.occupancy = occupancy;
    if (occupancy.isDisposed) engine.dispose();
    return engine;
  }

  get spec(): NetworkSpec {
    return this.made?.spec ?? this.#spec;
  }

  /** Updates so far, in all fits. */
  get step(): number {
    return (this.made ?? this.learned)?.progress.step ?? 0;
  }

  /** Ends the use of the network and frees its memory, if it has any. */
  dispose(): void {
    this.learned = undefined;
    (this.made ?? this.occupancy).dispose();
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
  const spec = { ...engine.spec, optimizer: { ...engine.spec.optimizer } };
  return new EngineSource(spec, engine.math, snapshotOf(engine));
}

/** Copies all parameters and running statistics. @throws ShapeError unless both networks have the same ones. */
export function copyParameters(from: Engine, to: Engine): void {
  to.parameters.checkSame(from.parameters);
  let target = to.model;
  let source = from.model;
  // The other network took its memory again, and with it that of this one.
  if (target.length === 0) {
    source = source.slice();
    target = to.model;
  }
  to.host.write(target, (memory) => memory.set(source));
}

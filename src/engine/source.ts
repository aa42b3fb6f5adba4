import type { MathBuild } from "../machine/build.js";
import { compileFor } from "../machine/core.js";
import type { NetworkSpec } from "../model/spec.js";
import { copyOf } from "../record/progress.js";
import { workPerSample } from "./cost.js";
import { Engine } from "./engine.js";

/** Parameters of a network whose memory is made at its first use: it has the room of one page. A larger one finds out at once. */
const FEW_PARAMETERS = 2 ** 14;

/** Makes the engine of a network when it is first asked for. */
export class EngineSource {
  readonly #make: () => Engine;
  #engine: Engine | undefined;

  constructor(make: () => Engine) {
    this.#make = make;
  }

  get engine(): Engine {
    this.#engine ??= this.#make();
    return this.#engine;
  }
}

/**
 * The source of a new network. Populations are made of thousands of small ones: each takes its memory at its first use.
 * @throws RuntimeError where the host cannot run the core, or has no memory for a large network.
 */
export function sourceOf(spec: NetworkSpec, math: MathBuild | undefined): EngineSource {
  compileFor(math);
  const source = new EngineSource(() => new Engine(spec, math));
  // Without a list of the parameters, which takes more memory than all else of a network that is not used yet.
  if (workPerSample(spec) > FEW_PARAMETERS) void source.engine;
  return source;
}

/** The source of a network with the same spec, parameters, optimizer state, progress and metadata. */
export function cloneOf(engine: Engine): EngineSource {
  const { math, best, metadata, hasStates } = engine;
  const spec = { ...engine.spec, optimizer: { ...engine.spec.optimizer } };
  const state = engine.state.slice();
  const progress = copyOf(engine.progress);
  return new EngineSource(() => {
    const clone = new Engine(spec, math, {});
    if (hasStates) clone.takeStates();
    clone.state.set(state);
    return Object.assign(clone, { progress, best, metadata });
  });
}

/** Copies all parameters and running statistics. @throws ShapeError unless both networks have the same ones. */
export function copyParameters(from: Engine, to: Engine): void {
  to.parameters.checkSame(from.parameters);
  const { model } = from;
  to.host.write(to.model, (memory) => memory.set(model));
}

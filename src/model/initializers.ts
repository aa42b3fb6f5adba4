import { INITIALIZERS as DEFAULTS } from "../formulas/activations.js";
import BASIC_INITIALIZERS from "./basic-initializers.js";
import { checkOptions, type Open } from "./check.js";
import type { Draw, InitializerKind } from "./initializer-kind.js";
import type { InitializerName, InitializerSpec, InitializerTable } from "./initializer-kinds.js";
import { KindTable } from "./kinds.js";
import type { ActivationName } from "./names.js";

export type { InitializerName, InitializerSpec } from "./initializer-kinds.js";

/** The initializers that a layer can have. */
export const initializerKinds = new KindTable<InitializerTable>(BASIC_INITIALIZERS);

/** A name, which takes the default options, or a name with its option. */
export type Initializer = InitializerName | (Open<InitializerSpec> & { type: InitializerName });

/** The default initializer of a layer with this activation. */
export function defaultInitializer(activation: ActivationName): InitializerName {
  return DEFAULTS[activation];
}

/**
 * Checks an initializer and fills in its defaults.
 * @param what the place of the value, as messages name it.
 * @throws SpecError
 */
export function checkInitializer(given: unknown, what: string): InitializerSpec {
  const example = 'a name such as "heNormal" or { type: "normal", stddev: 0.05 }';
  const { name, options } = initializerKinds.check(given, what, example);
  return {
    type: name,
    ...checkOptions<object>(initializerKinds.of(name).options, options, name),
  } as InitializerSpec;
}

/** The distribution that an initializer draws the weights of a layer from. */
export function drawOf(init: InitializerSpec, inputs: number, units: number): Draw {
  return (initializerKinds.of(init.type) as InitializerKind<InitializerSpec>).draw(init, inputs, units);
}

import { StateError, traceable } from "../errors.js";

/**
 * Makes the errors of the methods and accessors of a class lead to the line that called them, and refuses to call them on
 * anything else than an object of the class. Unlike other classes of this library, these ignore arguments that they do not
 * have, as brain.js does: `inputs.map(network.run, network)`.
 * @param functions names of methods that are called without the object.
 */
export function exportAsInBrain(
  owner: new (...values: never[]) => object,
  functions: readonly string[] = [],
): void {
  const guard = (name: string, member: (...values: unknown[]) => unknown) =>
    traceable(name, function (this: unknown, ...values: unknown[]): unknown {
      if (this instanceof owner) return member.apply(this, values);
      throw new StateError(
        `${name} was called on something else than a NeuralNetwork: call it as network.${name}(...).`,
      );
    });
  for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(owner.prototype))) {
    if (name === "constructor") continue;
    if (typeof member.value === "function") {
      member.value = functions.includes(name) ? traceable(name, member.value) : guard(name, member.value);
    }
    if (member.get) member.get = guard(name, member.get) as () => unknown;
    Object.defineProperty(owner.prototype, name, member);
  }
}

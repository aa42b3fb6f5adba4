import { StateError, trace, traceable } from "../errors.js";

/**
 * Makes the errors of the methods and accessors of a class lead to the line that called them, and refuses to call them on
 * anything else than an object of the class. Unlike other classes of this library, these ignore arguments that they do not
 * have, as brain.js does: `inputs.map(network.run, network)`.
 * @param functions names of methods that are called without the object, or that return promises on it.
 */
export function exportAsInBrain(
  owner: new (...values: never[]) => object,
  functions: { free?: readonly string[]; async?: readonly string[] } = {},
): void {
  const guard = <R>(name: string, member: (...values: unknown[]) => R) => {
    const check = (self: unknown, entry: (...values: never[]) => unknown): void => {
      if (self instanceof owner) return;
      const message = `${name} was called on something else than a NeuralNetwork: call it as network.${name}(...).`;
      throw trace(new StateError(message), entry);
    };
    // One call, of as many values as any method has: a small network runs in a tenth of a microsecond.
    const entry = function (this: unknown, a?: unknown, b?: unknown, c?: unknown, d?: unknown): R {
      check(this, entry);
      try {
        return member.call(this, a, b, c, d);
      } catch (error) {
        throw trace(error, entry);
      }
    };
    Object.defineProperty(entry, "name", { value: name });
    Object.defineProperty(entry, "length", { value: member.length });
    return entry;
  };
  for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(owner.prototype))) {
    if (name === "constructor") continue;
    if (typeof member.value === "function" && functions.free?.includes(name)) {
      member.value = traceable(name, member.value);
    } else if (typeof member.value === "function") {
      const guarded = guard(name, member.value);
      member.value = functions.async?.includes(name) ? traceable(name, guarded, true) : guarded;
    }
    if (member.get) member.get = guard(name, member.get);
    Object.defineProperty(owner.prototype, name, member);
  }
}

/** The common part of public functions and methods, whichever door they are behind. */

import { traceable } from "../errors.js";
import { checkNoMore } from "./check.js";

/** The name and the parameters of a signature such as "toModule(network, options)". */
const partsOf = (signature: string): string[] => signature.match(/\w+/g) ?? [];

/** Makes a function that is traced and refuses more arguments than its signature has. */
function refusing<F extends (...values: never[]) => unknown>(
  signature: string,
  call: F,
  isOuter: boolean,
): unknown {
  const [name, ...parameters] = partsOf(signature);
  return traceable(name, call as never, isOuter, parameters.length, (others) =>
    checkNoMore(others, name, `call ${signature}`),
  );
}

/**
 * Makes a function that a door exports: its errors lead to the line that called it instead of into this library, and it
 * refuses arguments that it does not have.
 *
 * Bundlers remove an unused one only if the call is marked as pure:
 *
 *      export const adam = /* @__PURE__ *\/ exported("adam(options)", (options) => ...);
 *
 * @param signature its name and its parameters, as messages say how it is called.
 */
export function exported<F extends (...values: never[]) => unknown>(signature: string, call: F): F {
  return refusing(signature, call, true) as F;
}

/**
 * Makes the errors of all methods and accessors of an object lead to the line that called them.
 * @param owner a prototype, or a class for its static members.
 * @param signatures of the methods that refuse more arguments, such as "predict(x, options)".
 */
export function exportMembers(owner: object, signatures: readonly string[] = []): void {
  for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
    if (name === "constructor" || !member.configurable) continue;
    const signature = signatures.find((text) => text.startsWith(`${name}(`));
    if (typeof member.value === "function") {
      member.value = signature ? refusing(signature, member.value, false) : traceable(name, member.value);
    }
    if (member.get) member.get = traceable(name, member.get);
    if (member.set) member.set = traceable(name, member.set);
    Object.defineProperty(owner, name, member);
  }
}

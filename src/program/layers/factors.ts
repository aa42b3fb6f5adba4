import { checkFloat32, checkKeys, type Rule } from "../../model/check.js";
import type { Role } from "./layer.js";

/** A factor of each parameter of a layer by its role. */
export type Factors<R extends Role> = Readonly<Record<R, number>>;

/** The factors of a layer with the parameters `R`, as plain data. Undefined where all of them are 1. */
export interface FactorSpecs<R extends Role> {
  /** Multiplies the learning rate of these parameters, as the `lr` of a parameter group does in PyTorch. */
  rate?: Factors<R> | undefined;
  /** Multiplies their weightDecay. */
  decay?: Factors<R> | undefined;
}

/** The factors of a layer as options: one number for all of its parameters, or one for each by name, with 1 as default. */
export interface FactorOptions<R extends Role> {
  /** Multiplies the learning rate of these parameters, at least 0. Default 1. */
  rate?: number | { readonly [K in R]?: number | undefined } | undefined;
  /** Multiplies their weightDecay, at least 0. Default 1. */
  decay?: number | { readonly [K in R]?: number | undefined } | undefined;
}

/** The rules of the factors of a layer with these parameters. */
export function factors<R extends Role>(
  ...roles: R[]
): { rate: Rule<Factors<R> | undefined>; decay: Rule<Factors<R> | undefined> } {
  const rule: Rule<Factors<R> | undefined> = {
    fallback: undefined,
    check: (given, what) => {
      if (given === undefined) return undefined;
      const isNumber = typeof given === "number";
      const values: Partial<Record<R, unknown>> = isNumber ? {} : checkKeys(given, roles, what);
      const checked = roles.map((role) => {
        const value = isNumber ? given : values[role];
        return [role, checkFloat32(value ?? 1, 0, Infinity, isNumber ? what : `${role} of ${what}`)] as const;
      });
      return checked.every(([, value]) => value === 1)
        ? undefined
        : (Object.fromEntries(checked) as Factors<R>);
    },
  };
  return { rate: rule, decay: rule };
}

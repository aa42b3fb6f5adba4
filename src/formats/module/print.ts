import { FORMULAS } from "../../formulas/activations.js";
import {
  type Operand,
  type Operations,
  type Primitives,
  spellSigmoid,
  spellSoftplus,
} from "../../formulas/operations.js";
import type { ActivationStep, FeatureStep, Field } from "../../formulas/steps.js";

/** How tightly the outermost operator of an expression binds. */
const SUM = 1;
const PRODUCT = 2;
const ATOM = 3;

/** An expression as text. */
interface Expression {
  text: string;
  binding: number;
}

/** Functions that a formula may call. */
export type FunctionName = "min" | "max" | "abs" | "sqrt" | "exp" | "expm1" | "log1p" | "tanh" | "erf";

/** How a programming language writes formulas in double precision. */
export interface Language {
  literal(value: number): string;
  call(name: FunctionName, operands: readonly string[]): string;
}

/** Operations that print: a formula becomes its text, with the parentheses that it needs and no others. */
function printOperations({ literal, call }: Language): Operations<Expression> {
  const expressionOf = (a: Operand<Expression>): Expression =>
    typeof a === "number" ? { text: literal(a), binding: a < 0 ? PRODUCT : ATOM } : a;
  const inside = (a: Operand<Expression>, least: number): string => {
    const { text, binding } = expressionOf(a);
    return binding < least ? `(${text})` : text;
  };
  const infix =
    (operator: string, binding: number) =>
    (a: Operand<Expression>, b: Operand<Expression>): Expression => ({
      text: `${inside(a, binding)} ${operator} ${inside(b, binding + 1)}`,
      binding,
    });
  const named =
    (name: FunctionName) =>
    (...operands: Operand<Expression>[]): Expression => ({
      text: call(
        name,
        operands.map((operand) => expressionOf(operand).text),
      ),
      binding: ATOM,
    });
  const primitives: Primitives<Expression> = {
    add: infix("+", SUM),
    sub: infix("-", SUM),
    mul: infix("*", PRODUCT),
    div: infix("/", PRODUCT),
    min: named("min"),
    max: named("max"),
    neg: (a) => ({ text: `-${inside(a, ATOM)}`, binding: PRODUCT }),
    abs: named("abs"),
    sqrt: named("sqrt"),
    exp: named("exp"),
    expm1: named("expm1"),
    log1p: named("log1p"),
    tanh: named("tanh"),
    erf: named("erf"),
  };
  return {
    ...primitives,
    sigmoid: (a) => spellSigmoid(a, primitives),
    softplus: (a) => spellSoftplus(a, primitives),
  };
}

/**
 * Prints what a step makes of one value.
 * @param value text of the value.
 * @param parameterOf text of the number that the feature has in a field. Options are called by their names.
 */
export function printStep(
  step: ActivationStep | FeatureStep,
  language: Language,
  value: string,
  parameterOf: (field: Field) => string,
): string {
  const operations = printOperations(language);
  const x = { text: value, binding: ATOM };
  if (step.kind === "activation") return FORMULAS[step.name](x, operations).text;
  const values: Record<string, Expression> = {};
  for (const field of step.fields) values[field] = { text: parameterOf(field), binding: ATOM };
  for (const option of Object.keys(step.options)) values[option] = { text: option, binding: ATOM };
  return step.formula(x, values, operations).text;
}

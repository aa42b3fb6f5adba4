/** Replaces members of the enums of assembly/isa.ts by their numbers, as TypeScript does with constant enums. */

import type { Plugin } from "rollup";
import * as isa from "../assembly/isa.js";

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** `object.property`, or `object[property]` if it is computed. */
interface Member extends Node {
  readonly object: Node & { readonly name?: string };
  readonly property: Node & { readonly name?: string };
  readonly computed: boolean;
}

/** The enums, and constants, by name. */
const MEMBERS = new Map<string | undefined, unknown>(Object.entries(isa));

/** All nodes of a syntax tree. */
function* nodesOf(node: object): Generator<Node> {
  if ("type" in node) yield node as Node;
  for (const child of Object.values(node))
    if (typeof child === "object" && child !== null) yield* nodesOf(child);
}

/** The number of `Op.dense` and its like, undefined for any other node. */
function numberOf({ type, computed, object, property }: Member): number | undefined {
  if (type !== "MemberExpression" || computed) return undefined;
  const value = (MEMBERS.get(object.name) as Record<string, unknown> | undefined)?.[property.name ?? ""];
  return typeof value === "number" ? value : undefined;
}

export const enums: Plugin = {
  name: "enums",
  transform(code, id) {
    if (!code.includes("/assembly/isa.js") || id.endsWith("/isa.ts")) return null;
    let text = "";
    let end = 0;
    for (const node of nodesOf(this.parse(code))) {
      const number = numberOf(node as Member);
      if (number === undefined) continue;
      text += code.slice(end, node.start) + number;
      end = node.end;
    }
    // The map of before has the same lines.
    return { code: text + code.slice(end), map: null };
  },
};

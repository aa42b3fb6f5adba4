/** Rollup plugins for what the built files have otherwise than the sources. */

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

/** `key: value` in an object. */
interface Property extends Node {
  readonly key: Node & { readonly name?: string };
}

/** All nodes of a syntax tree. */
function* nodesOf(node: object): Generator<Node> {
  if ("type" in node) yield node as Node;
  for (const child of Object.values(node)) {
    if (typeof child === "object" && child !== null) yield* nodesOf(child);
  }
}

/** Replaces some nodes of a program by other text, and keeps its lines. @param textOf undefined for a node that stays */
function replace(code: string, program: object, textOf: (node: Node) => string | undefined): string {
  let text = "";
  let end = 0;
  for (const node of nodesOf(program)) {
    // A node within one that is gone already.
    if (node.start < end) continue;
    const replaced = textOf(node);
    if (replaced === undefined) continue;
    text += code.slice(end, node.start) + replaced;
    end = node.end;
  }
  return text + code.slice(end);
}

/** The enums and constants of the instruction set by name. */
const MEMBERS = new Map<string | undefined, unknown>(Object.entries(isa));

/** The number of `Op.dense` and its like as text, undefined for any other node. */
function numberOf(node: Node): string | undefined {
  const { type, computed, object, property } = node as Member;
  if (type !== "MemberExpression" || computed) return undefined;
  const value = (MEMBERS.get(object.name) as Record<string, unknown> | undefined)?.[property.name ?? ""];
  return typeof value === "number" ? String(value) : undefined;
}

/** Replaces members of the enums of assembly/isa.ts by their numbers, as TypeScript does with constant enums. */
export const enums: Plugin = {
  name: "enums",
  transform(code, id) {
    if (!code.includes("/assembly/isa.js") || id.endsWith("/isa.ts")) return null;
    return { code: replace(code, this.parse(code), numberOf), map: null };
  },
};

/** Removes members of objects that have one of these names. Nothing may read them. */
export function withoutMembers(names: readonly string[]): Plugin {
  const isRemoved = (node: Node) =>
    node.type === "Property" && names.includes((node as Property).key.name ?? "");
  return {
    name: "without-members",
    transform(code, id) {
      if (!id.endsWith(".ts")) return null;
      // A spread of nothing keeps the commas right.
      const text = replace(code, this.parse(code), (node) => (isRemoved(node) ? "...null" : undefined));
      return { code: text, map: null };
    },
  };
}

/** Finds the tools that are installed in .ci/: runtimes, bundlers and package checkers. Development does not need them. */

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { load } from "../.ci/load.js";

const TOOLS = resolve(".ci/node_modules");
const REMEDY = "npm ci --prefix .ci";

/** A tool that a check needs is not installed. The message says how to install it. */
export class NotInstalled extends Error {
  override readonly name = "NotInstalled";
  constructor(remedy: string) {
    super(`not installed: ${remedy}`);
  }
}

/** The first of these files that exists. Relative paths start in .ci/node_modules. @throws NotInstalled */
export function findFile(paths: readonly string[], remedy = REMEDY): string {
  const found = paths.map((path) => resolve(TOOLS, path)).find((path) => existsSync(path));
  if (!found) throw new NotInstalled(remedy);
  return found;
}

/** Imports a tool's module. @throws NotInstalled */
export async function importTool<T>(name: string): Promise<T> {
  if (!existsSync(resolve(TOOLS, name))) throw new NotInstalled(REMEDY);
  return load(name);
}

export function versionOf(name: string): string {
  return JSON.parse(readFileSync(findFile([`${name}/package.json`]), "utf8")).version;
}

/** The path of Node.js in a major version: the running one or the one in .ci/. @throws NotInstalled */
export function findNode(major: number): string {
  if (Number.parseInt(process.versions.node, 10) === major) return process.execPath;
  return findFile([`node${major}/bin/node`]);
}

export function findDeno(): string {
  const { platform, arch } = process;
  return findFile([`@deno/${platform}-${arch}-glibc/deno`, `@deno/${platform}-${arch}/deno`]);
}

export function findBun(): string {
  const arch = process.arch === "arm64" ? "aarch64" : process.arch;
  return findFile([`@oven/bun-${process.platform}-${arch}/bin/bun`]);
}

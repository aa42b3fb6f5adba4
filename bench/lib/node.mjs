import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const modules = new URL("../node_modules/", import.meta.url);

/** Runs the same command line again under the Node 24 that is installed beside the peers, if this one is older. */
export function rerunUnderNode24() {
  const node24 = fileURLToPath(new URL("node24/bin/node", modules));
  if (Number.parseInt(process.versions.node, 10) >= 24 || !existsSync(node24)) return;
  const { status } = spawnSync(node24, process.argv.slice(1), { stdio: "inherit" });
  process.exit(status ?? 1);
}

/** @param {string} name of a package in bench/node_modules */
export function isInstalled(name) {
  return existsSync(new URL(`${name}/package.json`, modules));
}

export function hintIfNotInstalled() {
  if (existsSync(modules)) return;
  console.error("The peers are not installed; to have them: npm ci --prefix bench\n");
}

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const modules = new URL("../node_modules/", import.meta.url);

/** Runs the same command again under the Node.js 24 that is installed with the peers, if the running one is older. */
export function rerunUnderNode24(): void {
  const node24 = fileURLToPath(new URL("node24/bin/node", modules));
  if (Number.parseInt(process.versions.node, 10) >= 24 || !existsSync(node24)) return;
  const command = [...process.execArgv, ...process.argv.slice(1)];
  const { status } = spawnSync(node24, command, { stdio: "inherit" });
  process.exit(status ?? 1);
}

/** True if a package is installed in bench/node_modules. */
export function isInstalled(name: string): boolean {
  return existsSync(new URL(`${name}/package.json`, modules));
}

export function hintIfNotInstalled(): void {
  if (existsSync(modules)) return;
  console.error("The peers are not installed. To install them: npm ci --prefix bench\n");
}

/** The package as its users get it: packed from dist/ as it stands, and installed in a folder of its own. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that goes when the process ends. */
function makeFolder(parent: string): string {
  const folder = mkdtempSync(join(parent, "densely-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Packs the package. @returns the path of the tarball. */
export function pack(): string {
  const folder = makeFolder(tmpdir());
  const options = ["--ignore-scripts", "--silent", "--pack-destination", folder];
  execFileSync("npm", ["pack", ...options], { stdio: ["ignore", "ignore", "inherit"] });
  return join(folder, readdirSync(folder)[0]);
}

/**
 * Installs a tarball of the package, and nothing else, in a new folder that also holds copies of these folders.
 * @returns its path.
 */
export function install(tarball: string, folders: readonly string[] = [], parent = tmpdir()): string {
  const app = makeFolder(parent);
  for (const folder of folders) cpSync(folder, app, { recursive: true });
  writeFileSync(join(app, "package.json"), '{ "private": true, "type": "module" }\n');
  const options = [
    "--offline",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
    "--silent",
  ];
  execFileSync("npm", ["install", ...options, tarball], { cwd: app, stdio: ["ignore", "ignore", "inherit"] });
  return app;
}

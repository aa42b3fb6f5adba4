/** Packs the package from the current dist/ and installs it in a separate folder, as its users get it. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a folder that is removed when the process ends. */
function makeFolder(parent: string): string {
  const folder = mkdtempSync(join(parent, "densely-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Packs the package. @returns the path of the tarball */
export function pack(): string {
  const folder = makeFolder(tmpdir());
  const options = ["--ignore-scripts", "--silent", "--pack-destination", folder];
  execFileSync("npm", ["pack", ...options], { stdio: ["ignore", "ignore", "inherit"] });
  return join(folder, readdirSync(folder)[0]);
}

/**
 * Installs a tarball of the package, and nothing else, in a new folder, into which these folders are copied first.
 * @returns the path of the new folder
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

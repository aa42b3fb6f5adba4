import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The exports of a build of densely that the bench uses. The types are those of the sources. */
export type Library = typeof import("../../src/index.js") &
  typeof import("../../src/relaxed.js") &
  typeof import("../../src/threads.js");

const BUILT = fileURLToPath(new URL("../../dist", import.meta.url));

/** True if densely is built. */
export const isBuilt = existsSync(`${BUILT}/index.js`);

/** The address of a module of a build. @param folder of the build, dist/ unless named */
export function addressOf(file: string, folder = BUILT): string {
  return pathToFileURL(`${folder}/${file}`).href;
}

/** Loads a build of densely. @param folder of the build, dist/ unless named */
export async function loadLibrary(folder = BUILT): Promise<Library> {
  const doors = ["index.js", "relaxed.js", "threads.js"];
  // An older build may lack some.
  const present = doors.filter((file) => existsSync(`${folder}/${file}`));
  const [main, ...others] = await Promise.all(present.map((file) => import(addressOf(file, folder))));
  return Object.assign({}, main, ...others);
}

/**
 * The floors of the house. An import points to its own floor or to a lower one, no door imports another door, and no
 * chain of imports returns to its start. test/floors.test.ts fails for each import that breaks a rule.
 */

import { dirname, join } from "node:path";
import ts from "typescript";

/** Floors from the top to the bottom: a name, and the files that stand on it. */
const FLOORS: readonly (readonly [name: string, files: RegExp])[] = [
  ["programs", /^src\/cli(\.ts$|\/)/],
  ["doors", /^src\/(?!errors)\w+\.ts$/],
  ["uses", /^src\/(table|search|brain|tfjs|bullmq|explain|ui|threads)\//],
  ["network", /^src\/(network|fit|evaluation|storage|formats|reference|article|lbfgs|node)\//],
  ["engine", /^src\/(engine|data|record)\//],
  ["meaning", /^src\/(model|formulas|program)\//],
  ["machine", /^src\/machine\//],
  ["built core", /^build\//],
  ["interface of the core", /^assembly\/(index|online|threads)\.ts$/],
  ["threads of the core", /^assembly\/threads\//],
  ["loop of the core", /^assembly\/(run|further)\.ts$/],
  ["assertions of the core", /^assembly\/checks\.ts$/],
  ["kernels", /^assembly\/(products|layers|training)\//],
  ["functions of kernels", /^assembly\/math\//],
  ["instructions", /^assembly\/(op|isa)\.ts$/],
  ["errors", /^src\/errors\.ts$/],
];
const DOORS = FLOORS.findIndex(([name]) => name === "doors");

/** The only file of assembly/ that TypeScript imports. */
const SHARED = "assembly/isa.ts";

/** A source file with the files that it imports. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** The relative imports of source files, types included. @param sources each file's text by its path */
export function importsOf(sources: ReadonlyMap<string, string>): Imports {
  const read = (path: string, text: string) =>
    ts
      .preProcessFile(text)
      .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
      .map(({ fileName }) => `${join(dirname(path), fileName).replace(/\.(ts|js)$/, "")}.ts`);
  return new Map(Array.from(sources, ([path, text]) => [path, read(path, text)]));
}

/** The number of a file's floor, counted from the top. @throws if it stands on none. */
function floorOf(file: string): number {
  const floor = FLOORS.findIndex(([, files]) => files.test(file));
  if (floor < 0) throw new Error(`${file} stands on no floor: name its folder in scripts/floors.ts.`);
  return floor;
}

/** The rule that one import breaks, as a sentence; undefined if it breaks none. */
function complaintOf(file: string, imported: string): string | undefined {
  const [above, below] = [floorOf(file), floorOf(imported)];
  const name = `${file} imports ${imported}`;
  if (above === DOORS && below === DOORS) return `${name}: a door imports no other door.`;
  if (below < above) {
    return `${name}: an import points down, and the floor "${FLOORS[below][0]}" is above "${FLOORS[above][0]}".`;
  }
  if (file.startsWith("src/") && imported.startsWith("assembly/") && imported !== SHARED) {
    return `${name}: of assembly/, only ${SHARED} is imported.`;
  }
  return undefined;
}

/** Every import that points up, from door to door, or past assembly/isa.ts into the core. */
export function wrongImports(imports: Imports): string[] {
  return Array.from(imports, ([file, files]) => files.map((imported) => complaintOf(file, imported)))
    .flat()
    .filter((complaint) => complaint !== undefined);
}

/** Every chain of imports that returns to its start, as the files on it. */
export function cyclesOf(imports: Imports): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const follow = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file].join(" -> "));
    if (start >= 0 || done.has(file)) return;
    for (const imported of imports.get(file) ?? []) follow(imported, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) follow(file, []);
  return cycles;
}

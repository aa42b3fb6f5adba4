import { readdirSync } from "node:fs";

/** Hashes of trained weights by the name of their network. */
type Hashes = Readonly<Record<string, string>>;

/**
 * Adds the hashes of new networks behind the expected ones.
 * @param mayChange names whose hash may differ from the expected one, or be gone.
 * @returns the hashes to expect from now on, and the names that were added and changed.
 * @throws Error that names every network whose hash differs or is gone without being in `mayChange`, and every name in
 * `mayChange` whose hash is as expected.
 */
export function renew(expected: Hashes, measured: Hashes, mayChange: readonly string[]) {
  const changed = Object.keys(expected).filter((name) => expected[name] !== measured[name]);
  const added = Object.keys(measured).filter((name) => !(name in expected));
  const forbidden = changed.filter((name) => !mayChange.includes(name));
  if (forbidden.length > 0) {
    const flags = forbidden.map((name) => `--change '${name}'`).join(" ");
    throw new Error(`These networks no longer end with the expected weights. If that is intended: ${flags}`);
  }
  const idle = mayChange.filter((name) => !changed.includes(name));
  if (idle.length > 0) throw new Error(`No hash differs from the expected one for: ${idle.join(", ")}`);
  const kept = Object.keys(expected).filter((name) => name in measured);
  const hashes = Object.fromEntries([...kept, ...added].map((name) => [name, measured[name]]));
  return { hashes, added, changed };
}

/** The pages that may show the hash of all weights. */
export function pages(): string[] {
  const inDocs = readdirSync("docs").filter((name) => name.endsWith(".md"));
  return ["README.md", ...inDocs.map((name) => `docs/${name}`)];
}

/** The entry points of the package: src/NAME.ts becomes dist/NAME.* and the export "densely/NAME" ("densely" for index). */

interface Entry {
  /** The global object that the script of this entry point fills; absent if there is no script. */
  readonly global?: string;
  /**
   * The entry point whose script holds this one too: a script is self-contained, and so what works on the networks of another
   * entry point cannot be a script of its own.
   */
  readonly inScriptOf?: string;
  /** True if Cloudflare Workers have a separate build, which every entry point with the core needs. */
  readonly workerd?: boolean;
  /**
   * True if its files share no code with those of the other entry points. An app loads it instead of the others, and apart
   * both are smaller than with a common part.
   */
  readonly alone?: boolean;
  /** True for a script that scripts/core.ts makes, the same text that the library holds. */
  readonly script?: boolean;
}

export const ENTRIES: Readonly<Record<string, Entry>> = {
  index: { global: "densely", workerd: true },
  core: { workerd: true, alone: true },
  check: { inScriptOf: "index", workerd: true },
  lbfgs: { inScriptOf: "index", workerd: true },
  relaxed: { global: "densely", workerd: true },
  threads: { workerd: true },
  article: { global: "densely.article", workerd: true },
  formats: { workerd: true },
  search: { workerd: true },
  explain: { workerd: true },
  table: { workerd: true },
  tfjs: { workerd: true },
  brain: { workerd: true },
  ui: { workerd: true },
  bullmq: {},
  node: {},
  worker: { script: true },
};

/** The contents of dist/global.d.ts: the type of the global object that the scripts fill. */
export function globalTypes(): string {
  const members = Object.entries(ENTRIES).flatMap(([name, { global, inScriptOf = name }]) => {
    const [root, ...path] = (global ?? ENTRIES[inScriptOf].global)?.split(".") ?? [];
    const type = `typeof import("./${name}.js")`;
    return root ? path.reduceRight((inner, key) => `{ ${key}: ${inner} }`, type) : [];
  });
  return `declare const densely: ${members.join(" & ")};\n`;
}

/** The value of "exports" in package.json. Runtimes try the conditions in this order. */
export function exportsMap(): Record<string, unknown> {
  const target = (name: string, types: string, code: string) => ({
    types: `./dist/${name}.${types}`,
    default: `./dist/${name}.${code}`,
  });
  const map: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(ENTRIES)) {
    map[name === "index" ? "." : `./${name}`] = {
      ...(entry.workerd && { workerd: target(name, "d.ts", "workerd.js") }),
      import: target(name, "d.ts", "js"),
      "module-sync": target(name, "d.ts", "js"),
      require: target(name, "d.cts", "cjs"),
      default: `./dist/${name}.js`,
    };
  }
  return { ...map, "./package.json": "./package.json" };
}

/** The value of "typesVersions" in package.json, for TypeScript with `moduleResolution: "node10"`, which does not read exports. */
export function typesVersions(): Record<string, Record<string, string[]>> {
  const names = Object.keys(ENTRIES).filter((name) => name !== "index");
  return { "*": Object.fromEntries(names.map((name) => [name, [`./dist/${name}.d.ts`]])) };
}

/** Adds the built package to the site as it is, in package/: examples that run in a page import it by its name. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

/** Modules for browsers. */
const MODULE = /^(?!cli|node\.)[\w-]+\.js$/;

export function packageFiles(): Plugin {
  return {
    name: "package-files",
    generateBundle() {
      for (const name of readdirSync(DIST).filter((file) => MODULE.test(file))) {
        // Source maps are not part of the site.
        const source = readFileSync(DIST + name, "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
        this.emitFile({ type: "asset", fileName: `package/${name}`, source });
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const [, name = ""] = /^\/package\/([^?]+)/.exec(request.url ?? "") ?? [];
        if (!MODULE.test(name) || !existsSync(DIST + name)) return next();
        response.setHeader("content-type", "text/javascript");
        response.end(readFileSync(DIST + name));
      });
    },
  };
}

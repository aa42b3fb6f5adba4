import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { article } from "./vite/article.js";
import { digits } from "./vite/digits.js";
import { docs } from "./vite/docs/plugin.js";
import { frame } from "./vite/frame.js";
import { home } from "./vite/home.js";
import { packageAlias } from "./vite/package-alias.js";
import { packageFiles } from "./vite/package-files.js";
import { pageFiles } from "./vite/pages.js";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at("."),
  // Relative addresses: the built site works in any folder of any host.
  base: "./",
  appType: "mpa",
  plugins: [
    digits(at("../dist/index.js")),
    frame(),
    home(at("..")),
    article(),
    docs(at(".")),
    packageFiles(),
  ],
  resolve: { alias: packageAlias },
  worker: { format: "es" },
  build: {
    target: "es2022",
    // The scripts of a page are few; the polyfill for preloading them would be larger than what it saves.
    modulePreload: { polyfill: false },
    rolldownOptions: { input: pageFiles(at(".")) },
  },
});

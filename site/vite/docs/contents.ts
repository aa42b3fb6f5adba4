/** The pages of the documentation in the order of its navigation. A test finds each file of docs/ that has no page. */

import { ENTRIES } from "../../../scripts/entries.js";

/** A page of the documentation. */
export interface DocPage {
  /** Its address below docs/; empty for the first page. */
  readonly slug: string;
  /** Its name in the navigation. */
  readonly name: string;
  /** The file of its text below docs/; undefined for a page that is made of something else. */
  readonly file?: string;
  /** The entry point that it is the reference of. */
  readonly door?: string;
}

export interface DocGroup {
  readonly name: string;
  readonly pages: readonly DocPage[];
}

const page = (name: string, file: string): DocPage => ({ slug: file.replace(/\.md$/, ""), name, file });

/** The name by which an entry point is imported. */
export const importOf = (door: string): string => (door === "index" ? "densely" : `densely/${door}`);

/** Entry points that are programs and export nothing. */
const PROGRAMS = ["worker"];

const doors = Object.keys(ENTRIES)
  .filter((door) => !PROGRAMS.includes(door))
  .map((door): DocPage => ({ slug: `api/${door}`, name: importOf(door), door }));

export const GROUPS: readonly DocGroup[] = [
  {
    name: "By task",
    pages: [
      page("Classify rows", "guides/classify-rows.md"),
      page("Predict a number", "guides/regression.md"),
      page("Read images", "guides/images.md"),
      page("Text as features", "guides/text.md"),
      page("Windows of a time series", "guides/time-series.md"),
      page("Reinforcement learning", "guides/reinforcement-learning.md"),
      page("Show the progress in a page", "ui.md"),
      page("Train in a worker", "runtimes/workers.md"),
      page("Train on all cores", "threads.md"),
      page("Train on many machines", "many-machines.md"),
      page("On Cloudflare Workers", "runtimes/cloudflare-workers.md"),
      page("Save and load", "files.md"),
      page("To PyTorch and ONNX", "guides/python.md"),
    ],
  },
  {
    name: "All of it",
    pages: [
      page("Network", "network.md"),
      page("Training", "training.md"),
      page("Vocabulary", "vocabulary.md"),
      page("Gradients", "gradients.md"),
      page("Tables", "tables.md"),
      page("Searches", "search.md"),
      page("In a terminal", "program.md"),
      page("The article's functions", "article.md"),
    ],
  },
  {
    name: "Coming from",
    pages: [
      page("TensorFlow.js", "from-tensorflow.md"),
      page("brain.js", "from-brain.md"),
      page("Keras", "from-keras.md"),
      page("scikit-learn", "from-scikit-learn.md"),
    ],
  },
  {
    name: "Runtimes",
    pages: [
      page("All runtimes", "runtimes.md"),
      page("Node.js", "runtimes/node.md"),
      page("Browsers", "runtimes/browser.md"),
      page("Bundlers", "runtimes/bundlers.md"),
      page("Next.js", "runtimes/next.md"),
      page("Deno", "runtimes/deno.md"),
      page("Bun", "runtimes/bun.md"),
      page("Jest", "runtimes/jest.md"),
    ],
  },
  {
    name: "Behind it",
    pages: [page("How it works", "how-it-works.md"), page("Speed", "speed.md")],
  },
  { name: "Reference", pages: doors },
];

/** The first page, a list of the others. */
export const START: DocPage = { slug: "", name: "Documentation" };

/** All pages, the first one included. */
export const DOC_PAGES: readonly DocPage[] = [START, ...GROUPS.flatMap(({ pages }) => pages)];

/** The address of a page as seen from another one. */
export function addressOf(to: DocPage, from: DocPage): string {
  const up = "../".repeat(from.slug === "" ? 0 : from.slug.split("/").length);
  return to.slug === "" ? up || "./" : `${up}${to.slug}/`;
}

/** The documentation as files: a page of HTML for each text, what is searched, and the texts for language models. */

import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { referenceOf } from "./api.js";
import { addressOf, DOC_PAGES, type DocPage, GROUPS, START } from "./contents.js";
import { escapeHtml, type Heading, type Rendered, render } from "./markdown.js";

const ROOT = new URL("../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");

/** The first paragraph of README.md. */
const CLAIM = read("README.md").split("\n\n")[1];

const DOORS = DOC_PAGES.flatMap(({ door }) => door ?? []);

/** A part of a page that a search finds. */
export interface Passage {
  /** Address below docs/. */
  readonly id: string;
  readonly page: string;
  readonly title: string;
  readonly text: string;
}

/** The text of a page in Markdown. */
function textOf({ file, door }: DocPage): string {
  if (file) return read(`docs/${file}`);
  if (door) return referenceOf(door, DOORS);
  const groups = GROUPS.map(({ name, pages }) => {
    const list = pages.map((page) => `- [${page.name}](${page.file ?? `${page.slug}.md`})`);
    return `## ${name}\n\n${list.join("\n")}`;
  });
  return `# Documentation\n\n${CLAIM.replaceAll("](docs/", "](")}\n\n${groups.join("\n\n")}\n`;
}

const fileOf = ({ slug, file = `${slug || "index"}.md` }: DocPage): string => file;

/** Texts of the pages, which are read once per build. */
export class Documentation {
  readonly #texts = new Map(DOC_PAGES.map((page) => [page, textOf(page)]));

  text(page: DocPage): string {
    return this.#texts.get(page) ?? "";
  }

  render(page: DocPage): Rendered {
    return render(this.text(page), fileOf(page), (file) => {
      const target = DOC_PAGES.find((other) => fileOf(other) === posix.normalize(file));
      return target && addressOf(target, page);
    });
  }

  /** The page as HTML. @param template with places for its parts. */
  html(page: DocPage, template: string): string {
    const { html, headings } = this.render(page);
    const [first] = this.text(page)
      .split(/\n\n(?!#)/)
      .slice(1);
    const parts: Record<string, string> = {
      title: escapeHtml(page.slug === "" ? page.name : `${page.name} - documentation`),
      description: escapeHtml(
        (first ?? "")
          .replace(/[`*[\]]|\(.*?\)/g, "")
          .replace(/\s+/g, " ")
          .slice(0, 160),
      ),
      top: "../".repeat(page.slug === "" ? 1 : page.slug.split("/").length + 1),
      navigation: navigation(page),
      content: html,
      outline: outline(headings),
    };
    return template.replace(/<!-- docs:(\w+) -->/g, (_, name: string) => parts[name]);
  }

  /** Every section of every page. */
  passages(): Passage[] {
    return DOC_PAGES.filter((page) => page !== START).flatMap((page) => this.#passagesOf(page));
  }

  #passagesOf(page: DocPage): Passage[] {
    const { headings } = this.render(page);
    const sections = this.text(page)
      .split(/^#{1,4} .*$/m)
      .slice(1);
    return headings.map(({ text, id, depth }, i) => ({
      id: `${page.slug}/${depth === 1 ? "" : `#${id}`}`,
      page: page.name,
      title: text,
      text: sections[i].replace(/[`*|\n-]+/g, " ").trim(),
    }));
  }

  /** llms.txt, by llmstxt.org: a summary, and a link to the text of each page. */
  summary(): string {
    const groups = GROUPS.map(({ name, pages }) => {
      const links = pages.map((page) => `- [${page.name}](docs/${page.slug}/index.md)`);
      return `## ${name}\n\n${links.join("\n")}`;
    });
    return `# densely\n\n> ${CLAIM.replace(/\[(.*?)\]\(.*?\)/g, "$1").replaceAll("\n", " ")}\n\n${groups.join("\n\n")}\n`;
  }

  /** llms-full.txt: everything in one text. */
  everything(): string {
    return [
      read("README.md"),
      ...DOC_PAGES.filter((page) => page !== START).map((page) => this.text(page)),
    ].join("\n\n");
  }
}

function navigation(here: DocPage): string {
  return GROUPS.map(({ name, pages }) => {
    const links = pages.map((page) => {
      const current = page === here ? ' aria-current="page"' : "";
      return `<li><a href="${addressOf(page, here)}"${current}>${escapeHtml(page.name)}</a></li>`;
    });
    return `<h2>${name}</h2><ul>${links.join("")}</ul>`;
  }).join("");
}

/** The sections of a page. */
function outline(headings: readonly Heading[]): string {
  const sections = headings.filter(({ depth }) => depth === 2 || depth === 3);
  if (sections.length < 3) return "";
  const links = sections.map(
    ({ id, text, depth }) => `<li data-depth="${depth}"><a href="#${id}">${escapeHtml(text)}</a></li>`,
  );
  return `<nav class="outline" aria-label="On this page"><h2>On this page</h2><ul>${links.join("")}</ul></nav>`;
}

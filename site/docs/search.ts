/** The search: an index that is made in the page when the field is first used. */

import MiniSearch from "minisearch";
import { find, make } from "../shared/dom.js";
import type { Passage } from "../vite/docs/site.js";

const MOST = 12;
const FIELDS = { fields: ["title", "page", "text"], storeFields: ["title", "page"] };
const SEARCH = { boost: { title: 4, page: 2 }, prefix: true, fuzzy: 0.15, combineWith: "AND" as const };

/** Connects the field with the list of what is found. @param docs the address of the documentation. */
export function addSearch(docs: URL): void {
  const field = find("search", HTMLInputElement);
  const list = find("found", HTMLDivElement);
  let index: Promise<MiniSearch<Passage>> | undefined;
  const load = (): Promise<MiniSearch<Passage>> => {
    index ??= fetch(new URL("search.json", docs))
      .then((response) => response.json() as Promise<Passage[]>)
      .then((passages) => {
        const search = new MiniSearch<Passage>(FIELDS);
        search.addAll(passages);
        return search;
      });
    return index;
  };

  const options = (): HTMLAnchorElement[] => [...list.querySelectorAll("a")];
  let chosen = -1;
  const choose = (next: number): void => {
    const all = options();
    chosen = Math.max(-1, Math.min(next, all.length - 1));
    for (const [i, option] of all.entries()) option.ariaSelected = String(i === chosen);
    const active = all[chosen];
    if (active) field.setAttribute("aria-activedescendant", active.id);
    else field.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  };
  const show = (isOpen: boolean): void => {
    list.hidden = !isOpen;
    field.ariaExpanded = String(isOpen);
    if (!isOpen) choose(-1);
  };

  async function update(): Promise<void> {
    const words = field.value.trim();
    if (words === "") return show(false);
    const search = await load().catch(() => undefined);
    if (!search) {
      // The next letter tries again.
      index = undefined;
      list.replaceChildren(make("p", { className: "soft" }, "The index could not be loaded"));
      return show(true);
    }
    // The reader has gone on while the index was loaded.
    if (words !== field.value.trim()) return;
    const found = search.search(words, SEARCH).slice(0, MOST);
    list.replaceChildren(
      ...found.map(({ id, title, page }, i) => {
        const option = make(
          "a",
          { href: new URL(id as string, docs).href, id: `found-${i}`, role: "option", tabIndex: -1 },
          String(title),
        );
        if (title !== page) option.append(make("span", { className: "soft small" }, String(page)));
        return option;
      }),
    );
    if (found.length === 0) list.append(make("p", { className: "soft" }, "Nothing found"));
    show(true);
    choose(-1);
  }

  field.addEventListener("focus", () => void load().catch(() => undefined));
  field.addEventListener("input", () => void update());
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter") (options()[chosen] ?? options()[0])?.click();
    else if (event.key === "Escape") show(false);
    else return;
    event.preventDefault();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (target instanceof Node && !list.contains(target) && target !== field) show(false);
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLElement && event.target.closest("input, textarea, select");
    if (event.key !== "/" || isTyping) return;
    event.preventDefault();
    field.focus();
  });
}

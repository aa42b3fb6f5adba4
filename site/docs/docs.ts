/** The pages of the documentation: search, blocks that run, and what scrolls sideways can be reached with the keyboard. */

import { addRunButton } from "../shared/example.js";
import { addSearch } from "./search.js";

const top = new URL(document.body.dataset.top ?? "../", location.href);

addSearch(new URL("docs/", top));
for (const example of document.querySelectorAll<HTMLElement>("figure[data-run]")) {
  addRunButton(example, new URL("package/", top));
}

/** The contents are open where there is room beside the text, or if the reader opens them. */
const contents = document.querySelector<HTMLDetailsElement>(".contents");
const wide = matchMedia("(min-width: 60rem)");
const fold = () => {
  if (contents) contents.open = wide.matches;
};
fold();
wide.addEventListener("change", fold);

// The column of the contents scrolls to this page, and the page itself stays where it is.
const side = document.querySelector<HTMLElement>(".docs-side");
const here = side?.querySelector<HTMLElement>('[aria-current="page"]');
if (side && here) side.scrollTop = here.offsetTop - side.clientHeight / 2;

const scrolling = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const scrolls = target.scrollWidth > target.clientWidth;
    if (scrolls) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  }
});
for (const part of document.querySelectorAll("pre, .scrolls")) scrolling.observe(part);

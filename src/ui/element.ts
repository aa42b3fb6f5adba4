/** Elements of a page. Nothing here reads a global: the document is that of the user's element, which may be in a frame. */

import { SpecError } from "../errors.js";
import { show } from "../model/check.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * Colours, as the value of a CSS property that a page sets: light and dark are those of the page. Without it they are of
 * middle brightness, with a contrast of at least 3 to white and to black. Lines and text have the colour of the page's text.
 */
export const COLOURS = {
  first: "var(--densely-first, #2f7bd6)",
  second: "var(--densely-second, #d9620f)",
  third: "var(--densely-third, #2e9350)",
  fourth: "var(--densely-fourth, #a65fc9)",
  positive: "var(--densely-positive, var(--densely-first, #2f7bd6))",
  negative: "var(--densely-negative, var(--densely-second, #d9620f))",
  text: "currentColor",
} as const;

/** @throws SpecError for anything but an element of a page. */
export function checkElement(element: unknown, call: string): HTMLElement {
  if ((element as Partial<HTMLElement> | null | undefined)?.nodeType === 1) return element as HTMLElement;
  throw new SpecError(
    `${call} was given ${show(element)}: give it an element of the page, such as document.querySelector("#chart").`,
  );
}

type Attributes = Readonly<Record<string, string | number>>;
type Styles = Readonly<Partial<Record<string, string>>>;

function dress<E extends HTMLElement | SVGElement>(element: E, attributes: Attributes, styles: Styles): E {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  // Unlike an attribute "style", this is allowed under every Content-Security-Policy.
  Object.assign(element.style, styles);
  return element;
}

/** Makes an element of HTML. */
export function html<K extends keyof HTMLElementTagNameMap>(
  { ownerDocument }: Node,
  name: K,
  attributes: Attributes = {},
  styles: Styles = {},
): HTMLElementTagNameMap[K] {
  return dress((ownerDocument as Document).createElement(name), attributes, styles);
}

/** Makes an element of SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  { ownerDocument }: Node,
  name: K,
  attributes: Attributes = {},
  styles: Styles = {},
): SVGElementTagNameMap[K] {
  return dress((ownerDocument as Document).createElementNS(SVG, name), attributes, styles);
}

/**
 * Makes a function that draws in the next frame, however often it is called until then: fits report more epochs than a screen
 * can show.
 */
export function inFrames({ ownerDocument }: Node, draw: () => void): () => void {
  const view = ownerDocument?.defaultView;
  let isAsked = false;
  return () => {
    if (isAsked || !view) return;
    isAsked = true;
    view.requestAnimationFrame(() => {
      isAsked = false;
      draw();
    });
  };
}

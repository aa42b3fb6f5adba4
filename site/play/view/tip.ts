/** The small window beside the pointer, with the numbers of a weight, a unit or a place. */

import { find } from "../../shared/dom.js";

const element = find("tip", HTMLElement);

/** Shows lines of text beside a place of the window. */
export function showTip(lines: readonly string[], left: number, top: number): void {
  element.textContent = lines.join("\n");
  element.hidden = false;
  const { width, height } = element.getBoundingClientRect();
  element.style.left = `${Math.max(4, Math.min(left + 14, innerWidth - width - 4))}px`;
  element.style.top = `${top + 18 + height > innerHeight ? top - height - 12 : top + 18}px`;
}

export function hideTip(): void {
  element.hidden = true;
}

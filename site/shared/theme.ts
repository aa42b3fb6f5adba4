/** The theme of the pages: automatic, light or dark, as the button in the header says; and what drawings need to know of it. */

const THEMES = ["", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const NAMES: Record<Theme, string> = { "": "automatic", light: "light", dark: "dark" };
const SIGNS: Record<Theme, string> = { "": "◐", light: "○", dark: "●" };
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

const chosen = (): Theme => THEMES.find((theme) => theme === root.style.colorScheme) ?? "";

/** True if the page is shown light on dark. */
export function isDark(): boolean {
  return chosen() === "" ? system.matches : chosen() === "dark";
}

/** Calls a function whenever the page changes between light and dark: canvases are drawn again. */
export function onTheme(listener: () => void): void {
  listeners.add(listener);
}

function notify(): void {
  for (const listener of listeners) listener();
}

function choose(button: HTMLElement, theme: Theme): void {
  root.style.colorScheme = theme;
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Browsers may refuse storage: the theme is then that of this page alone.
  }
  label(button);
  notify();
}

function label(button: HTMLElement): void {
  button.textContent = SIGNS[chosen()];
  button.ariaLabel = `Theme: ${NAMES[chosen()]}`;
  button.title = button.ariaLabel;
}

const button = document.getElementById("theme");
if (button) {
  label(button);
  button.addEventListener("click", () =>
    choose(button, THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length]),
  );
}
system.addEventListener("change", notify);

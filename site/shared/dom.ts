/** Few functions to make and find elements. */

/** Properties and attributes of a new element; a name with a dash, `role` and `for` are attributes. */
export type Properties = Readonly<Record<string, unknown>>;

function set(element: HTMLElement, name: string, value: unknown): void {
  if (value === undefined) return;
  if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, String(value));
  else Reflect.set(element, name, value);
}

/** Makes an element with properties and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(...children);
  return element;
}

/** The element with an id. @throws Error if the page has none of this class. */
export function find<Kind extends HTMLElement>(id: string, Class: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (element instanceof Class) return element;
  throw new Error(`The page has no ${Class.name} with the id "${id}".`);
}

/** Offers bytes or text as a file. */
export function download(name: string, content: BlobPart, type = "application/octet-stream"): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Lets a button copy a text, and say if it has: a page without HTTPS, or in a frame, may not be allowed to. */
export function bindCopy(button: HTMLButtonElement, text: () => string): void {
  const name = button.textContent;
  const say = (words: string) => {
    button.textContent = words;
    setTimeout(() => {
      button.textContent = name;
    }, 1500);
  };
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
      say("Copied");
    } catch {
      say("Not allowed");
    }
  });
}

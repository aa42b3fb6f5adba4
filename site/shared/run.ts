/** Runs a program in a frame of the page, where it imports densely by its name, and collects what it prints. */

import { make } from "./dom.js";

/** A running program. */
export interface Run {
  readonly frame: HTMLIFrameElement;
  /** Resolves when the program has ended, with true unless it threw. */
  readonly ended: Promise<boolean>;
}

const DOORS = [
  "core",
  "brain",
  "check",
  "lbfgs",
  "article",
  "explain",
  "formats",
  "relaxed",
  "search",
  "table",
  "tfjs",
  "threads",
  "ui",
];

/** Text that the program prints goes to its frame's parent; values are shown as Node.js shows them, as far as examples need it. */
const CONSOLE = `
const quoted = (value) => "'" + value.replaceAll("'", "\\\\'") + "'";
const isList = (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
const show = (value, depth = 0) => {
  if (typeof value === "string") return depth === 0 ? value : quoted(value);
  if (typeof value === "bigint") return value + "n";
  if (typeof value === "function") return "[Function: " + value.name + "]";
  if (value instanceof Error) return value.name + ": " + value.message;
  const inspect = value?.[Symbol.for("nodejs.util.inspect.custom")];
  if (inspect) return String(inspect.call(value));
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  const name = value.constructor === Object || Array.isArray(value) ? "" : value.constructor.name + (isList(value) ? "(" + value.length + ")" : "") + " ";
  const parts = isList(value)
    ? Array.from(value, (part) => show(part, depth + 1))
    : Object.entries(value).map(([key, part]) => (/^[\\w$]+$/.test(key) ? key : quoted(key)) + ": " + show(part, depth + 1));
  const [open, close] = isList(value) ? "[]" : "{}";
  if (parts.length === 0) return name + open + close;
  const line = name + open + " " + parts.join(", ") + " " + close;
  return line.length <= 76 ? line : name + open + "\\n  " + parts.join(",\\n").replaceAll("\\n", "\\n  ") + "\\n" + close;
};
const tell = (kind, values) => parent.postMessage({ run: RUN, kind, text: values.map((value) => show(value)).join(" ") }, "*");
for (const kind of ["log", "info", "warn", "error"]) console[kind] = (...values) => tell(kind, values);
addEventListener("error", ({ error, message }) => tell("failed", [error ?? message]));
addEventListener("unhandledrejection", ({ reason }) => tell("failed", [reason]));
`;

let runs = 0;

/**
 * Runs a program.
 * @param place the element that gets the frame. @param packageUrl the address of the built package.
 * @param print takes each line that the program prints.
 */
export function run(code: string, place: HTMLElement, packageUrl: URL, print: (line: string) => void): Run {
  const number = ++runs;
  const imports = Object.fromEntries([
    ["densely", new URL("index.js", packageUrl).href],
    ...DOORS.map((door) => [`densely/${door}`, new URL(`${door}.js`, packageUrl).href]),
  ]);
  // A program that holds "</script>" must not end the element.
  const safe = (text: string): string => text.replaceAll("</script", "<\\/script");
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  const frame = make("iframe", { title: "Output of the example", className: "run-frame" });
  frame.srcdoc = `<!doctype html><meta name="color-scheme" content="${scheme}">
    <style>body { margin: 0; font: 14px/1.5 system-ui, sans-serif }</style><body>
    <script type="importmap">${JSON.stringify({ imports })}</script>
    <script>${CONSOLE.replace("RUN", String(number))}</script>
    <script type="module" onerror="tell('failed', ['densely could not be loaded: is there a connection?'])">${safe(code)}
parent.postMessage({ run: ${number}, kind: "ended" }, "*");</script>`;
  const ended = new Promise<boolean>((resolve) => {
    const listen = ({ data, source }: MessageEvent): void => {
      // A frame that another run has replaced says nothing more.
      if (!frame.isConnected) removeEventListener("message", listen);
      if (source !== frame.contentWindow || data?.run !== number) return;
      if (data.kind === "ended") {
        resolve(true);
        return;
      }
      print(data.text);
      if (data.kind === "failed") resolve(false);
    };
    addEventListener("message", listen);
  });
  place.append(frame);
  return { frame, ended };
}

/** Stream that a course is shown on. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Styles of text on a terminal; none where it is no terminal, or NO_COLOR is set (no-color.org). */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  accent(text: string): string;
}

const none = (text: string): string => text;

const code = (on: number, off: number) => (text: string) => `\x1b[${on}m${text}\x1b[${off}m`;

/** True if the stream is a terminal that can move its cursor. */
export const isTerminal = (stream: { isTTY?: boolean }): boolean =>
  stream.isTTY === true && process.env.TERM !== "dumb";

/** The styles of a stream. */
export function styleOf(stream: { isTTY?: boolean }): Style {
  const isColoured = isTerminal(stream) && !process.env.NO_COLOR;
  if (!isColoured) return { bold: none, dim: none, good: none, bad: none, accent: none };
  return { bold: code(1, 22), dim: code(2, 22), good: code(32, 39), bad: code(31, 39), accent: code(36, 39) };
}

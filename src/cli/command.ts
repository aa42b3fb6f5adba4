/** The names of all commands. */
export const COMMAND_NAMES = [
  "train",
  "predict",
  "evaluate",
  "explain",
  "info",
  "export",
  "compare",
  "work",
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];

/** Options of the command line, by the names that follow --. Each command takes some of them. */
export interface Options {
  target?: string[];
  task?: "classification" | "regression";
  output?: string;
  format?: "csv" | "tsv" | "json" | "jsonl";
  to?: "js" | "ts" | "c" | "onnx" | "tfjs";
  decimal?: "." | ",";
  columns?: Record<string, "number" | "category" | "date" | "text" | "ignore">;
  missing?: string[];
  groups?: string;
  time?: string;
  recipe?: "starts" | "realmlp" | "lbfgs";
  transform?: "none" | "log";
  seed?: number;
  folds?: number;
  ensemble?: number;
  epochs?: number;
  test?: number;
  html?: string;
  json?: boolean;
  raw?: boolean;
  resume?: boolean;
  redis?: string;
  concurrency?: number;
  "max-bytes"?: number;
  prefix?: string;
  source?: string[];
}

/** Checked arguments of a command. */
export interface Given {
  /** Files and other words, as many as the command takes. */
  words: string[];
  options: Options;
}

export type Command = (given: Given) => Promise<void>;

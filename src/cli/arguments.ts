import { parseArgs } from "node:util";
import type { CommandName, Given, Options } from "./command.js";
import { UsageError } from "./failure.js";

/** How one option is read. @throws UsageError for a value that it does not take. */
interface OptionKind<T> {
  takes: "value" | "values" | "nothing";
  read(texts: string[], name: string): T;
}

const flag: OptionKind<boolean> = { takes: "nothing", read: () => true };

const text: OptionKind<string> = {
  takes: "value",
  read: ([value], name) => {
    if (value !== "") return value;
    throw new UsageError(`--${name} is empty: give it a value.`);
  },
};

/** Several texts, each in an option of its own. */
const names: OptionKind<string[]> = {
  takes: "values",
  read(values, name) {
    if (values.every((value) => value !== "")) return values;
    throw new UsageError(`--${name} is empty: give it the name of a column.`);
  },
};

/** Several texts, each in an option of its own or separated by commas. */
const texts: OptionKind<string[]> = {
  takes: "values",
  read: (values) => values.flatMap((value) => value.split(",")).filter((value) => value !== ""),
};

const oneOf = <const N extends string>(names: readonly N[]): OptionKind<N> => ({
  takes: "value",
  read: ([value], name) => {
    const found = names.find((other) => other === value);
    if (found !== undefined) return found;
    throw new UsageError(`--${name} is ${JSON.stringify(value)}: give one of ${names.join(", ")}.`);
  },
});

const whole = (least: number): OptionKind<number> => ({
  takes: "value",
  read: ([value], name) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && Number.isSafeInteger(number) && number >= least) return number;
    throw new UsageError(`--${name} is ${JSON.stringify(value)}: give a whole number of at least ${least}.`);
  },
});

const share: OptionKind<number> = {
  takes: "value",
  read: ([value], name) => {
    const number = Number(value);
    if (value.trim() !== "" && number >= 0 && number <= 0.9) return number;
    throw new UsageError(`--${name} is ${JSON.stringify(value)}: give a share of the rows from 0 to 0.9.`);
  },
};

const COLUMN_KINDS = ["number", "category", "date", "text", "ignore"] as const;

/** Kinds of columns: zip=category, separated by commas or in several options. */
const kinds: OptionKind<NonNullable<Options["columns"]>> = {
  takes: "values",
  read: (values, name) =>
    Object.fromEntries(
      values
        .flatMap((value) => value.split(/,(?=[^,]*=)/))
        .map((pair) => {
          const at = pair.lastIndexOf("=");
          const kind = COLUMN_KINDS.find((other) => other === pair.slice(at + 1));
          if (at > 0 && kind !== undefined) return [pair.slice(0, at), kind];
          throw new UsageError(
            `--${name} is ${JSON.stringify(pair)}: give a column and its kind, as in zip=category; kinds are ${COLUMN_KINDS.join(", ")}.`,
          );
        }),
    ),
};

const OPTIONS: { readonly [K in keyof Options]-?: OptionKind<NonNullable<Options[K]>> } = {
  target: names,
  task: oneOf(["classification", "regression"]),
  output: text,
  format: oneOf(["csv", "tsv", "json", "jsonl"]),
  to: oneOf(["js", "ts", "c", "onnx", "tfjs"]),
  decimal: oneOf([".", ","]),
  columns: kinds,
  missing: texts,
  groups: text,
  time: text,
  recipe: oneOf(["starts", "realmlp", "lbfgs"]),
  transform: oneOf(["none", "log"]),
  seed: whole(0),
  folds: whole(2),
  ensemble: whole(1),
  epochs: whole(1),
  test: share,
  html: text,
  json: flag,
  raw: flag,
  resume: flag,
  redis: text,
  concurrency: whole(1),
  "max-bytes": whole(1),
  prefix: text,
  source: texts,
};

type OptionName = keyof Options;

const TRAINING: readonly OptionName[] = [
  ...(["target", "task", "format", "decimal", "columns", "missing", "groups", "time"] as const),
  ...(["recipe", "transform", "seed", "folds", "ensemble", "epochs"] as const),
];

/** The words that a command takes, and its options. */
const SHAPES: Readonly<Record<CommandName, { words: readonly string[]; options: readonly OptionName[] }>> = {
  train: { words: ["TABLE"], options: [...TRAINING, "test", "output", "html", "json", "resume"] },
  compare: { words: ["TABLE"], options: [...TRAINING, "json"] },
  predict: { words: ["MODEL", "TABLE"], options: ["format", "decimal", "json", "raw"] },
  evaluate: { words: ["MODEL", "TABLE"], options: ["format", "decimal", "json"] },
  explain: { words: ["MODEL", "ROW"], options: ["format", "decimal", "json"] },
  info: { words: ["MODEL"], options: ["json"] },
  export: { words: ["MODEL"], options: ["to", "output"] },
  work: { words: [], options: ["redis", "concurrency", "max-bytes", "prefix", "source"] },
};

const SHORT: Partial<Record<OptionName, string>> = { target: "t", output: "o" };

/** Reads the arguments of a command. @throws UsageError */
export function readArguments(command: CommandName, args: readonly string[]): Given {
  const shape = SHAPES[command];
  const { values, positionals } = parse(command, args);
  if (positionals.length !== shape.words.length) {
    const many = positionals.length > shape.words.length;
    throw new UsageError(
      many
        ? `${command} was given ${JSON.stringify(positionals[shape.words.length])} too: give ${shape.words.join(" and ") || "options alone"}.`
        : `${command} lacks ${shape.words[positionals.length]}: use densely ${command} ${shape.words.join(" ")}.`,
    );
  }
  const read = Object.entries(values).map(([name, value]) => [
    name,
    readOption(name as OptionName, [value].flat().map(String)),
  ]);
  return { words: positionals, options: Object.fromEntries(read) };
}

/** The value of an option. @throws UsageError for one that is given twice and takes one value. */
function readOption(name: OptionName, given: string[]): unknown {
  const { takes, read } = OPTIONS[name];
  if (takes !== "value" || given.length === 1) return read(given, name);
  const [first, second] = given.map((value) => JSON.stringify(value));
  throw new UsageError(`--${name} is ${first} and ${second}: give it once.`);
}

function parse(command: CommandName, args: readonly string[]) {
  const names = SHAPES[command].options;
  const options = Object.fromEntries(
    names.map((name) => {
      const { takes } = OPTIONS[name];
      const short = SHORT[name];
      return [
        name,
        {
          type: takes === "nothing" ? ("boolean" as const) : ("string" as const),
          multiple: takes !== "nothing",
          ...(short && { short }),
        },
      ];
    }),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const option = /'(-[^' ]*)/.exec((error as Error).message)?.[1] ?? "An option";
    const known = names.map((name) => `--${name}`).join(" ");
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === "ERR_PARSE_ARGS_UNKNOWN_OPTION"
        ? `${command} has no option ${option}: it has ${known}.`
        : `${(error as Error).message.split(". ")[0]}.`,
    );
  }
}

import { COMMAND_NAMES, type CommandName } from "./command.js";

export const isCommand = (name: string): name is CommandName =>
  COMMAND_NAMES.some((command) => command === name);

export const HELP = `densely: a table in, a model out

  densely train TABLE --target COLUMN     trains a model and writes TABLE.safetensors
  densely predict MODEL TABLE             writes the table with prediction and probability
  densely evaluate MODEL TABLE            scores a model on rows that have the target
  densely explain MODEL ROW               shows how much each column adds to one prediction
  densely info MODEL                      describes a model
  densely export MODEL --to FORMAT        writes it as js, ts or onnx
  densely compare TABLE --target COLUMN   scores it against a linear model and a guess
  densely work --redis URL                trains for other machines (densely/bullmq)

A table is a .csv, .tsv, .json or .jsonl file, also with .gz, or - for the standard input.
densely COMMAND --help lists the options. Exit codes: 0, 1 for a failure, 2 for wrong use, 130 after Ctrl-C.
`;

const TRAINING = `  -t, --target COLUMN     the column to predict; given several times, or as a,b, for several
  --columns NAME=KIND     what columns are: number, category, date, text or ignore (zip=category,id=ignore)
  --missing NA,?          texts that stand for a missing value, besides the empty one
  --decimal ,             the mark before decimals, as in 3,14; default: a point
  --task TASK             classification or regression; default: by the target's values
  --groups COLUMN         rows of a group, such as a patient, are tested together
  --time COLUMN           the latest rows are the test
  --folds N               tests every row, by N models that have not seen it; default 5 below 1,000 rows
  --ensemble N            networks whose predictions are averaged
  --epochs N              rounds of training
  --recipe NAME           starts, realmlp or lbfgs; default: by the number of rows
  --transform log         learns the logarithm of a positive target
  --seed N                determines everything random; default 0
  --format FORMAT         csv, tsv, json or jsonl; default: by the file's name, csv for -
  --json                  prints the report as JSON`;

const TEXTS: Readonly<Record<CommandName, string>> = {
  train: `densely train TABLE --target COLUMN

Trains a model, tests it and writes it to a file.

${TRAINING}
  --test SHARE            share of the rows that is kept for the test; default 0.2 from 1,000 rows, 0 for none
  -o, --output FILE       the model's file; default: the table's name with .safetensors, in this folder
  --html FILE             writes the report as a page, too
  --resume                goes on where Ctrl-C stopped the same command
`,
  compare: `densely compare TABLE --target COLUMN

Scores a model, a linear model and the best guess without columns on the same folds.

${TRAINING}
`,
  predict: `densely predict MODEL TABLE > OUT

Writes the rows of a table with the columns prediction and, for classes, probability. It reads and writes row after
row, so that tables of any length fit. Fields that start with = + - @ or a tab and are no numbers get an apostrophe
in front, so that spreadsheets do not run them as formulas.

  --format FORMAT         csv, tsv, json or jsonl; default: by the file's name, csv for -
  --decimal .             the mark before decimals; default: as in the table that the model was trained on
  --json                  writes a JSON object a line
  --raw                   keeps fields that spreadsheets would run as formulas
`,
  evaluate: `densely evaluate MODEL TABLE

Scores a model on rows that have the target.

  --format FORMAT         csv, tsv, json or jsonl; default: by the file's name, csv for -
  --decimal .             the mark before decimals; default: as in the table that the model was trained on
  --json                  prints the measures as JSON
`,
  explain: `densely explain MODEL ROW

Shows how much each column adds to the prediction for one row, compared with the median row.
ROW is a file with a JSON object, or a table whose first row is taken; - for the standard input.

  --format FORMAT         csv, tsv, json or jsonl; default: by the file's name, csv for -
  --decimal .             the mark before decimals; default: as in the table that the model was trained on
  --json                  prints the explanation as JSON
`,
  info: `densely info MODEL

Describes a model: its columns, how it was trained and its score.

  --json                  prints its plan as JSON
`,
  export: `densely export MODEL --to FORMAT

Writes a model for other programs: js or ts, a module without imports that takes records; onnx. Of a file of one network
(network.save()) also c and tfjs.

  --to FORMAT             js, ts, c, onnx or tfjs
  -o, --output FILE       default: the model's name with the ending of the format; - for the standard output
`,
  work: `densely work --redis URL

Trains what other processes send through Redis: see cluster of densely/bullmq. It needs the packages bullmq and ioredis. It
ends on Ctrl-C, after the jobs in hand; a job of a process that dies goes to another one.

  --redis URL             such as rediss://user:password@host:6380; default: the variable REDIS_URL, or this machine
  --concurrency N         jobs at a time, each in a thread of its own; default: the cores of the machine
  --max-bytes N           refuses jobs with larger arrays or networks; default 1073741824
  --source PLACE          folder or address below which jobs may read data; may be given several times; default: none
  --prefix TEXT           prefix of all keys in Redis; default densely
`,
};

/** The help of one command. */
export const helpOf = (command: CommandName): string => TEXTS[command];

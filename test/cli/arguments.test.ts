/** Words of the command line: exit codes, and sentences about wrong ones. */

import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { readArguments } from "../../src/cli/arguments.js";
import { densely, folder, PENGUINS } from "./tools.js";

const file = folder();

describe("options", () => {
  test("are read by their kinds", () => {
    const words = [
      "t.csv",
      "-t",
      "y",
      "--columns",
      "zip=category,a=b=date",
      "--columns",
      "id=ignore",
      "--missing",
      "NA,?",
    ];
    expect(readArguments("train", [...words, "--seed", "7", "--folds=5", "--test", "0.1", "--json"])).toEqual(
      {
        words: ["t.csv"],
        options: {
          target: ["y"],
          columns: { zip: "category", "a=b": "date", id: "ignore" },
          missing: ["NA", "?"],
          seed: 7,
          folds: 5,
          test: 0.1,
          json: true,
        },
      },
    );
  });
});

describe("wrong use ends with 2 and one sentence", () => {
  test.each([
    [
      ["fly"],
      '"fly" is no command: use one of train, predict, evaluate, explain, info, export, compare, work.',
    ],
    [["train"], "train lacks TABLE: use densely train TABLE."],
    [["train", "a.csv", "b.csv"], 'train was given "b.csv" too: give TABLE.'],
    [["train", PENGUINS], "--target is missing: name the column to predict, as in --target species."],
    [["train", PENGUINS, "--targett", "y"], "train has no option --targett: it has --target "],
    [["train", PENGUINS, "-t", "a", "--seed", "1", "--seed=2"], '--seed is "1" and "2": give it once.'],
    [["train", PENGUINS, "-t", "species,sex,sex"], '--target is "sex" twice: name each column once.'],
    [
      ["train", PENGUINS, "-t", "species", "-t", "year", "-t", "body_mass_g"],
      '--target is "species", which has classes, and "body_mass_g", which is a number: train a model for each, or say --task for both.',
    ],
    [["train", tmpdir(), "-t", "y"], " is a folder: give the file of a table."],
    [["train", PENGUINS, "-t", ""], "--target is empty: give it the name of a column."],
    [["train", PENGUINS, "-t", "species", "-o", tmpdir()], ", which is a folder: give the path of a file."],
    [
      ["train", PENGUINS, "-t", "species", "-o", "/nowhere/m.safetensors"],
      "--output is /nowhere/m.safetensors, but there is no folder /nowhere: make it first.",
    ],
    [
      ["train", PENGUINS, "-t", "species", "--html", "/nowhere/m.html"],
      "--html is /nowhere/m.html, but there is no folder /nowhere: make it first.",
    ],
    [
      ["train", PENGUINS, "-t", "species", "--folds", "1"],
      '--folds is "1": give a whole number of at least 2.',
    ],
    [
      ["train", PENGUINS, "-t", "species", "--seed", "x"],
      '--seed is "x": give a whole number of at least 0.',
    ],
    [
      ["train", PENGUINS, "-t", "species", "--test", "2"],
      '--test is "2": give a share of the rows from 0 to 0.9.',
    ],
    [
      ["train", PENGUINS, "-t", "species", "--columns", "zip"],
      '--columns is "zip": give a column and its kind, as in zip=category',
    ],
    [
      ["train", PENGUINS, "-t", "species", "--task", "x"],
      '--task is "x": give one of classification, regression.',
    ],
    [
      ["train", file("a.xlsx", "x"), "-t", "y"],
      "a.xlsx ends in no known format: say --format csv, tsv, json or jsonl.",
    ],
    [["train", PENGUINS, "-t", "species", "-o", PENGUINS], ", which is the table: give another path."],
    [
      ["train", PENGUINS, "-t", "species", "--transform", "log"],
      "--transform is of numbers, and the target has classes",
    ],
    [["export", "m.safetensors"], "--to is missing: give js, ts, c, onnx or tfjs."],
    [["predict", "m", "--seed", "1"], "predict has no option --seed"],
    [["train", "--target"], "argument missing"],
    [["work", "redis://host"], 'work was given "redis://host" too: give options alone.'],
    [
      ["work", "--redis", "host:6379"],
      "--redis, or REDIS_URL, is no address of Redis: give one that begins with redis://",
    ],
    [["work", "--concurrency", "0"], '--concurrency is "0": give a whole number of at least 1.'],
  ])("%j", async (words, sentence) => {
    const { stdout, stderr, code } = await densely(...words);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
  });

  test("no words show the help", async () => {
    const { stdout, code } = await densely();
    expect(stdout).toContain("densely train TABLE --target COLUMN");
    expect(code).toBe(2);
  });
});

describe("a failure ends with 1 and one sentence", () => {
  const text = file("a.csv", "a,y\n1,u\nx,v\n");
  test.each([
    [["train", "/nowhere/a.csv", "-t", "y"], "/nowhere/a.csv does not exist: check the path."],
    [["train", "/nowhere/a", "-t", "y"], "/nowhere/a does not exist: check the path."],
    [["train", PENGUINS, "-t", "colour"], 'has no column "colour": it has "island", '],
    [
      ["train", PENGUINS, "-t", "Species"],
      'has no column "Species": did you mean "species"? it has "island", ',
    ],
    [["predict", tmpdir(), text], " is a folder: give the file of a model."],
    [["train", PENGUINS, "-t", "species", "--columns", "colour=text"], 'no column "colour"'],
    [["train", PENGUINS, "-t", "species", "--task", "regression"], 'line 2, column "species" is "Adelie"'],
    [
      ["train", text, "-t", "y", "--columns", "a=date"],
      'Column "a" is "1" in line 2: it is a column of dates',
    ],
    [["predict", "/nowhere/m.safetensors", text], "/nowhere/m.safetensors does not exist"],
    [["predict", text, text], "is no model of densely train: "],
    [["info", text], "is no model of densely train: "],
  ])("%j", async (words, sentence) => {
    const { stderr, code } = await densely(
      ...words,
      ...(words[0] === "train" ? ["-o", file("m.safetensors")] : []),
    );
    expect(stderr).toContain(sentence);
    expect(
      stderr
        .trim()
        .split("\n")
        .filter((line) => line.startsWith("densely: ")),
    ).toHaveLength(1);
    expect(code).toBe(1);
  });
});

test("--help of the program and of each command, and --version", async () => {
  const { stdout, code } = await densely("--help");
  const names = [...stdout.matchAll(/^ {2}densely (\w+)/gm)].map(([, name]) => name);
  expect(names).toEqual(["train", "predict", "evaluate", "explain", "info", "export", "compare", "work"]);
  expect(code).toBe(0);
  for (const name of names) {
    const help = await densely(name, "--help");
    expect(help.stdout).toContain(`densely ${name} `);
    // Each option that the help names is one.
    for (const [option] of help.stdout.matchAll(/--[a-z-]+(?= |$)/gm)) {
      if (option !== "--help")
        expect(() => readArguments(name as "train", [option, "1"])).not.toThrow(/has no option/);
    }
  }
});

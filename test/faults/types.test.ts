/** The types take what is right and refuse what is wrong, under the settings that people have. */

import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";

const BASE: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.esnext.disposable.d.ts"],
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

const PROGRAM = /test\/faults\/types-program-(\d+)\.ts$/;
const HEAD = `
import { checkGradients } from "../../src/check.js";
import { Network, dense, dropout, adam, piecewise, warmup, type FitOptions, type NetworkOptions, type EarlyStopping, type History } from "../../src/index.js";
declare const network: Network;
declare const maybe: undefined | number;
`;

const parsed = new Map<string, ts.SourceFile | undefined>();

/** Diagnostics of the compiler for each of some programs that import the sources, of the programs alone. */
function diagnose(codes: readonly string[], options: ts.CompilerOptions = {}): string[][] {
  const settings = { ...BASE, ...options };
  const host = ts.createCompilerHost(settings);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (name, version) => {
    const program = PROGRAM.exec(name);
    if (program) return ts.createSourceFile(name, HEAD + codes[Number(program[1])], version);
    if (!parsed.has(name)) parsed.set(name, getSourceFile.call(host, name, version));
    return parsed.get(name);
  };
  host.fileExists = (name) => PROGRAM.test(name) || fileExists.call(host, name);
  const names = codes.map((_, i) => `test/faults/types-program-${i}.ts`);
  const program = ts.createProgram(names, settings, host);
  return names.map((name) => {
    const source = program.getSourceFile(name);
    const lines = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return lines.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  });
}

const settings: [string, ts.CompilerOptions][] = [
  ["strict", {}],
  ["exactOptionalPropertyTypes", { exactOptionalPropertyTypes: true }],
  ["noUncheckedIndexedAccess", { noUncheckedIndexedAccess: true }],
  ["not strict", { strict: false }],
];

describe("Right programs compile", () => {
  const right: [string, string][] = [
    [
      "readonly number[]",
      "declare const x: readonly number[]; network.predict(x); network.fit(x, x); network.evaluate(x, x);",
    ],
    [
      "readonly rows",
      "declare const x: readonly (readonly number[])[]; network.predict(x); network.fitSync(x, x); network.gradients(x, x);",
    ],
    [
      "as const",
      "const x = [[0, 0], [0, 1]] as const; const y = [0, 1] as const; network.fit(x, y, { sampleWeight: [1, 2] as const, validationData: [x, y] as const });",
    ],
    ["sizes as const", "const sizes = [2, 4, 1] as const; new Network(sizes);"],
    ["readonly typed rows", "declare const x: readonly Float32Array[]; network.predict(x);"],
    ["mutable rows", "const x: number[][] = [[1]]; network.fit(x, x); checkGradients(network, x, x);"],
    ["parameters as readonly rows", "network.setParams({ W1: [[1, 2]] as const, b1: [1] as const });"],
    [
      "functions of the step, wherever there may be a schedule",
      `
      adam({ learningRate: (step) => 0.1 / (1 + step), weightDecay: (step) => step / 1e6 }); dropout((step) => step / 1e6);
      network.learningRate = (step) => step; adam({ learningRate: warmup({ steps: 5, after: (step) => step }) });
      new Network({ inputs: 1, layers: [dense(1)], optimizer: { type: "sgd", learningRate: (step) => step } });`,
    ],
    ["readonly rates", "declare const rates: readonly number[]; piecewise({ boundaries: rates, rates });"],
    ["layers as const", 'new Network({ inputs: 2, layers: [dense(1, "relu"), dropout()] as const });'],
    [
      "options from elsewhere",
      "const options: FitOptions = { epochs: 3 }; network.fit([1], [1], { ...options, epochs: 4 });",
    ],
    [
      "undefined in every option of fit",
      `
      const undef = undefined;
      network.fit([1], [1], { epochs: undef, initialEpoch: undef, batchSize: undef, stepsPerEpoch: undef, shuffle: undef, validationSplit: undef,
        validationData: undef, sampleWeight: undef, classWeight: undef, metrics: undef, earlyStopping: undef, maxSteps: undef,
        onCheckpoint: undef, checkpointEvery: undef, onTrainBegin: undef, onEpoch: undef, onBatch: undef, onTrainEnd: undef, worker: undef, signal: undef });`,
    ],
    [
      "undefined in the options of others",
      `
      const undef = undefined;
      new Network({ inputs: 1, layers: [dense(1, undef, { init: undef, bias: undef, l1: undef, l2: undef, maxNorm: undef, trainable: undef })], loss: undef, optimizer: undef, seed: undef, inputScale: undef, math: undef });
      adam({ learningRate: undef, beta1: undef }); network.predict([1], { out: undef }); network.evaluate([1], [1], { metrics: undef, sampleWeight: undef });
      const stopping: EarlyStopping = { monitor: undef, mode: undef, patience: undef, minDelta: undef, restoreBest: undef };
      network.gradients([1], [1], { training: undef }); Network.load(new Uint8Array(1), { math: undef }); network.explain({ batchSize: undef });`,
    ],
    [
      "a number that may be missing",
      "network.fit([1], [1], { epochs: maybe }); adam({ learningRate: maybe });",
    ],
    [
      "the measures that were asked for are numbers",
      `
      const { loss, accuracy, f1 } = network.evaluate([1], [1], { metrics: ["accuracy", "f1"] });
      const sum: number = loss + accuracy + f1;
      const r2: number = network.evaluate([1], [1], { metrics: ["r2"] as const }).r2;
      const k: number = network.evaluate([1], [1], { metrics: [{ type: "topKAccuracy", k: 3 }] }).topKAccuracy;
      const table = network.evaluate([1], [1], { metrics: ["confusionMatrix"] }).confusionMatrix.length;`,
    ],
    [
      "metrics from elsewhere",
      'const metrics: ("accuracy" | "f1")[] = ["accuracy"]; const value: number | undefined = network.evaluate([1], [1], { metrics }).accuracy;',
    ],
    [
      "a source",
      `
      async function* batches() { yield [[1, 2], [0]] as [number[], number[]]; }
      network.fit(batches(), { epochs: 1, stepsPerEpoch: 1 });
      function* more() { yield [Float32Array.of(1), Int32Array.of(0)] as const; }
      network.fitSync(more());`,
    ],
    [
      "epochs of a loop",
      "async function f() { for await (const { epoch, loss, valLoss } of network.epochs([1], [1])) { const a: number = epoch + loss; const b: number | undefined = valLoss; } }",
    ],
    [
      "the history",
      "async function f() { const h: History = await network.fit([1], [1]); const a: number[] = h.loss; const s: string = h.stopped; }",
    ],
    ["using", "{ using own = new Network([1, 1]); own.step; }"],
    [
      "bytes go where bytes go",
      "const bytes = network.save(); new Blob([bytes]); fetch('/', { method: 'POST', body: bytes }); Network.load(bytes); Network.load(bytes.buffer);",
    ],
    [
      "typed data of every kind",
      `
      for (const x of [new Float32Array(1), new Float64Array(1), new Int8Array(1), new Uint8Array(1), new Uint8ClampedArray(1), new Int16Array(1), new Uint16Array(1), new Int32Array(1), new Uint32Array(1)]) network.predict(x);`,
    ],
    [
      "options given as a type",
      "const options: NetworkOptions = { inputs: 1, layers: [dense(1)] }; new Network(options);",
    ],
  ];
  describe.each(settings)("%s", (_, options) => {
    let found: string[][];
    beforeAll(() => {
      const codes = right.map(([, code]) => code);
      found = diagnose(codes, options);
    });
    test.each(right.map(([title], i) => [title, i] as const))("%s", (_, i) => {
      expect(found[i]).toEqual([]);
    });
  });

  test("lib es2022 without esnext.disposable", () => {
    const lib = ["lib.es2022.d.ts", "lib.dom.d.ts"];
    expect(diagnose(["network.dispose(); network.predict([1]);"], { lib })).toEqual([[]]);
  });
});

describe("Wrong programs are told in few lines", () => {
  const wrong: [string, string][] = [
    ["a text", 'network.fit("1,2", [1]);'],
    ["rows of text", 'network.fit([["1", "2"]], [1]);'],
    ["null among numbers", "network.fit([[1, null]], [1]);"],
    ["an object", "network.fit({ a: 1 }, [1]);"],
    ["text for predict", 'network.predict("1");'],
    ["an unknown option", "network.fit([1], [1], { epoch: 1 });"],
    ["a function of the step that gives text", 'adam({ learningRate: () => "0.1" });'],
    ["an unknown activation", 'dense(1, "rleu");'],
    ["an unknown metric", 'network.evaluate([1], [1], { metrics: ["acuracy"] });'],
    [
      "a measure that was not asked for",
      'const value: number = network.evaluate([1], [1], { metrics: ["f1"] }).accuracy;',
    ],
    ["BigInts", "network.predict(new BigInt64Array(2));"],
  ];
  let found: string[][];
  beforeAll(() => {
    const codes = wrong.map(([, code]) => code);
    found = diagnose(codes);
  });
  test.each(wrong.map(([title, code], i) => [title, code, i] as const))("%s", (_, code, i) => {
    const [first, ...more] = found[i];
    expect(first).toBeTypeOf("string");
    // One for each wrong value.
    for (const other of more) expect(other).toBe(first);
    // Whoever gave a wrong x wants to hear of numbers, not of sources.
    if (/fit\(("|\[\[|\{ a)/.test(code))
      expect(first).not.toMatch(/Iterable<Batch>|\[Symbol\.(async)?[iI]terator\]/);
    expect(first.split("\n").length).toBeLessThanOrEqual(7);
  });
});

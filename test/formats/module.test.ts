import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { SpecError } from "../../src/errors.js";
import { toModule } from "../../src/formats/module.js";
import { Network } from "../../src/index.js";
import { ACTIVATIONS } from "../../src/model/names.js";
import { outputsOf, type SpecOptions } from "../../src/model/spec.js";
import { activation, dense, dropout } from "../../src/program/layers/index.js";
import { expectError, floats, toRows, wrong } from "../helpers.js";
import { expectPredictions, paramsOf, randomOptions, VERSION_1 } from "../storage/networks.js";

const folder = mkdtempSync(join(tmpdir(), "densely-module-"));

/** A layer after each activation; wide enough that layerNorm does not magnify the last digits. */
const EVERYTHING: SpecOptions = {
  ...VERSION_1,
  layers: VERSION_1.layers.map((layer) => (layer.type === "dense" ? { ...layer, units: 16 } : layer)),
};

const NETWORKS: (SpecOptions | readonly number[])[] = [
  [10, 10, 10, 10, 3],
  [50, 40, 7],
  EVERYTHING,
  { inputs: 3, layers: [dropout()] },
  { inputs: 3, layers: [activation("softmax")] },
  ...ACTIVATIONS.map((name) => ({ inputs: 5, layers: [dense(4, name)], loss: "huber" as const })),
  ...Array.from({ length: 20 }, (_, seed) => randomOptions(seed)),
];

function networkOf(options: SpecOptions | readonly number[]): Network {
  const network = new Network(options);
  network.setParams(paramsOf(network.spec, 9));
  return network;
}

interface Module {
  predict(inputs: ArrayLike<number> | readonly ArrayLike<number>[]): Float32Array;
}

let files = 0;

async function run(source: string): Promise<Module> {
  const file = join(folder, `${files++}.mjs`);
  writeFileSync(file, source);
  return import(pathToFileURL(file).href);
}

/** Expects the outputs of network.predict within rounding, and the same largest output in every row. */
function expectSame(network: Network, outputs: ArrayLike<number>, x: Float32Array | Uint8Array): void {
  expectPredictions(network, outputs, x);
  const width = outputsOf(network.spec);
  const classes = (values: ArrayLike<number>) =>
    toRows(values, width).map((row) => row.indexOf(Math.max(...row)));
  expect(classes(outputs)).toEqual(classes(network.predict(x)));
}

describe("toModule: JavaScript", () => {
  it.each(NETWORKS.map((options, i) => [i, options] as const))(
    "predicts as network %i",
    async (_, options) => {
      const network = networkOf(options);
      const { predict } = await run(toModule(network));
      const { inputs } = network.spec;
      const x = floats(20 * inputs, 4, 3);
      expectSame(network, predict(x), x);
    },
  );

  it("takes rows and bytes as predict", async () => {
    const network = networkOf([4, 3, 2]);
    const { predict } = await run(toModule(network));
    const x = floats(8, 1);
    expect(predict(toRows(x, 4))).toEqual(predict(x));
    expect(predict([x.subarray(0, 4), x.subarray(4)])).toEqual(predict(x));
    const bytes = Uint8Array.of(0, 255, 17, 128);
    expectSame(network, predict(bytes), bytes);
    expectSame(network, predict([bytes]), bytes);
    expect(() => predict([1, 2, 3])).toThrow(/3 values.*4 per row/);
  });

  it("is under 12 kB for 10-10-10-10-3, and linear in the number of parameters", () => {
    expect(toModule(networkOf([10, 10, 10, 10, 3])).length).toBeLessThan(12_000);
    const length = (units: number) => toModule(networkOf([100, units, 1])).length;
    const [once, twice, thrice] = [500, 1000, 1500].map(length);
    expect((thrice - twice) / (twice - once)).toBeCloseTo(1, 2);
    expect((twice - once) / (500 * 102)).toBeLessThan(5.5);
  });

  it("carries every bit, as literals and as base64", async () => {
    for (const units of [1, 600]) {
      const network = new Network({ inputs: 2, layers: [dense(units)] });
      const b1 = floats(units, 2).fill(0);
      const W1 = floats(2 * units, 3, 3e38);
      W1.set([1e-45, -1.17549435e-38]);
      network.setParams({ W1, b1 });
      const { predict } = await run(toModule(network));
      const [first, second] = [predict([1, 0]), predict([0, 1])];
      expect(Float32Array.from(W1, (_, i) => (i % 2 ? second : first)[i >> 1])).toEqual(W1);
    }
  });

  it("needs no host: runs with only the globals of the language, and where code from text is forbidden", () => {
    for (const sizes of [
      [10, 10, 3],
      [100, 20, 3],
    ]) {
      const network = networkOf(sizes);
      const script = `${toModule(network).replace("export function", "function")}\npredict`;
      const contextCodeGeneration = { strings: false, wasm: false };
      const predict = runInNewContext(script, {}, { contextCodeGeneration }) as Module["predict"];
      const x = floats(2 * sizes[0], 1);
      expectSame(network, predict(Array.from(x)), x);
    }
  });

  it("refuses unknown formats and options, and anything but a network", async () => {
    const network = networkOf([2, 1]);
    await expectError(() => toModule(network, wrong({ format: "tsx" })), SpecError, ["tsx", "ts"]);
    await expectError(() => toModule(network, wrong({ formta: "js" })), SpecError, ["formta"]);
    await expectError(() => toModule(wrong(7)), SpecError, ["toModule", "7"]);
  });
});

describe("toModule: TypeScript", () => {
  const networks = [EVERYTHING, [50, 40, 7]].map(networkOf);

  it("passes the strict compiler, with no types except the language's own", () => {
    const sources = new Map(
      networks.map((network, i) => [`/network${i}.ts`, toModule(network, { format: "ts" })]),
    );
    const options: ts.CompilerOptions = {
      strict: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      noImplicitReturns: true,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts"],
      types: [],
      noEmit: true,
    };
    const host = ts.createCompilerHost(options);
    const readFile = host.readFile.bind(host);
    host.readFile = (path) => sources.get(path) ?? readFile(path);
    const getSourceFile = host.getSourceFile.bind(host);
    host.getSourceFile = (path, target) => {
      const text = sources.get(path);
      return text === undefined ? getSourceFile(path, target) : ts.createSourceFile(path, text, target);
    };
    const program = ts.createProgram([...sources.keys()], options, host);
    const messages = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
    expect(messages).toEqual([]);
    expect(program.getSourceFile("/network0.ts")?.text).toContain("inputs: ArrayLike<number");
  });

  it("is the JavaScript with types", () => {
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
    const compile = (source: string) => ts.transpileModule(source, { compilerOptions }).outputText;
    for (const network of networks) {
      expect(compile(toModule(network, { format: "ts" }))).toBe(compile(toModule(network)));
    }
  });
});

describe("toModule: C", () => {
  it("writes every parameter as a literal of a float: with a point or an exponent, and an f", () => {
    const network = new Network({ inputs: 4, layers: [dense(1)] });
    network.setParams({ W1: [3, -0.5, 1e-15, -(2 ** 70)], b1: [0] });
    const [, table] = /parameters\[5\] = \{\s*([^}]*?),?\s*\}/.exec(toModule(network, { format: "c" })) ?? [];
    expect(table.split(/,\s*/)).toEqual(["3.0f", "-0.5f", "1e-15f", "-1.18059162e+21f", "0.0f"]);
  });
});

const STRICT_C =
  "-std=c99 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wdouble-promotion -Wshadow -Wmissing-prototypes -Werror";
const hasCompiler = spawnSync("cc", ["--version"]).status === 0;

describe.skipIf(!hasCompiler)("toModule: C (skipped without a C compiler named cc)", () => {
  it("compiles without warnings and predicts as each network", () => {
    const rows = 5;
    const sources = NETWORKS.map((options, i) => {
      const network = networkOf(options);
      const path = join(folder, `network${i}.c`);
      writeFileSync(path, toModule(network, { format: "c" }).replaceAll("predict(", `predict${i}(`));
      const { inputs } = network.spec;
      const x = floats(rows * inputs, 6, 3);
      return { path, network, x, inputs, outputs: outputsOf(network.spec) };
    });
    const calls = sources.map(
      ({ x, inputs, outputs }, i) => `void predict${i}(const float *, float *);
static void run${i}(void) {
  static const float x[] = {${Array.from(x, (value) => `${value.toExponential(8)}f`)}};
  float y[${outputs}];
  for (int r = 0; r < ${rows}; r++) {
    predict${i}(x + r * ${inputs}, y);
    for (int j = 0; j < ${outputs}; j++) printf("%.9g ", (double)y[j]);
  }
  printf("\\n");
}`,
    );
    const main = join(folder, "main.c");
    const body = sources.map((_, i) => `run${i}();`).join(" ");
    writeFileSync(main, `#include <stdio.h>\n${calls.join("\n")}\nint main(void) { ${body} return 0; }\n`);
    const program = join(folder, "program");
    const files = [...sources.map(({ path }) => path), main];
    execFileSync("cc", [...STRICT_C.split(" "), ...files, "-o", program, "-lm"], { encoding: "utf8" });
    const lines = execFileSync(program, { encoding: "utf8" }).trim().split("\n");
    sources.forEach(({ network, x }, i) => {
      expectSame(network, lines[i].trim().split(" ").map(Number), x);
    });
  });
});

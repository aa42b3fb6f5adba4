/** densely/brain beside brain.js itself: the same training from the same weights. */

import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { NeuralNetwork, type NeuralNetworkJSON, type TrainingOptions } from "../../src/brain.js";
import { COLOURS, XOR } from "../brain/xor.js";
import { floats } from "../helpers.js";
import { seedMathRandom } from "./both.js";

/** The part of brain.js that the tests use. */
interface Peer {
  sizes: number[];
  errorCheckInterval: number;
  outputs: Float32Array[];
  errors: Float32Array[];
  deltas: Float32Array[];
  changes: Float32Array[][];
  initialize(): void;
  train(data: object[], options?: object): { error: number; iterations: number };
  run(input: object): Record<string, number>;
  test(data: object[]): object;
  toJSON(): NeuralNetworkJSON;
  fromJSON(json: object): Peer;
  toFunction(): (input: object) => Record<string, number>;
}
type PeerClass = new (options?: object) => Peer;

const load = createRequire(import.meta.url);
const { NeuralNetwork: Brain } = load("brain.js") as { NeuralNetwork: PeerClass };

/** The same network in brain.js and in densely. */
function both(sizes: number[], options: Partial<TrainingOptions> = {}): [Peer, NeuralNetwork] {
  seedMathRandom();
  const peer = new Brain(options);
  peer.sizes = sizes;
  peer.initialize();
  return [peer, new NeuralNetwork(options).fromJSON(peer.toJSON())];
}

function expectSame(peer: Peer, network: NeuralNetwork, inputs: readonly object[], digits = 4): void {
  for (const input of inputs) {
    const right = Object.entries(peer.run(input));
    const got = network.run(input as number[]) as Record<string, number>;
    expect(Object.keys(got)).toEqual(right.map(([name]) => name));
    for (const [name, value] of right) expect(Math.abs(got[name] - value)).toBeLessThan(10 ** -digits);
  }
}

const OPTIONS: [string, Partial<TrainingOptions>][] = [
  ["sigmoid", {}],
  ["tanh", { activation: "tanh", learningRate: 0.05 }],
  ["relu", { activation: "relu", learningRate: 0.02 }],
  ["leaky-relu", { activation: "leaky-relu", leakyReluAlpha: 0.2, learningRate: 0.02 }],
  ["momentum", { momentum: 0.9, learningRate: 0.05 }],
  ["adam", { praxis: "adam", learningRate: 0.01, beta1: 0.8 }],
];

describe.each(OPTIONS)("%s", (_, options) => {
  test("XOR has the same end", () => {
    const [peer, network] = both([2, 3, 1], options);
    const right = peer.train(XOR, { iterations: 2000 });
    const status = network.train(XOR, { iterations: 2000 });
    expect(status.iterations).toBe(right.iterations);
    expect(status.error).toBeCloseTo(right.error, 5);
    expectSame(
      peer,
      network,
      XOR.map(({ input }) => input),
    );
  });

  test.each([0, 0.8])("wide networks have the same weights, a share of %f of the inputs being 0", (zeros) => {
    const [peer, network] = both([40, 19, 6, 5], { ...options, errorThresh: 1e-6 });
    const data = Array.from({ length: 30 }, (_, row) => ({
      input: Array.from(floats(40, row + 1, 1), (x) => (Math.abs(x) < zeros ? 0 : x)),
      output: Array.from(floats(5, row + 99, 1), (x) => (x > 0.5 ? 1 : 0)),
    }));
    const right = peer.train(data, { iterations: 30 });
    const status = network.train(data, { iterations: 30 });
    expect(status.error).toBeCloseTo(right.error, 5);
    expectSame(
      peer,
      network,
      data.map(({ input }) => input),
    );
    for (const name of ["outputs", "errors", "deltas"] as const) {
      for (const layer of [1, 2, 3]) {
        network[name][layer].forEach((value, i) => {
          expect(Math.abs(value - peer[name][layer][i])).toBeLessThan(1e-4);
        });
      }
    }
    network.changes[1].forEach((unit, u) => {
      unit.forEach((value, k) => {
        expect(Math.abs(value - peer.changes[1][u][k])).toBeLessThan(1e-5);
      });
    });
  });
});

test("data by name have the same end, also by toFunction and test", () => {
  const [peer, network] = both([3, 3, 2]);
  expect(network.train(COLOURS).iterations).toBe(peer.train(COLOURS).iterations);
  expectSame(peer, network, [{ r: 1, g: 0.4, b: 0 }, { g: 0.2 }]);
  const [right, got] = [peer.toFunction(), network.toFunction()].map((run) => run({ r: 1, g: 0.4, b: 0 }));
  expect(Object.keys(got)).toEqual(Object.keys(right));
  expect((got as { black: number }).black).toBeCloseTo((right as { black: number }).black, 4);
  expect(JSON.stringify(network.test(COLOURS)).replace(/\d\.\d+(e-\d+)?/g, "#")).toBe(
    JSON.stringify(peer.test(COLOURS)).replace(/\d\.\d+(e-\d+)?/g, "#"),
  );
});

test("error checks, callbacks and logs come at the same iterations with the same errors", () => {
  const [peer, network] = both([2, 3, 1]);
  const seen = [peer, network].map((subject) => {
    const calls: [string, number, string][] = [];
    const note = (name: string) => (status: { iterations: number; error: number }) => {
      calls.push([name, status.iterations, status.error.toFixed(5)]);
    };
    subject.errorCheckInterval = 7;
    const options = {
      iterations: 300,
      callback: note("callback"),
      callbackPeriod: 30,
      log: note("log"),
      logPeriod: 45,
    };
    (subject as Peer).train(XOR, options);
    return calls;
  });
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[0].length).toBe(16);
});

test("JSON goes both ways", () => {
  const [peer, network] = both([3, 3, 2]);
  network.train(COLOURS);
  expectSame(new Brain().fromJSON(JSON.parse(JSON.stringify(network))), network, [{ r: 0.2, b: 0.4 }]);
  expect(Object.keys(network.toJSON())).toEqual(Object.keys(peer.toJSON()));
  expect(network.getTrainOptsJSON()).toEqual(peer.toJSON().trainOpts);
});

test("several outputs are measured as brain.js does", () => {
  const data = XOR.map(({ input, output: [y] }) => ({ input, output: [y, 1 - y] }));
  const [peer, network] = both([2, 4, 2]);
  for (const subject of [peer, network]) (subject as Peer).train(data, { iterations: 20 });
  const [right, got] = [peer.test(data), network.test(data)] as { misclasses: object[]; error: number }[];
  expect(got.misclasses).toEqual(right.misclasses);
  expect(got.error).toBeCloseTo(right.error, 5);
});

const { dense, Network } = require("densely");
const { relaxed } = require("densely/relaxed");

test("a network learns exclusive or", async () => {
  const network = new Network({ inputs: 2, layers: [dense(8, "tanh"), dense(1, "sigmoid")], math: relaxed });
  const x = [[0, 0], [0, 1], [1, 0], [1, 1]]; // biome-ignore format: a table
  await network.fit(x, [0, 1, 1, 0], { epochs: 2000, batchSize: "full", worker: true });
  expect(Array.from(network.predictClasses(x))).toEqual([0, 1, 1, 0]);
});

const { DataError, DenselyError, dense, Network, ShapeError, StateError } = require("densely");

const x = [[0, 0], [0, 1], [1, 0], [1, 1]]; // biome-ignore format: a table
const y = [0, 1, 1, 0];
const make = () => new Network({ inputs: 2, layers: [dense(8, "tanh"), dense(1, "sigmoid")] });

test("the environment is that of a page", () => {
  expect(document.createElement("p").tagName).toBe("P");
});

test.each(["here", "worker"])("a network trains, predicts, is saved and loaded: %s", async (place) => {
  const warn = jest.spyOn(console, "warn");
  const network = make();
  const history = await network.fit(x, y, { epochs: 2000, batchSize: "full", worker: place === "worker" });
  expect(history.loss).toBeInstanceOf(Array);
  expect(history).toStrictEqual(JSON.parse(JSON.stringify(history)));
  expect(warn).not.toHaveBeenCalled();
  expect(Array.from(network.predictClasses(x))).toEqual(y);

  const loaded = Network.load(network.save());
  expect(loaded.predict(x)).toEqual(network.predict(x));
  const resumed = Network.resume(network.checkpoint());
  expect(resumed.step).toBe(2000);
  expect(Network.fromJSON(JSON.stringify(network)).predict(x)).toEqual(network.predict(x));
});

test("an error has its class and its name", () => {
  const network = make();
  const errorOf = (act) => {
    try {
      return act();
    } catch (error) {
      return error;
    }
  };
  for (const [error, Class, name] of [
    [errorOf(() => network.predict([[1, 2, 3]])), ShapeError, "ShapeError"],
    [errorOf(() => network.predict([[1, "a"]])), DataError, "DataError"],
    [errorOf(() => Network.prototype.predict.call({}, x)), StateError, "StateError"],
  ]) {
    expect(error).toBeInstanceOf(Class);
    expect(error).toBeInstanceOf(DenselyError);
    expect(error.name).toBe(name);
  }
});

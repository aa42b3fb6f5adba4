const { dense, Network, ShapeError, StateError } = require("densely");
const { makeAutoObservable, observable } = require("mobx");
const { isReactive, reactive, ref } = require("vue");

const x = [[0, 0], [0, 1], [1, 0], [1, 1]]; // biome-ignore format: a table
const y = [0, 1, 1, 0];
const make = () => new Network({ inputs: 2, layers: [dense(8, "tanh"), dense(1, "sigmoid")] });

/** Each store with a network in it: a function that reads the network out of the store. */
const stores = {
  "a ref of Vue": () => {
    const network = ref(make());
    return () => network.value;
  },
  "a reactive object of Vue": () => {
    const state = reactive({ network: make() });
    return () => state.network;
  },
  "a reactive network of Vue": () => {
    const network = reactive(make());
    return () => network;
  },
  "a proxy": () => {
    const network = new Proxy(make(), {});
    return () => network;
  },
  "an observable of MobX": () => {
    const state = observable({ network: make() });
    return () => state.network;
  },
  "an observable box of MobX": () => {
    const box = observable.box(make());
    return () => box.get();
  },
  "a store of MobX": () => {
    class Store {
      network = make();
      constructor() {
        makeAutoObservable(this);
      }
    }
    const store = new Store();
    return () => store.network;
  },
};

test("Vue and MobX leave a network as it is", () => {
  const network = make();
  expect(reactive({ network }).network).toBe(network);
  expect(observable({ network }).network).toBe(network);
  expect(isReactive(reactive(network))).toBe(false);
});

describe.each(Object.entries(stores))("%s", (_, put) => {
  test("holds a network that trains, predicts, is saved and loaded", async () => {
    const read = put();
    const history = await read().fit(x, y, { epochs: 2000, batchSize: "full" });
    expect(history.loss).toHaveLength(2000);
    expect(Array.from(read().predictClasses(x))).toEqual(y);
    expect(read().step).toBe(2000);

    expect(Network.load(read().save()).predict(x)).toEqual(read().predict(x));
    expect(Network.resume(read().checkpoint()).step).toBe(2000);
  });

  test("learns the same bits as without the store", () => {
    const [read, twin] = [put(), make()];
    read().fitSync(x, y, { epochs: 20 });
    twin.fitSync(x, y, { epochs: 20 });
    expect(read().getParams()).toEqual(twin.getParams());
  });

  test("leaves errors their classes", () => {
    const read = put();
    expect(() => read().predict([[1, 2, 3]])).toThrow(ShapeError);
    read().dispose();
    expect(() => read().predict(x)).toThrow(StateError);
  });
});

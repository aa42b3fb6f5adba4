import { adam, DenselyError, dense, Network } from "densely";

/** Lives as long as this isolate: network.toJSON() is what to keep elsewhere. */
let network;

/** POST /train { x, y, epochs }: a new network learns rows of numbers x and their targets y, each 0 or 1. */
async function train({ x, y, epochs = 200 }) {
  const trained = new Network({
    inputs: x[0].length,
    layers: [dense(16, "tanh"), dense(1, "sigmoid")],
    optimizer: adam({ learningRate: 0.02 }),
  });
  const { loss } = await trained.fit(x, y, { epochs });
  network?.dispose();
  network = trained;
  return { loss: loss.at(-1) };
}

/** POST /predict { x }: the probability of 1 for every row. */
async function predict({ x }) {
  return { predictions: Array.from(network.predict(x)) };
}

const routes = { "/train": train, "/predict": predict };

export default {
  async fetch(request) {
    const route = routes[new URL(request.url).pathname];
    if (!route || request.method !== "POST") return new Response("POST /train or /predict", { status: 404 });
    if (route === predict && !network) return Response.json({ error: "Train first." }, { status: 409 });
    try {
      return Response.json(await route(await request.json()));
    } catch (error) {
      if (!(error instanceof DenselyError)) throw error;
      return Response.json({ error: error.message }, { status: 400 });
    }
  },
};

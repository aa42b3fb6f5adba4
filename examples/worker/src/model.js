import { adam, DenselyError, dense, Network } from "densely";
import { streamEvents } from "./events.js";
import { parseTable, scaled } from "./table.js";

/** Updates between checkpoints, the most that a broken connection loses. */
const CHECKPOINT_EVERY = 100;

const refuse = (status, error) => Response.json({ error }, { status });

/** One network. The storage of its Durable Object has its checkpoint and the scale of its data. */
export class Model {
  #storage;
  #isTraining = false;

  constructor({ storage }) {
    this.#storage = storage;
  }

  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    try {
      if (request.method === "POST") return await this.#train(request, searchParams);
      const model = await this.#storage.get("model");
      if (!model) return refuse(404, "This model is not trained: POST a table.");
      if (pathname.endsWith("/checkpoint")) return new Response(model.checkpoint);
      return this.#predict(model, searchParams.get("x") ?? "");
    } catch (error) {
      if (error instanceof DenselyError || error instanceof SyntaxError) return refuse(400, error.message);
      throw error;
    }
  }

  /** Resumes training for a number of steps and streams the progress. */
  async #train(request, searchParams) {
    const { x, y, classes, scale } = parseTable(await request.text());
    if (this.#isTraining)
      return refuse(409, "This model is being trained: wait for the end of that request.");
    this.#isTraining = true;
    const keep = (checkpoint) => this.#storage.put("model", { checkpoint, classes, scale });
    const options = {
      epochs: Number(searchParams.get("epochs") ?? 100),
      maxSteps: Number(searchParams.get("steps") ?? 1000),
      metrics: ["accuracy"],
      onCheckpoint: keep,
      checkpointEvery: CHECKPOINT_EVERY,
    };
    return streamEvents(async (send) => {
      try {
        const kept = await this.#storage.get("model");
        const network = kept ? Network.resume(kept.checkpoint) : create(x[0].length, classes.length);
        const { stopped } = await network.fit(x, y, {
          ...options,
          onEpoch: (report) => send("epoch", report),
        });
        await keep(network.checkpoint());
        await send("end", {
          stopped,
          step: network.step,
          ...network.evaluate(x, y, { metrics: ["accuracy"] }),
        });
        network.dispose();
      } finally {
        this.#isTraining = false;
      }
    });
  }

  #predict({ checkpoint, classes, scale }, text) {
    const network = Network.resume(checkpoint);
    try {
      const outputs = network.predict(scaled([text.split(",").map(Number)], scale));
      const probabilities = Object.fromEntries(classes.map((name, i) => [name, outputs[i]]));
      return Response.json({ class: classes[outputs.indexOf(Math.max(...outputs))], probabilities });
    } finally {
      network.dispose();
    }
  }
}

function create(inputs, classes) {
  return new Network({
    inputs,
    layers: [dense(16, "relu"), dense(classes, "softmax")],
    optimizer: adam({ learningRate: 0.01 }),
  });
}

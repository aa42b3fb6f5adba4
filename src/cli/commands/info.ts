import type { Command } from "../command.js";
import { bytesOf, loadModel } from "../model.js";
import { isNetworkFile, loadNetwork } from "../network-file.js";
import { plain } from "../output/plain.js";
import { json, write } from "../output/write.js";

/** Describes a model, or the network in a file. */
export const run: Command = async ({ words: [path], options }) => {
  const bytes = bytesOf(path);
  if (isNetworkFile(bytes)) {
    const network = await loadNetwork(path, bytes);
    await write(options.json ? `${json(network.spec)}\n` : `${plain(network.summary())}\n`);
    return;
  }
  const model = await loadModel(path);
  await write(options.json ? `${json(model.spec)}\n` : `${plain(model.summary())}\n`);
};

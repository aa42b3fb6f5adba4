import { Failure } from "./failure.js";

/** True for a file of one network, as network.save() writes it: its header has "densely" and no "densely.table". */
export function isNetworkFile(bytes: Uint8Array): boolean {
  const header = Buffer.from(bytes.subarray(8, 8 + Math.min(bytes.length, 1 << 16))).toString("latin1");
  return header.includes('"densely"') && !header.includes('"densely.table"');
}

/** The network in a file. @throws Failure naming the file */
export async function loadNetwork(path: string, bytes: Uint8Array) {
  const { Network } = await import("../index.js");
  try {
    return Network.load(bytes);
  } catch (error) {
    if ((error as Error).name !== "FormatError") throw error;
    throw new Failure(`${path}: ${(error as Error).message}`);
  }
}

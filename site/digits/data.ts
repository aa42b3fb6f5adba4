/** Loads the digits of MNIST from the files of the site. */

/** Width and height of a digit, and its pixels. */
export const SIDE = 28;
export const PIXELS = SIDE * SIDE;

/** Digits, 0 for paper and 255 for ink, row by row, with their labels. */
export interface Digits {
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly labels: Uint8Array<ArrayBuffer>;
}

/** Loads a compressed file. @param onBytes called with the bytes that have come since the last call. */
async function load(name: string, onBytes: (count: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await unzip(await fetch(`./data/${name}.bin`), onBytes);
  } catch (cause) {
    throw new Error("The digits could not be loaded: is there a connection? Try again.", { cause });
  }
}

async function unzip(response: Response, onBytes: (count: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.ok || !response.body) throw new Error(`${response.status} for ${response.url}`);
  const counting = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      onBytes(chunk.length);
      controller.enqueue(chunk);
    },
  });
  const unzipped = response.body.pipeThrough(counting).pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unzipped).arrayBuffer());
}

/** About the bytes of the compressed training and test digits. */
const BYTES = { train: 9_950_000, test: 1_660_000 };

const loaded = new Map<keyof typeof BYTES, Promise<Digits>>();

/** Loads the digits to train or to test on, once. @param onShare called with the share that has come, from 0 to 1. */
export function digitsOf(
  part: keyof typeof BYTES,
  onShare: (share: number) => void = () => {},
): Promise<Digits> {
  const known = loaded.get(part);
  if (known) return known;
  let bytes = 0;
  const onBytes = (count: number) => {
    bytes += count;
    onShare(Math.min(1, bytes / BYTES[part]));
  };
  const digits = Promise.all([load(`${part}-images`, onBytes), load(`${part}-labels`, onBytes)]).then(
    ([pixels, labels]) => ({ pixels, labels }),
  );
  loaded.set(part, digits);
  // A load that failed may be tried again.
  digits.catch(() => loaded.delete(part));
  return digits;
}

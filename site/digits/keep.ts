/** Keeps the visitor's network in IndexedDB, as the bytes of its checkpoint with few words about it. */

export interface Kept {
  readonly checkpoint: Uint8Array<ArrayBuffer>;
  readonly hidden: number;
  readonly dropout: number;
  readonly epochs: number;
  /** Completed epochs, and the accuracy on the test digits after the last one. */
  readonly done: number;
  readonly accuracy: number | undefined;
}

const STORE = "networks";
const KEY = "digits";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("densely", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function act<Result>(
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  const database = await open();
  return new Promise<Result>((resolve, reject) => {
    const request = run(database.transaction(STORE, mode).objectStore(STORE));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  }).finally(() => database.close());
}

export const keep = (kept: Kept): Promise<unknown> => act("readwrite", (store) => store.put(kept, KEY));
export const recall = (): Promise<Kept | undefined> => act("readonly", (store) => store.get(KEY));
export const forget = (): Promise<unknown> => act("readwrite", (store) => store.delete(KEY));

/** Bytes in a buffer of their own: Uint8Array<ArrayBuffer> from TypeScript 5.7 on, and Uint8Array before it. */
export type Bytes = ReturnType<typeof Uint8Array.of>;

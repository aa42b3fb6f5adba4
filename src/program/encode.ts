import { OP_BYTES } from "../../assembly/isa.js";
import type { Instruction } from "./equations.js";

const SCALARS = 64;

/** Writes a program as the core reads it (the fields of assembly/op.ts), little-endian, into `bytes`. */
export function encode(program: readonly Instruction[], bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  program.forEach((i, index) => {
    const at = index * OP_BYTES;
    const extents = [i.op, i.f, i.rows, i.inner, i.cols];
    const addresses = [i.a, i.b, i.c, i.d, i.e, i.g, i.h, i.lda, i.ldb, i.ldc, i.rates];
    const words = [...extents, ...addresses];
    words.forEach((word, k) => {
      view.setInt32(at + 4 * k, word ?? 0, true);
    });
    i.p?.forEach((scalar, k) => {
      view.setFloat64(at + SCALARS + 8 * k, scalar, true);
    });
  });
}

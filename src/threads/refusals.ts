import { RuntimeError } from "../errors.js";

/** The warning for a host without threads. @param isPage true for a page that is not isolated. */
export function noThreads(isPage: boolean): string {
  const reason = isPage
    ? "this page is not cross-origin isolated: serve it with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp"
    : "this host has no others that can share memory: leave threads out";
  return `densely computes on one thread, to the same bits, since ${reason}.`;
}

/** A thread that shared the steps of a network ended or broke down. */
export function threadLost(reason: string): RuntimeError {
  return new RuntimeError(
    `A thread that shared the steps was lost (${reason}): the parameters are as they were before the call, so try again or leave threads out.`,
  );
}

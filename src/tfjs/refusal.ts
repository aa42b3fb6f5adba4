/** Thrown where something is left to TensorFlow.js. No user sees it: the reason is counted in the report. */
export class Refusal {
  /** @param reason a few words, the same for all cases of one kind. */
  constructor(readonly reason: string) {}
}

/** Leaves what is under way to TensorFlow.js. @throws Refusal */
export function refuse(reason: string): never {
  throw new Refusal(reason);
}

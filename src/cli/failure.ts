/** Error that ends the program with the exit code 1: one sentence for the user. */
export class Failure extends Error {}

/** Wrong use of the program: it ends with the exit code 2. */
export class UsageError extends Error {}

/** Exit codes. */
export const EXIT = { failure: 1, usage: 2, interrupted: 130 } as const;

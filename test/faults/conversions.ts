/** The functions of the doors that convert networks, by their names, so that the tests run a new one too. */

import * as article from "../../src/article.js";
import * as formats from "../../src/formats.js";

type Convert = (given: unknown, ...rest: unknown[]) => unknown;

const named = (prefix: RegExp): [name: string, convert: Convert][] =>
  Object.entries<unknown>({ ...formats, ...article }).filter(
    (entry): entry is [string, Convert] => prefix.test(entry[0]) && typeof entry[1] === "function",
  );

/** The functions that write a network in another form: toONNX and the like. */
export const WRITERS = named(/^to[A-Z]/);

/** The functions that make a network of another form: fromTFJS and the like. */
export const READERS = named(/^from[A-Z]/);

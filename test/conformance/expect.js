/** @throws unless there is what was expected. */
export function expected(isThere, what) {
  if (!isThere) throw new Error(`expected ${what}`);
}

/** @throws unless the call throws an error of this class whose message holds the words. */
export function throws(call, Class, words) {
  const name = new Class().name;
  try {
    call();
  } catch (error) {
    const isRight = error instanceof Class && error.message.includes(words);
    return expected(isRight, `a ${name} with "${words}" and not ${error}`);
  }
  expected(false, `a ${name}`);
}

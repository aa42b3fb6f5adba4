/** The host's clocks as they are when the library loads: tests replace them by fakes, which stand still. */
export const { setImmediate, setTimeout, clearTimeout } = globalThis as {
  setImmediate?: (callback: () => void) => unknown;
} & typeof globalThis;

/**
 * True in the bundle of densely/core, from which the minifier then removes what the flag excludes: its build replaces this
 * file. The flag of the same name in assembly/ does the same for the WebAssembly core.
 */
export const IS_BASIC: boolean = false;

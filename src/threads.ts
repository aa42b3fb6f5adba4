/** densely/threads: the steps of one network on several cores, to the same bits. */

export type { Threads } from "./machine/threads.js";
export { threads } from "./threads/threads.js";

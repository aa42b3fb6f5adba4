/**
 * A worker that follows orders and does no jobs, in the place of src/worker.ts for the builds that would be much larger with it: the
 * scripts of pages, and that of Cloudflare Workers, which start no workers. scripts/core.ts puts its text into the library.
 */

import { type FollowingCore, serve } from "./follow.js";

serve((module) => new WebAssembly.Instance(module).exports as unknown as FollowingCore);

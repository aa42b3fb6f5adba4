/**
 * The worker of `fit(x, y, { worker: true })`: a core that follows orders and knows nothing of networks, and the code of fits that
 * it does by itself. scripts/core.ts puts its text into the library. This file is for sites that forbid workers made of text.
 */

import type { FitJob } from "./fit/job.js";
import { runJob } from "./fit/run-job.js";
import { type FollowingCore, serve } from "./machine/follow.js";
import { completeKinds } from "./program/complete-kinds.js";

completeKinds();
serve(
  (module) => new WebAssembly.Instance(module).exports as unknown as FollowingCore,
  (module, job) => runJob(module, job as FitJob),
);

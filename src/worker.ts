/**
 * The worker of `fit(x, y, { worker: true })`: a core that follows orders and knows nothing of networks. scripts/core.ts puts its
 * text into the library. This file is for sites that forbid workers made of text.
 */

import { type FollowingCore, serveOrders } from "./machine/follow.js";

serveOrders((module) => new WebAssembly.Instance(module).exports as unknown as FollowingCore);

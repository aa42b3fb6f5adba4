import { HostLoss } from "../engine/host-loss.js";
import { Session } from "../engine/session.js";
import { giveHints } from "../model/check.js";
import { checkCustomLoss } from "../model/custom-loss.js";
import { hintFor } from "../model/hints.js";
import { INITIALIZERS } from "../model/initializer-kinds.js";
import { initializerKinds } from "../model/initializers.js";
import { layerKinds } from "../model/layers.js";
import { LOSS_KINDS } from "../model/loss-kinds.js";
import { lossKinds, takeCustomLosses } from "../model/losses.js";
import { optimizerKinds } from "../model/optimizers.js";
import { scheduleKinds } from "../model/rates.js";
import SCHEDULES from "../model/schedules.js";
import LAYERS from "../program/layers/index.js";
import OPTIMIZERS from "../program/optimizers.js";

/** Lets specs name every kind, and losses be code. Apps that load only densely/core do without it, and stay smaller. */
export function takeAllKinds(): void {
  layerKinds.complete(LAYERS);
  optimizerKinds.complete(OPTIMIZERS);
  scheduleKinds.complete(SCHEDULES);
  lossKinds.complete(LOSS_KINDS);
  initializerKinds.complete(INITIALIZERS);
  giveHints(hintFor);
  takeCustomLosses(checkCustomLoss);
  Session.HostLoss = HostLoss;
}

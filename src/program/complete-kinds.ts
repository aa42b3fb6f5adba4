import { INITIALIZERS } from "../model/initializer-kinds.js";
import { initializerKinds } from "../model/initializers.js";
import { layerKinds } from "../model/layers.js";
import { LOSS_KINDS } from "../model/loss-kinds.js";
import { lossKinds } from "../model/losses.js";
import { optimizerKinds } from "../model/optimizers.js";
import { scheduleKinds } from "../model/rates.js";
import SCHEDULES from "../model/schedules.js";
import LAYERS from "./layers/index.js";
import OPTIMIZERS from "./optimizers.js";

/** Makes every kind of layer, optimizer, schedule, loss and initializer known by its name. */
export function completeKinds(): void {
  layerKinds.complete(LAYERS);
  optimizerKinds.complete(OPTIMIZERS);
  scheduleKinds.complete(SCHEDULES);
  lossKinds.complete(LOSS_KINDS);
  initializerKinds.complete(INITIALIZERS);
}

import { HostLoss } from "../engine/host-loss.js";
import { Session } from "../engine/session.js";
import { giveHints } from "../model/check.js";
import { checkCustomLoss } from "../model/custom-loss.js";
import { hintFor } from "../model/hints.js";
import { takeCustomLosses } from "../model/losses.js";
import { completeKinds } from "../program/complete-kinds.js";

/** Lets specs name every kind, and losses be code. Apps that load only densely/core do without it, and stay smaller. */
export function takeAllKinds(): void {
  completeKinds();
  giveHints(hintFor);
  takeCustomLosses(checkCustomLoss);
  Session.HostLoss = HostLoss;
}

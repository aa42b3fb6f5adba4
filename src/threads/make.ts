import lead from "../../build/lead.js";
import strict from "../../build/threads.js";
import relaxed from "../../build/threads-relaxed.js";
import type { MathBuild } from "../machine/build.js";
import { hasThreads } from "../machine/runtime/worker.js";
import type { ThreadedBuild, Threading, Threads } from "../machine/threads.js";
import { makeMemory } from "./memory.js";
import { noThreads } from "./refusals.js";
import { ENGAGEMENT, type Engagement, SharedTeam, type TeamExports } from "./team.js";

/** Lets the mates forget the teams of networks that were collected. */
const teams = new FinalizationRegistry<SharedTeam>((team) => team.release());

let hasWarned = false;

/** True if the host lets threads share memory. Says so, once, if it does not. */
function canShare(): boolean {
  if (hasThreads() || (typeof globalThis.Worker === "function" && globalThis.crossOriginIsolated))
    return true;
  if (!hasWarned) console.warn(noThreads(globalThis.crossOriginIsolated === false));
  hasWarned = true;
  return false;
}

function threadingOf(count: number, engagement: Engagement): Threading {
  const movesFits = !hasThreads();
  return {
    count,
    script: { text: `const THREADS=${count};${lead}` },
    movesFits,
    makeMemory,
    makeTeam: (owner, module, exports, arena) => {
      const { teamBytes, run } = exports as TeamExports;
      const address = arena.top;
      arena.take(address + teamBytes(count));
      if (movesFits) return { run, release: () => {} };
      const team = new SharedTeam(count, engagement, module, exports as TeamExports, address);
      teams.register(owner, team);
      return team;
    },
  };
}

/** Makes the option `threads`. @param engagement when threads work together. */
export function makeThreads(count: number, engagement = ENGAGEMENT): Threads {
  const threading = threadingOf(count, engagement);
  const fallback: ThreadedBuild = { name: "strict", code: strict, threading };
  const fast: ThreadedBuild = { name: "relaxed", code: relaxed, threading, fallback };
  const buildFor = (math?: MathBuild): MathBuild | undefined => {
    if (count === 1 || !canShare()) return math;
    return math?.name === "relaxed" ? fast : fallback;
  };
  return { count, buildFor };
}

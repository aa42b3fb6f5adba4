/** Calls a mate to a team, whose jobs it then does until it is released. */
export interface Call {
  /** The number of the team. */
  id: number;
  /** The core and the memory of the team, the first time. */
  module?: WebAssembly.Module;
  memory?: WebAssembly.Memory;
  /** The address of the team. */
  team: number;
  rank: number;
  /** Jobs that were given before, and the number of this call. */
  jobs: number;
  call: number;
}

/** Lets a mate forget a team whose network is gone. */
export interface Farewell {
  id: number;
}

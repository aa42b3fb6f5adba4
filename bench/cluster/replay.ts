/**
 * The job trees of densely/bullmq in virtual time. Redis and the driver do one thing at a time; each machine does one job at a
 * time. All durations are measured (measure.ts), in seconds.
 */

export interface Costs {
  /** Redis' processor for a job, from its adding to its removal, without bytes. */
  readonly redisPerJob: number;
  /** Redis' processor for a byte that is read or written. */
  readonly redisPerByte: number;
  /** A worker for a job, besides training. */
  readonly workerPerJob: number;
  /** The driver's processor for a job. */
  readonly driverPerJob: number;
  /** Training of each trial of a search. */
  readonly trials: readonly number[];
  /** Training on all rows once. */
  readonly epoch: number;
  /** A worker for averaging, per shard. */
  readonly averagePerShard: number;
  /** Bytes of the parameters, and of a checkpoint. */
  readonly paramsBytes: number;
  readonly checkpointBytes: number;
}

/** One run in virtual time. */
export interface Replay {
  readonly seconds: number;
  /** Share of the time in which Redis is busy. */
  readonly redisShare: number;
}

/** Something that does one thing at a time, in the order in which it is asked. */
class Server {
  #free = 0;
  busy = 0;

  /** Serves a request. @param at when it comes, never before an earlier one. @returns when it is done. */
  serve(at: number, seconds: number): number {
    this.busy += seconds;
    this.#free = Math.max(at, this.#free) + seconds;
    return this.#free;
  }
}

/** Things that happen, in the order of their times. */
class Agenda {
  readonly #events: { at: number; act: (at: number) => void }[] = [];

  add(at: number, act: (at: number) => void): void {
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#events[middle].at > at) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, { at, act });
  }

  /** Runs until nothing is left. @returns the time of the last event. */
  run(): number {
    let now = 0;
    for (let event = this.#events.pop(); event; event = this.#events.pop()) {
      now = event.at;
      event.act(now);
    }
    return now;
  }
}

/** Machines that take jobs from one queue. */
class Machines {
  #idle: number;
  readonly #waiting: ((at: number) => void)[] = [];

  constructor(count: number) {
    this.#idle = count;
  }

  take(at: number, start: (at: number) => void): void {
    if (this.#idle === 0) this.#waiting.push(start);
    else {
      this.#idle--;
      start(at);
    }
  }

  release(at: number): void {
    const next = this.#waiting.shift();
    if (next) next(at);
    else this.#idle++;
  }
}

/** A search: as many jobs on their way as two for each machine, at least 16, which is the option `ahead`. */
export function replaySearch(costs: Costs, count: number, trials: number): Replay {
  const [agenda, redis, driver, machines] = [new Agenda(), new Server(), new Server(), new Machines(count)];
  let next = 0;
  const send = (at: number): void => {
    if (next === trials) return;
    const training = costs.trials[next++ % costs.trials.length];
    agenda.add(driver.serve(at, costs.driverPerJob), (sent) => {
      agenda.add(redis.serve(sent, costs.redisPerJob / 2), (queued) => {
        machines.take(queued, (start) => {
          agenda.add(start + costs.workerPerJob + training, (trained) => {
            const seconds = costs.redisPerJob / 2 + costs.checkpointBytes * costs.redisPerByte;
            agenda.add(redis.serve(trained, seconds), (ended) => {
              machines.release(ended);
              send(ended);
            });
          });
        });
      });
    });
  };
  for (let i = 0; i < Math.max(16, 2 * count); i++) agenda.add(0, send);
  const seconds = agenda.run();
  return { seconds, redisShare: redis.busy / seconds };
}

/**
 * One network with a shard for each machine: in a round each shard reads the parameters and its checkpoint, trains on its part
 * of the rows and writes both; then one machine reads all parameters, averages, and adds the next round.
 */
export function replayFit(costs: Costs, count: number, rounds: number): Replay {
  const [agenda, redis] = [new Agenda(), new Server()];
  const bytes = (size: number) => size * costs.redisPerByte;
  let round = 0;
  const begin = (at: number): void => {
    if (round++ === rounds) return;
    let trained = 0;
    // Adding the tree of the round.
    const added = redis.serve(at, ((count + 1) * costs.redisPerJob) / 2);
    for (let shard = 0; shard < count; shard++) {
      agenda.add(added, (queued) => {
        const read = redis.serve(queued, bytes(costs.paramsBytes + (count > 1 ? costs.checkpointBytes : 0)));
        agenda.add(read + costs.workerPerJob + costs.epoch / count, (ready) => {
          const written = bytes(costs.paramsBytes + costs.checkpointBytes);
          agenda.add(redis.serve(ready, written + costs.redisPerJob / 2), (ended) => {
            if (++trained === count) average(ended);
          });
        });
      });
    }
  };
  const average = (at: number): void => {
    const read = redis.serve(at, bytes(count * costs.paramsBytes));
    agenda.add(read + costs.workerPerJob + count * costs.averagePerShard, (averaged) => {
      agenda.add(redis.serve(averaged, bytes(2 * costs.paramsBytes) + costs.redisPerJob / 2), begin);
    });
  };
  agenda.add(0, begin);
  const seconds = agenda.run();
  return { seconds, redisShare: redis.busy / seconds };
}

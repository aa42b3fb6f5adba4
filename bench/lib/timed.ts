import type { Run } from "../peers/index.js";
import type { Task } from "../workloads/index.js";
import type { Amount } from "./turn.js";

/** A training whose turns are timed. */
export class Timed {
  private run: Run | undefined;

  constructor(
    private readonly task: Task,
    private readonly make: () => Run | Promise<Run>,
  ) {}

  /** Makes the training anew. */
  async create(): Promise<Run> {
    this.dispose();
    this.run = await this.make();
    return this.run;
  }

  /** Takes one turn. @returns its seconds */
  async turn(amount: Amount): Promise<number> {
    if ("times" in amount) return this.trainFromScratch(amount.times);
    const run = this.run ?? (await this.create());
    const start = performance.now();
    await run.train(amount.steps);
    return (performance.now() - start) / 1000;
  }

  dispose(): void {
    this.run?.dispose?.();
    this.run = undefined;
  }

  async predict(rows: number): Promise<number[]> {
    const run = this.run ?? (await this.create());
    return Array.from(await run.predict(rows));
  }

  /** Whole trainings, construction included. @returns their seconds */
  private async trainFromScratch(times: number): Promise<number> {
    let milliseconds = 0;
    for (let i = 0; i < times; i++) {
      const start = performance.now();
      const whole = await this.make();
      await whole.train(this.task.updates);
      milliseconds += performance.now() - start;
      this.dispose();
      this.run = whole;
    }
    return milliseconds / 1000;
  }
}

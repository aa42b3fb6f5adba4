import { DivergenceError } from "../errors.js";
import { hasMemory } from "../network/fit-and-evaluate.js";
import { Network } from "../network/network.js";
import { type Lesson, trainAndMeasure } from "./data.js";
import { called, isNetwork, meanOf, type Scores, type Trainable } from "./model.js";
import type { Drawn, Settings } from "./space.js";

/** The result of a part of a trial. */
export interface Outcome {
  /** Means over the folds; undefined for a training that diverged. */
  scores: Scores | undefined;
  /** Updates of each model so far. */
  steps: number;
  /** True if fit has done all its epochs. */
  isDone: boolean;
}

/** A model that waits to go on: as a checkpoint where that has everything, which takes less memory than a network. */
type Paused = Trainable | Uint8Array;

function pause(model: Trainable): Paused {
  if (!(model instanceof Network) || !hasMemory(model) || model.math !== "strict") return model;
  const bytes = model.checkpoint();
  model.dispose();
  return bytes;
}

/** One point of a space: its settings, and its models of each fold between two parts of their training. */
export class Trial {
  readonly number: number;
  readonly settings: Settings;
  readonly drawn: readonly Drawn[];
  #paused: Paused[] = [];

  constructor(number: number, settings: Settings, drawn: readonly Drawn[]) {
    this.number = number;
    this.settings = settings;
    this.drawn = drawn;
  }

  /**
   * Trains the models of all folds, up to `steps` updates each, and measures them.
   * @param more options of fit. Models of all folds train at the same time if `isParallel`.
   */
  async advance(
    make: (settings: never) => Trainable,
    lessons: readonly Lesson[],
    {
      steps,
      metrics,
      isParallel,
      more,
    }: { steps: number; metrics: unknown; isParallel: boolean; more: object },
  ): Promise<Outcome> {
    const one = async (lesson: Lesson, i: number) => {
      const paused = this.#paused[i];
      const model =
        paused instanceof Uint8Array
          ? Network.resume(paused)
          : (paused ?? make({ ...this.settings } as never));
      const { step = 0 } = called(model, "make");
      const maxSteps = steps < Infinity && isNetwork(model) ? { maxSteps: steps - step } : {};
      const { history, scores } = await trainAndMeasure(model, lesson, metrics, { ...more, ...maxSteps });
      const { stopped } = Object(history) as { stopped?: unknown };
      const isDone = stopped !== "budget";
      const reached = called(model, "make").step ?? 0;
      if (isDone) model.dispose?.();
      else this.#paused[i] = pause(model);
      return { scores, isDone, steps: reached };
    };
    const parts: Awaited<ReturnType<typeof one>>[] = [];
    try {
      if (isParallel) parts.push(...(await Promise.all(lessons.map(one))));
      else for (const [i, lesson] of lessons.entries()) parts.push(await one(lesson, i));
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      this.drop();
      return { scores: undefined, steps: 0, isDone: true };
    }
    return {
      scores: meanOf(parts.map(({ scores }) => scores)),
      steps: Math.max(...parts.map((part) => part.steps)),
      isDone: parts.every((part) => part.isDone),
    };
  }

  /** Forgets models that will not go on. */
  drop(): void {
    for (const paused of this.#paused) if (paused && !(paused instanceof Uint8Array)) paused.dispose?.();
    this.#paused = [];
  }
}

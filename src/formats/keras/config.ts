import { FormatError } from "../../errors.js";
import { excerpt, isRecord } from "../../storage/untrusted.js";

/** Where values start, how they are numbered, and what a Sequential model has no use for. */
const WITHOUT_EFFECT = [
  "name",
  "batch_input_shape",
  "batch_shape",
  "input_shape",
  "input_dtype",
  "seed",
  "data_format",
  "kernel_initializer",
  "bias_initializer",
  "gamma_initializer",
  "beta_initializer",
  "moving_mean_initializer",
  "moving_variance_initializer",
];

/** The options of one Keras layer, each taken once; what is left over at the end is what cannot be carried. */
export class KerasConfig {
  readonly name: string;
  readonly className: string;
  readonly #rest: Map<string, unknown>;

  constructor(entry: unknown, index: number) {
    const { class_name: className, config } = isRecord(entry) ? entry : {};
    if (typeof className !== "string" || !isRecord(config)) {
      throw new FormatError(`Layer ${index} of the model has no class_name and config: give a layers model.`);
    }
    this.className = className;
    this.name = typeof config.name === "string" ? config.name : "";
    this.#rest = new Map(Object.entries(config).filter(([key]) => !WITHOUT_EFFECT.includes(key)));
  }

  /** How messages call the layer. */
  get what(): string {
    return `The layer ${excerpt(this.name)} (${excerpt(this.className)})`;
  }

  has(key: string): boolean {
    return this.#rest.has(key);
  }

  take(key: string): unknown {
    const value = this.#rest.get(key);
    this.#rest.delete(key);
    return value;
  }

  /** @throws FormatError unless the value is one of those given, or left out. */
  takeOnly(key: string, ...allowed: unknown[]): void {
    const value = this.take(key);
    const flat = Array.isArray(value) && value.length === 1 ? value[0] : value;
    if (flat !== undefined && !allowed.includes(flat)) this.refuse(key, value);
  }

  takeNumber(key: string, fallback: number): number {
    const value = this.take(key) ?? fallback;
    return typeof value === "number" ? value : this.refuse(key, value);
  }

  takeFlag(key: string, fallback: boolean): boolean {
    const value = this.take(key) ?? fallback;
    return typeof value === "boolean" ? value : this.refuse(key, value);
  }

  /** An object such as a regularizer: its class and options. Nothing where it is null. */
  takeObject(key: string): { className: unknown; config: Record<string, unknown> } | undefined {
    const value = this.take(key) ?? undefined;
    if (value === undefined) return undefined;
    if (!isRecord(value) || !isRecord(value.config)) return this.refuse(key, value);
    return { className: value.class_name, config: value.config };
  }

  /** float32, by name or as Keras 3's policy. */
  takeType(): void {
    const given = this.take("dtype");
    const type = isRecord(given) && isRecord(given.config) ? given.config.name : given;
    if (type !== undefined && type !== "float32") this.refuse("dtype", type);
  }

  /** @throws FormatError for an option that is set and was not taken. */
  finish(): void {
    for (const [key, value] of this.#rest) {
      if (value !== null && value !== false) this.refuse(key, value);
    }
  }

  refuse(key: string, value: unknown): never {
    throw new FormatError(
      `${this.what} has ${key} ${excerpt(value)}, which a dense network of densely cannot carry.`,
    );
  }
}

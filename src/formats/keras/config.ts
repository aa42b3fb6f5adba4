import { FormatError } from "../../errors.js";
import { excerpt, isRecord } from "../../storage/untrusted.js";

/** Options without effect on predictions or further training: names, shapes, and where values started. */
const IGNORED: readonly string[] = [
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
  "alpha_initializer",
];

/** The options of one Keras layer, each taken once. An option that is left over at the end cannot be carried. */
export class KerasConfig {
  readonly name: string;
  readonly className: string;
  readonly #rest: Map<string, unknown>;

  /** @param index of the layer, from 0, for messages. @throws FormatError unless it is a layer. */
  constructor(entry: unknown, index: number) {
    const { class_name: className, config } = isRecord(entry) ? entry : {};
    if (typeof className !== "string" || !isRecord(config)) {
      throw new FormatError(
        `Layer ${index} of the model has no class_name and config: give the model.json of a layers model.`,
      );
    }
    this.className = className;
    this.name = typeof config.name === "string" ? config.name : "";
    this.#rest = new Map(Object.entries(config).filter(([key]) => !IGNORED.includes(key)));
  }

  /** The layer in messages. */
  get what(): string {
    return `The layer ${excerpt(this.name)} (${excerpt(this.className)})`;
  }

  /** True if the layer has the option and nobody took it. */
  has(key: string): boolean {
    return this.#rest.has(key);
  }

  /** Takes an option; undefined if the layer lacks it. */
  take(key: string): unknown {
    const value = this.#rest.get(key);
    this.#rest.delete(key);
    return value;
  }

  /** Takes an option that must be left out or one of some values. @throws FormatError */
  takeOnly(key: string, ...allowed: unknown[]): void {
    const value = this.take(key);
    const flat = Array.isArray(value) && value.length === 1 ? value[0] : value;
    if (flat !== undefined && !allowed.includes(flat)) this.refuse(key, value);
  }

  /** @throws FormatError unless the option is a number, or left out. */
  takeNumber(key: string, fallback: number): number {
    const value = this.take(key) ?? fallback;
    return typeof value === "number" ? value : this.refuse(key, value);
  }

  /** @throws FormatError unless the option is true, false or left out. */
  takeFlag(key: string, fallback: boolean): boolean {
    const value = this.take(key) ?? fallback;
    return typeof value === "boolean" ? value : this.refuse(key, value);
  }

  /** Takes an object such as a regularizer: its class and options, or undefined for null. @throws FormatError */
  takeObject(key: string): { className: unknown; config: Record<string, unknown> } | undefined {
    const value = this.take(key) ?? undefined;
    if (value === undefined) return undefined;
    if (!isRecord(value) || !isRecord(value.config)) return this.refuse(key, value);
    return { className: value.class_name, config: value.config };
  }

  /** Takes dtype, which must be float32, by name or as a policy of Keras 3. @throws FormatError */
  takeType(): void {
    const given = this.take("dtype");
    const type = isRecord(given) && isRecord(given.config) ? given.config.name : given;
    if (type !== undefined && type !== "float32") this.refuse("dtype", type);
  }

  /** @throws FormatError for an option that is set and that nobody took. */
  finish(): void {
    for (const [key, value] of this.#rest) {
      if (value !== null && value !== false) this.refuse(key, value);
    }
  }

  /** @throws FormatError for the value of an option. */
  refuse(key: string, value: unknown): never {
    const name = /^\w{1,60}$/.test(key) ? key : excerpt(key);
    throw new FormatError(
      `${this.what} has ${name} ${excerpt(value)}, which densely cannot represent: change the model, or drop the option.`,
    );
  }
}

import { StateError } from "../errors.js";
import { disposed } from "../machine/refusals.js";

/** The use of a network: one call trains it at a time, and none after its end. It begins before the network has memory. */
export class Occupancy {
  /** Ends a wait of the fit under way with an error. */
  interrupt: ((error: unknown) => void) | undefined;
  /** The name of the call that has memory open at the moment, or nothing. */
  #running = "";
  #isDisposed = false;

  /** Ends the use of the network, and the wait of a fit under way. */
  dispose(): void {
    this.#isDisposed = true;
    this.interrupt?.(disposed(this.#running));
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** @throws StateError if the network was disposed of. @param call for the message; default: the one that is running. */
  checkAlive(call = this.#running): void {
    if (this.#isDisposed) throw disposed(call);
  }

  /** Marks the network as used by `call` until `free`. @throws StateError if it already is. */
  occupy(call: string): void {
    if (this.#running) {
      throw new StateError(
        `${call} was called while ${this.#running} is running on this network: wait until the running call has ended.`,
      );
    }
    this.#running = call;
  }

  /** True from `occupy` to `free`. */
  get isOccupied(): boolean {
    return this.#running !== "";
  }

  /** Ends what `occupy` began. */
  free(): void {
    this.#running = "";
  }
}

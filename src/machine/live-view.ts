/**
 * A view of linear memory that is kept from call to call: making one takes as long as a row through a small network. Growth of
 * the memory detaches a view, which then has no elements and is made anew.
 */
export class LiveView<A extends { readonly length: number }> {
  readonly #make: () => A;
  #array: A | undefined;

  constructor(make: () => A) {
    this.#make = make;
  }

  /** The view as it is now. Any later call may detach it. */
  get array(): A {
    let array = this.#array;
    if (array === undefined || array.length === 0) {
      array = this.#make();
      this.#array = array;
    }
    return array;
  }

  /** Releases the memory. */
  release(): void {
    this.#array = undefined;
  }
}

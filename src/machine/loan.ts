import { PAGE } from "./align.js";
import type { Exports } from "./instantiate.js";
import { LENT_PAGES, SharedInstance, type Tenant } from "./shared-instance.js";

/** Instances whose pages are lent, at most. Chromium grants a page of the web about 120 memories, and others need some too. */
const MOST_INSTANCES = 64;

/** Instances without a tenant that are kept for the next one, at most, and bytes of each. */
const MOST_EMPTY = 8;
const MOST_EMPTY_BYTES = 2 ** 20;

/** A core that can do without memory for a while. */
export interface Borrower extends Tenant {
  /** Ends its use. */
  drop(): void;
}

/** The one whose tenants had to leave last stands at the end. */
const instances: SharedInstance[] = [];

/** Instances at once, at most: fewer where the host has refused one. */
let most = MOST_INSTANCES;

/** Drops the cores of owners that were collected. Older versions of workerd do not have this class. */
let collected: FinalizationRegistry<Loan> | undefined;

function remove(instance: SharedInstance): void {
  instances.splice(instances.indexOf(instance), 1);
}

/** Makes an instance. @returns undefined where there are as many as may be. @throws RuntimeError where there is none. */
function make(module: WebAssembly.Module): SharedInstance | undefined {
  if (instances.length >= most) return undefined;
  try {
    const instance = new SharedInstance(module);
    instances.push(instance);
    return instance;
  } catch (refusal) {
    if (instances.length === 0) throw refusal;
    most = instances.length;
    return undefined;
  }
}

/** An instance whose tenants are the next ones to leave. @throws RuntimeError */
function next(module: WebAssembly.Module): SharedInstance {
  const found = instances.find((instance) => instance.module === module);
  // Where all are of other builds, one of them makes room for a new one.
  if (!found) instances[0].vacate();
  remove(found ?? instances[0]);
  const instance = found ?? new SharedInstance(module);
  instances.push(instance);
  return instance;
}

/** Keeps an instance for the next tenant, or drops it. */
function tidy(instance: SharedInstance): void {
  if (!instance.isEmpty) return;
  const isSmall = instance.exports.memory.buffer.byteLength <= MOST_EMPTY_BYTES;
  if (!isSmall || instances.filter(({ isEmpty }) => isEmpty).length > MOST_EMPTY) remove(instance);
}

/**
 * The pages of an instance that a core computes in, until others need them: then what is in them is copied, and the core takes the
 * same pages of any instance at its next use.
 *
 * The first networks of a thread have an instance each, as long as it makes new ones, and later ones the free pages of these.
 * A core that has pages is held here, until its owner is collected.
 */
export class Loan implements Tenant {
  readonly #module: WebAssembly.Module;
  #borrower: Borrower | undefined;
  /** Undefined while the core has no pages. */
  #instance: SharedInstance | undefined;
  /** The first page, and the one behind the last. */
  #first = 0;
  #end = 0;

  private constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /** @param owner must not be held by the core. @returns undefined where the host does not tell what was collected. */
  static for(owner: object, module: WebAssembly.Module): Loan | undefined {
    if (typeof FinalizationRegistry === "undefined") return undefined;
    collected ??= new FinalizationRegistry((loan) => loan.#borrower?.drop());
    const loan = new Loan(module);
    collected.register(owner, loan);
    return loan;
  }

  /** The address of the first page. */
  get start(): number {
    return this.#first * PAGE;
  }

  /**
   * Takes pages for a core: any one at first, then those that it had.
   * @param address the end of what it has in them. @throws RuntimeError where the host grants no memory.
   */
  begin(borrower: Borrower, address = 0): Exports {
    const instance = this.#end === 0 ? this.#settle() : this.#return(address);
    instance.lend(this, this.#first, this.#end);
    this.#borrower = borrower;
    this.#instance = instance;
    return instance.exports;
  }

  /** Chooses a page. */
  #settle(): SharedInstance {
    this.#end = 1;
    const own = this.#findFree() ?? make(this.#module);
    if (own) return own;
    const shared = instances.find(({ module, freePage }) => module === this.#module && freePage >= 0);
    this.#first = shared?.freePage ?? 0;
    this.#end = this.#first + 1;
    return shared ?? next(this.#module);
  }

  /** Finds an instance for the pages that were chosen. */
  #return(address: number): SharedInstance {
    this.#end = Math.max(this.#first + 1, Math.ceil(address / PAGE));
    return this.#findFree() ?? make(this.#module) ?? next(this.#module);
  }

  #findFree(): SharedInstance | undefined {
    return instances.find(
      (instance) => instance.module === this.#module && instance.isFree(this.#first, this.#end),
    );
  }

  /** Takes the pages up to an address too. @returns false if they are too many: the instance is then the core's own. */
  extend(address: number): boolean {
    const end = Math.ceil(address / PAGE);
    const instance = this.#instance as SharedInstance;
    if (end > LENT_PAGES) {
      instance.vacate(this);
      remove(instance);
      this.#leave();
      return false;
    }
    if (end > this.#end) {
      instance.lend(this, this.#end, end);
      this.#end = end;
    }
    return true;
  }

  suspend(): void {
    this.#borrower?.suspend();
    this.#leave();
  }

  /** Gives the pages of a core back that was dropped, or that could not take its memory. */
  end(): void {
    const instance = this.#instance;
    if (!instance) return;
    this.#leave();
    // Detaches all views.
    instance.exports.memory.grow(0);
    tidy(instance);
  }

  #leave(): void {
    this.#instance?.takeBack(this);
    this.#instance = undefined;
    this.#borrower = undefined;
  }
}

import { type Exports, instantiate } from "./instantiate.js";

/** Pages of an instance that are lent, and those among them that the pages of a core begin with. */
export const LENT_PAGES = 128;
const FIRST_PAGES = 64;

/** The loan of some pages to a core. */
export interface Tenant {
  /** Leaves the pages until the core is used again. @throws RuntimeError where there is no room to copy their contents. */
  suspend(): void;
}

/** An instance whose pages are lent to several cores. */
export class SharedInstance {
  readonly module: WebAssembly.Module;
  readonly exports: Exports;
  /** The tenant of each page. */
  readonly #tenants = new Array<Tenant | undefined>(LENT_PAGES).fill(undefined);

  /** @throws RuntimeError where the host grants no memory. */
  constructor(module: WebAssembly.Module) {
    this.module = module;
    this.exports = instantiate(module);
  }

  /** A page without a tenant for a core to begin with; -1 if there is none. */
  get freePage(): number {
    const page = this.#tenants.indexOf(undefined);
    return page < FIRST_PAGES ? page : -1;
  }

  /** True if no page has a tenant. */
  get isEmpty(): boolean {
    return this.#tenants.every((tenant) => !tenant);
  }

  /** True if the pages from `first` to before `end` have no tenant. */
  isFree(first: number, end: number): boolean {
    for (let page = first; page < end; page++) if (this.#tenants[page]) return false;
    return true;
  }

  /** Lends the pages from `first` to before `end`. Tenants that have any of them are suspended. */
  lend(tenant: Tenant, first: number, end: number): void {
    for (let page = first; page < end; page++) this.#tenants[page]?.suspend();
    this.#tenants.fill(tenant, first, end);
  }

  /** Suspends all tenants, except one that may stay. */
  vacate(stays?: Tenant): void {
    for (const tenant of this.#tenants) if (tenant !== stays) tenant?.suspend();
  }

  /** Takes the pages of a tenant back. */
  takeBack(tenant: Tenant): void {
    this.#tenants.forEach((other, page) => {
      if (other === tenant) this.#tenants[page] = undefined;
    });
  }
}

const isOwnProperty = Object.prototype.hasOwnProperty;

/** True if an object has a property of its own of that name, also where the host has no Object.hasOwn. */
export const hasOwn = (object: object, name: PropertyKey): boolean => isOwnProperty.call(object, name);

/** Objects that inherit no names. Unlike those of Object.create(null), they are as fast as any other. */
// biome-ignore lint/complexity/noStaticOnlyClass: it is for its instances.
export class Own {
  static {
    Reflect.deleteProperty(Own.prototype, "constructor");
    Object.setPrototypeOf(Own.prototype, null);
  }
}

/** True for a plain object, of this realm or another, with the prototype of all objects or none. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  // biome-ignore lint/suspicious/noProto: V8 reads it in place, while getPrototypeOf is a call. Where it is absent, that follows.
  if ((value as { __proto__?: unknown }).__proto__ === Object.prototype) return true;
  const prototype: object | null = Object.getPrototypeOf(value);
  return (
    prototype === Object.prototype ||
    prototype === null ||
    prototype === Own.prototype ||
    (Object.getPrototypeOf(prototype) === null && hasOwn(prototype, "isPrototypeOf"))
  );
}

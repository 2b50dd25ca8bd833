/** Decides what immutable means here: a value that nothing reachable from it can change. */

const refuse = (): never => {
  throw new TypeError('a frozen map or set cannot be changed');
};
const refusal = { value: refuse, enumerable: false, configurable: false, writable: false };

/** Freezes `value` and all it holds, maps and sets included; typed arrays and functions are left alone. Cycles are fine. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value))
    return value;
  if (value instanceof Map) {
    Object.defineProperties(value, { set: refusal, delete: refusal, clear: refusal });
    Object.freeze(value);
    for (const [key, item] of value) {
      deepFreeze(key);
      deepFreeze(item);
    }
    return value;
  }
  if (value instanceof Set) {
    Object.defineProperties(value, { add: refusal, delete: refusal, clear: refusal });
    Object.freeze(value);
    for (const item of value) deepFreeze(item);
    return value;
  }
  Object.freeze(value);
  for (const item of Object.values(value)) deepFreeze(item);
  return value;
}

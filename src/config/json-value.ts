/** Decides what a value of the file is as JSON: dates become text, everything else is what it is. */
import type { JsonObject, JsonValue } from '../core/json.ts';

/** A table as JSON. */
export function jsonObject(table: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, jsonValue(value)]));
}

function jsonValue(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(jsonValue);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null)
    return jsonObject(value as Readonly<Record<string, unknown>>);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return String(value);
}

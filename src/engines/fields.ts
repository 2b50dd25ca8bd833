/** Decides what a field of an agent's stream is worth when it may hold anything, or be missing. */
import type { JsonObject, JsonValue } from '../core/json.ts';

const MAX_NAME = 300;

/** The object, or an empty one. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The objects of a list; nothing where it is none. */
export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isObject) : [];
}

/** The text, or null; an empty text is none. */
export function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The name of something, such as a session or a model; null where it is none, or longer than any name. */
export function nameOf(value: JsonValue | undefined): string | null {
  const text = textOf(value);
  return text === null || text.length > MAX_NAME ? null : text;
}

/** The amount, or null: what is no number, not finite or below zero is no amount. */
export function amountOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** The sum of the amounts. */
export function sumOf(...values: readonly (JsonValue | undefined)[]): number {
  return values.reduce<number>((sum, value) => sum + (amountOf(value) ?? 0), 0);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

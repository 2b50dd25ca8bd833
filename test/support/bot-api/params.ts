/** Decides how a method reads one parameter: what has the wrong type counts as not given, as it does for Telegram. */
import type { Raw } from './wire.ts';
import { isRaw } from './wire.ts';

export function stringOf(params: Raw, name: string): string | undefined {
  const value = params[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

export function integerOf(params: Raw, name: string): number | undefined {
  const value = params[name];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

export function flagOf(params: Raw, name: string): boolean {
  return params[name] === true;
}

export function objectOf(params: Raw, name: string): Raw | undefined {
  const value = params[name];
  return isRaw(value) ? value : undefined;
}

export function listOf(params: Raw, name: string): readonly unknown[] | undefined {
  const value = params[name];
  return Array.isArray(value) ? value : undefined;
}

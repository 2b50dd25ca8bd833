/** Decides which time zones there are: those of the tz database that the runtime carries. */
import { IANAZone } from 'luxon';

/** Whether `name` is in the tz database (aliases and any case included); offsets such as `+02:00` are no names. */
export function zoneExists(name: string): boolean {
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name);
}

/** The zone the host is set to, `UTC` when it does not say. */
export function hostZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return zoneExists(timeZone) ? timeZone : 'UTC';
}

/** The version of the tz data, such as `2026c`, from `process.versions`; `unknown` when the build does not say. */
export function tzDataVersion(versions: Readonly<Record<string, string | undefined>>): string {
  return versions.tz ?? 'unknown';
}

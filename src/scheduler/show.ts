/** Decides how a moment is shown to people: the zone's own wall clock, with the zone's name where it stands alone. */
import { DateTime } from 'luxon';

/** `2026-11-22 02:00 Europe/Berlin`; seconds only where they are not zero. */
export function showMoment(atMs: number, zone: string): string {
  return `${showWall(atMs, zone)} ${zone}`;
}

/** The same without the zone. */
export function showWall(atMs: number, zone: string): string {
  const local = DateTime.fromMillis(atMs, { zone });
  return local.toFormat(local.second === 0 ? 'yyyy-MM-dd HH:mm' : 'yyyy-MM-dd HH:mm:ss');
}

/** Decides how it reads in a chat that other tz data moved fires. */
import type { AppEvent } from '../core/event.ts';
import { momentIn } from './times.ts';

/** The versions, and a line for each fire, both of its moments on the wall as it is by the new rules. */
export function zoneLines({
  before,
  version,
  moved,
  more,
}: Extract<AppEvent, { readonly kind: 'tz-data' }>): readonly string[] {
  return [
    `🕒 time zone data is ${version} now, it was ${before}:`,
    ...moved.map(({ trigger, zone, was, now }) => {
      const [fires, instead] = [now, was].map((at) => (at === undefined ? 'never' : momentIn(zone, at)));
      return `${trigger} fires ${fires} instead of ${instead}`;
    }),
    ...(more === 0 ? [] : [`and ${more} more`]),
  ];
}

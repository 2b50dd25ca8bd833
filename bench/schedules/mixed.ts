/** Decides which schedules are measured: those of a large installation, half of them written more than once, in 40 zones. */
import type { CronSpec } from '../../src/scheduler/schedule.ts';

/** Zones of every kind: none, one or two clock changes a year, odd offsets, both hemispheres. */
const ZONES =
  `UTC Europe/Berlin Europe/London Europe/Paris Europe/Madrid Europe/Rome Europe/Warsaw Europe/Kyiv Europe/Istanbul
Europe/Moscow Europe/Lisbon Europe/Dublin Africa/Cairo Africa/Casablanca Africa/Lagos Africa/Johannesburg America/New_York
America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage America/Halifax America/St_Johns
America/Sao_Paulo America/Bogota America/Mexico_City America/Santiago Asia/Kolkata Asia/Kathmandu Asia/Tokyo Asia/Shanghai
Asia/Singapore Asia/Dubai Asia/Tehran Asia/Jerusalem Australia/Sydney Australia/Lord_Howe Pacific/Auckland
Pacific/Honolulu`.split(/\s+/);

const SEED = 20_260_101;

/** `count` specs, the same ones on every call. The first half are all different, the second half repeats them. */
export function mixedSpecs(count: number): readonly CronSpec[] {
  const random = generator(SEED);
  const distinct = new Map<string, CronSpec>();
  while (distinct.size < Math.ceil(count / 2)) {
    const expression = expressionOf(random);
    distinct.set(expression, { expression, zone: ZONES[distinct.size % ZONES.length] ?? 'UTC' });
  }
  const once = [...distinct.values()];
  // A copy of its own each, as a parsed file holds them.
  const again = once.slice(0, count - once.length).map((spec) => ({ ...spec }));
  return [...once, ...again];
}

/** The ways people write them, most often: daily, every few minutes, weekdays, monthly, and now and then an odd one. */
function expressionOf(random: (below: number) => number): string {
  const minute = random(60);
  const hour = random(24);
  const shapes: ReadonlyArray<() => string> = [
    () => `${random(60)} ${minute} ${hour} * * *`,
    () => `${random(60)} ${minute} ${hour} * * *`,
    () => `${minute},${random(60)} ${hour} * * MON-FRI`,
    () => `${random(60)} ${minute}/${1 + random(30)} ${hour}-${Math.min(23, hour + 1 + random(8))} * * *`,
    () => `${minute} */${1 + random(12)} * * ${random(7)}`,
    () => `${minute} ${hour} ${1 + random(28)} * *`,
    () => `${minute} ${hour} ${1 + random(28)} ${1 + random(12)} *`,
    () => `${minute} ${hour} L * *`,
    () => `${minute} ${hour} * * ${random(7)}#${1 + random(4)}`,
    () => `${random(60)} ${minute}-${Math.min(59, minute + random(20))} * * * *`,
  ];
  return shapes[random(shapes.length)]?.() ?? '* * * * *';
}

/** The same numbers for the same seed (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

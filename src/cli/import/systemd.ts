/** Decides what a timer of systemd's becomes, with the service that it starts; systemd.timer(5). */
import { usage } from '../input.ts';
import { readIni } from './ini.ts';
import type { Imported, Keys, Piece } from './piece.ts';
import { calendarEvent } from './systemd-calendar.ts';
import { readService } from './systemd-service.ts';
import type { ReadService } from './systemd-service.ts';
import { spanDuration } from './systemd-span.ts';
import { UnitValues } from './unit-values.ts';

/** The texts of a timer and its service, one behind the other, as `systemctl cat` prints them. */
export interface TimerUnits {
  readonly text: string;
  /** The file name of the timer; undefined: not known. */
  readonly name: string | undefined;
}

const differences = ['A run ends after an hour, unless `timeout` says otherwise.'];

/** Where counting begins, which is here the start of the service. */
const FROM_START = ['OnBootSec', 'OnStartupSec', 'OnActiveSec'];
const REPEATED = ['OnUnitActiveSec', 'OnUnitInactiveSec'];
const TIMER_READ = new Set([
  ...['OnCalendar', 'Unit', 'Persistent', 'RandomizedDelaySec', 'AccuracySec'],
  ...FROM_START,
  ...REPEATED,
]);
const UNIT_READ = new Set(['Description', 'Documentation']);

/** The file name of the service that a timer starts: `Unit=`, else its own name. */
export function serviceOf({ text, name }: TimerUnits): string {
  const named = new UnitValues(readIni(text).assignments, 'Timer').last('Unit');
  return named ?? `${bareName(name)}.service`;
}

/** Reads a timer; without its service it says so. `invalid_argument` for what is none. */
export function importSystemd(units: TimerUnits): Imported {
  const { assignments, wrong } = readIni(units.text);
  const section = (name: string): UnitValues => new UnitValues(assignments, name);
  const [timer, unit] = [section('Timer'), section('Unit')];
  if (!assignments.some((one) => one.section === 'Timer'))
    throw usage('it has no section [Timer]: name the .timer, its service is found beside it');
  const service = readService(section('Service'), serviceOf(units));
  const shared = [
    ...service.notes,
    ...timer.unread(TIMER_READ).map((line) => `${line} has no counterpart`),
    ...unit.unread(UNIT_READ).map((line) => `${line} has no counterpart: nothing is waited for or needed`),
    ...wrong.map(({ line, text }) => `line ${line} is no assignment: ${text}`),
  ];
  const about = unit.all('Description').slice(0, 1);
  const facts: Facts = { timer, service, shared, about, file: units.name };
  return { differences, pieces: momentsOf(timer).map((moment) => pieceOf(moment, facts)) };
}

interface Facts {
  readonly timer: UnitValues;
  readonly service: ReadService;
  /** Notes about the units as a whole. */
  readonly shared: readonly string[];
  readonly about: readonly string[];
  readonly file: string | undefined;
}

function pieceOf({ written, when, notes }: Moment, { timer, service, shared, about, file }: Facts): Piece {
  const place = { at: file ?? 'timer', source: [written, ...about] };
  if (when === undefined) return { kind: 'left-out', ...place, notes };
  if (service.keys === undefined) return { kind: 'left-out', ...place, notes: service.notes };
  const keys: Keys = [...when, ...rules(timer, when), ...service.keys];
  return { kind: 'cron', ...place, notes: [...notes, ...shared], name: bareName(file), keys };
}

interface Moment {
  readonly written: string;
  /** Undefined: it cannot be said here, and the notes say why. */
  readonly when: Keys | undefined;
  readonly notes: readonly string[];
}

function momentsOf(timer: UnitValues): readonly Moment[] {
  const calendar = timer.all('OnCalendar').map(calendarMoment);
  const repeated = REPEATED.flatMap((key) => timer.all(key).map((value) => repeatedMoment(key, value)));
  const starts = FROM_START.flatMap((key) => timer.all(key).map((value) => startMoment(key, value)));
  // With a repetition, the first one after the start is its beginning.
  const lost = starts.map(({ written }) => `${written} is left out: \`every\` counts on through restarts`);
  const later =
    repeated.length === 0 ? starts : repeated.map((one) => ({ ...one, notes: [...one.notes, ...lost] }));
  const moments = [...calendar, ...later];
  return moments.length > 0 ? moments : [never('', 'nothing in [Timer] says when')];
}

function never(written: string, why: string): Moment {
  return { written, when: undefined, notes: [why] };
}

function calendarMoment(value: string): Moment {
  const event = calendarEvent(value);
  const written = `OnCalendar=${value}`;
  if (!event.ok) return never(written, event.why);
  const zone: Keys = event.zone === undefined ? [] : [['timezone', event.zone]];
  return { written, when: [[event.key, event.text], ...zone], notes: [] };
}

function repeatedMoment(key: string, value: string): Moment {
  const every = spanDuration(value);
  const written = `${key}=${value}`;
  if (every === undefined) return never(written, `${value} is no length of time`);
  const notes =
    key === 'OnUnitInactiveSec' ? ['it counted from the end of a run; here from start to start'] : [];
  return { written, when: [['every', every]], notes };
}

function startMoment(key: string, value: string): Moment {
  const notes = [
    `it fires at each start of the service, at once; there ${value} after ${SINCE[key] ?? 'a start'}`,
  ];
  return { written: `${key}=${value}`, when: [['schedule', '@reboot']], notes };
}

const SINCE: Readonly<Record<string, string>> = {
  OnBootSec: 'that of the machine',
  OnStartupSec: 'that of systemd',
  OnActiveSec: 'that of the timer',
};

/** systemd looks once whether something was missed, however long ago; a run that lasts is not begun again. */
function rules(timer: UnitValues, when: Keys): Keys {
  const isReboot = when.some(([, value]) => value === '@reboot');
  const missed: Keys = timer.isOn('Persistent')
    ? [
        ['missed', 'last'],
        ['missed_grace', '365d'],
      ]
    : [['missed', 'skip']];
  const jitter = spanDuration(timer.last('RandomizedDelaySec') ?? '');
  return [
    ...(jitter === undefined || isReboot ? [] : ([['jitter', jitter]] as const)),
    ['overlap', 'skip'],
    ...(isReboot ? [] : missed),
  ];
}

function bareName(name: string | undefined): string {
  return (name ?? 'timer').replace(/\.timer$/, '');
}

/** Decides how a schedule of cron's is written here, where the two read the same fields differently. */

/** The expression, and what it means else than before. */
export interface ReadSchedule {
  readonly expression: string;
  readonly notes: readonly string[];
}

/** Reads the five fields, or a nickname, of a crontab. */
export function cronSchedule(written: string): ReadSchedule {
  if (written.startsWith('@')) return nickname(written.toLowerCase());
  // A "-" before the minute keeps a job of the superuser out of the log of some crons.
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = written.replace(/^-/, '').split(' ');
  const isDrawn = written.includes('~');
  const fields = [minute, hour, day, month, meeting(day, weekday)].map(drawn);
  const note = 'cron drew the time of "~" anew with every load; H is drawn once, from the id';
  return { expression: fields.join(' '), notes: isDrawn ? [note] : [] };
}

function nickname(name: string): ReadSchedule {
  if (name !== '@reboot') return { expression: name === '@every_minute' ? '* * * * *' : name, notes: [] };
  return { expression: name, notes: ['it fires at each start of the service, not of the machine'] };
}

/**
 * crontab(5): a job runs when either day field matches, unless one of them begins with a star, also one with a step:
 * then both have to. Here only a lone star leaves a field out.
 */
function meeting(day: string, weekday: string): string {
  const isBoth = day !== '*' && weekday !== '*' && (day.startsWith('*') || weekday.startsWith('*'));
  return isBoth ? `+${weekday}` : weekday;
}

/** `0~30` of Cronie and OpenBSD, a random minute in a range. */
function drawn(field: string): string {
  return field.replaceAll(/(\d*)~(\d*)/g, (_whole, from: string, to: string) =>
    from === '' || to === '' ? 'H' : `H(${from}-${to})`,
  );
}

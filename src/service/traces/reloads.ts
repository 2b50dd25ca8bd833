/** Decides which span tells of a reload of the configuration. */
import type { ReloadReport } from '../../core/event.ts';
import type { Span } from '../../core/tracing.ts';

/** What a reload came to, in a trace of its own; undefined: a watched file was looked at, and had not changed. */
export function reloadSpan(report: ReloadReport, startedAt: number): Span | undefined {
  const { ok, changed, source, at, revision, added, removed, modified, issues } = report;
  if (source === 'watch' && ok && !changed) return undefined;
  const [first] = issues.filter(({ severity }) => severity === 'error');
  return {
    name: 'reload',
    kind: 'internal',
    startedAt,
    endedAt: at,
    attributes: {
      'untether.source': source,
      'untether.outcome': changed ? 'changed' : ok ? 'unchanged' : 'refused',
      'untether.revision': revision,
      'untether.added': added.length,
      'untether.removed': removed.length,
      'untether.modified': modified.length,
    },
    ...(!ok && { failure: first?.message ?? 'refused' }),
  };
}

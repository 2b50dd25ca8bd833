/** Decides which pings of a lane go when one of them could not be sent: each that a later one outdates. */
import type { ReportKind } from '../core/report-target.ts';
import { isOutdatedBy } from '../core/report.ts';

/** A report by its number. */
export interface NumberedReport {
  readonly seq: number;
  readonly kind: ReportKind;
}

/** Those of the lane that go, the failed one among them; none where nothing outdates that one. */
export function outdatedBy(
  lane: readonly NumberedReport[],
  failed: NumberedReport,
): readonly NumberedReport[] {
  const later = new Set<ReportKind>();
  const outdated: NumberedReport[] = [];
  for (const one of lane.toSorted((a, b) => b.seq - a.seq)) {
    if ([...later].some((kind) => isOutdatedBy(one.kind, kind))) outdated.push(one);
    later.add(one.kind);
  }
  return outdated.some(({ seq }) => seq === failed.seq) ? outdated : [];
}

/** Decides what the pump of reports gets from the service: its own way out, and the secrets of the moment. */
import type { Mask } from '../../core/secret.ts';
import { triggerIn } from '../../core/snapshot.ts';
import { createOutbound } from '../../net/fetch.ts';
import { endOfOutput } from '../../runs/end-of-output.ts';
import type { TriggerManager } from '../../triggers/manager.ts';
import type { Resources } from '../resources.ts';
import type { SecretOf } from '../run-secrets.ts';
import { LostReports } from './lost.ts';
import { Reports } from './reports.ts';
import { requestOf } from './request.ts';

/** What belongs to the parts of the service. */
export interface ReportsWorld {
  readonly manager: TriggerManager;
  readonly secrets: SecretOf;
  readonly outputRoot: string;
  readonly mask: Mask;
}

/** Makes the pump; nothing is sent yet, and its connections end with `undo`. */
export function createReports(
  { ledger, bus, conditions, templates, options: { env }, clock, log }: Resources,
  { manager, secrets, outputRoot, mask }: ReportsWorld,
  undo: AsyncDisposableStack,
): Reports {
  const lost = new LostReports({
    conditions,
    isConfigured: (trigger) => triggerIn(manager.current(), trigger) !== undefined,
  });
  manager.subscribe(() => {
    lost.sweep();
  });
  const reports = new Reports({
    ...{ ledger: ledger.reports, subscribe: bus.subscribe, lost, clock, log, random: Math.random },
    outbound: createOutbound({ clock }),
    build: (report) =>
      requestOf(report, {
        ...{ templates, mask, nowMs: () => clock.now() },
        secrets,
        environment: (name) => env[name],
        output: ({ run, attempt }, maxBytes) =>
          endOfOutput({ root: outputRoot, run, attempt, maxBytes, mask }),
      }),
  });
  undo.defer(() => reports.close(0));
  return reports;
}

/** Decides what is inactive for want of a plugin: its runs are skipped with the reason, and a condition names it. */
import type { RunSpec } from '../../core/action.ts';
import type { Admission, Admit } from '../../core/admission.ts';
import { actionPart } from '../../core/plugin.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Conditions } from '../../telemetry/conditions.ts';
import type { Plugins } from './plugins.ts';

/** The plugins, as far as it matters what they lack. */
type Lacking = Pick<Plugins, 'lacks'>;

/** Triggers that the condition names; a chat is told of it. */
const MOST_NAMED = 5;

/** The same door; a run that waits is asked when it begins. */
export function withPlugins(admit: Admit, plugins: Lacking): Admit {
  return (batch) => {
    const admissions = batch.admissions.map((one) => judged(one, plugins));
    return admit({ ...batch, admissions });
  };
}

/** Raises or clears the condition that names each trigger with what it lacks. */
export function noteLacking(
  snapshot: Triggers,
  plugins: Lacking,
  conditions: Pick<Conditions, 'raise' | 'clear'>,
): void {
  const lacks = lacksIn(snapshot, plugins);
  const more = lacks.length > MOST_NAMED ? [`${lacks.length - MOST_NAMED} more`] : [];
  if (lacks.length === 0) conditions.clear('plugin_missing');
  else conditions.raise('plugin_missing', [...lacks.slice(0, MOST_NAMED), ...more].join('; '));
}

type Triggers = Pick<Snapshot, 'crons' | 'webhooks'>;

/** A sentence for each lack, each once: first those of senders, then those of runs. */
function lacksIn({ crons, webhooks }: Triggers, plugins: Lacking): readonly string[] {
  const sentence = (id: string, lack: string | undefined): readonly string[] =>
    lack === undefined ? [] : [`${id}: ${lack}`];
  const sentences = [
    ...[...webhooks.values()].flatMap(({ id, asks }) =>
      sentence(id, asks && plugins.lacks('verifiers', asks)),
    ),
    ...[...crons.values(), ...webhooks.values()].flatMap(({ id, spec }) =>
      sentence(id, lackOf(spec, plugins)),
    ),
  ];
  // One plugin may be both.
  return [...new Set(sentences)];
}

function judged(admission: Admission, plugins: Lacking): Admission {
  const reason = admission.state === 'queued' ? lackOf(admission.spec, plugins) : undefined;
  if (reason === undefined) return admission;
  // A one-shot that is left out has not fired: it is still to come.
  const { spends: _, ...rest } = admission;
  return { ...rest, state: 'skipped', reason };
}

function lackOf({ action, filters = [] }: RunSpec, plugins: Lacking): string | undefined {
  const ofAction = action.kind === 'plugin' ? plugins.lacks('actions', actionPart(action)) : undefined;
  return (
    ofAction ?? filters.map((filter) => plugins.lacks('filters', filter)).find((one) => one !== undefined)
  );
}

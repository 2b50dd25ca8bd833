/** Decides when plugins are looked at before a run is let in: what needs one that is not there is skipped, with the reason. */
import type { Admission, Admit } from '../../core/admission.ts';
import type { Plugins } from './plugins.ts';

/** The same door; a run that waits is asked when it begins. */
export function withPlugins(admit: Admit, plugins: Pick<Plugins, 'lacks'>): Admit {
  return (batch) => {
    const admissions = batch.admissions.map((one) => judged(one, plugins));
    return admit({ ...batch, admissions });
  };
}

function judged(admission: Admission, plugins: Pick<Plugins, 'lacks'>): Admission {
  const { state, spec } = admission;
  if (state !== 'queued' || spec.action.kind !== 'plugin') return admission;
  const reason = plugins.lacks(spec.action);
  if (reason === undefined) return admission;
  // A one-shot that is left out has not fired: it is still to come.
  const { spends: _, ...rest } = admission;
  return { ...rest, state: 'skipped', reason };
}

/** Decides what a command says of a delivery whose sender only a plugin knows: what the plugin itself says. */
import type { Delivery, PluginVerifier } from '../core/trigger.ts';
import { createAskSender } from '../service/plugins/verifying.ts';
import type { Diagnosis } from '../triggers/diagnose.ts';
import type { CommandContext } from './command-spec.ts';
import { withPlugins } from './with-plugin.ts';

/** Nobody sent it: it is read from files. */
const NO_SENDER = '127.0.0.1';

/** Asks the plugin as the service would. */
export function diagnoseAsked(
  verifier: PluginVerifier,
  delivery: Delivery,
  context: CommandContext,
): Promise<Diagnosis> {
  return withPlugins([verifier.plugin], context, async (plugins, mask) => {
    const askSender = createAskSender({ plugins, mask, clock: context.clock });
    const asked = await askSender(verifier, { delivery, address: NO_SENDER });
    if (asked.kind === 'unasked') {
      const remedy = 'senders are told 503, and to come again, until the plugin answers';
      return { ok: false, finding: asked.reason, remedy };
    }
    if (asked.verdict.ok) return { ok: true };
    const remedy =
      'the plugin says so, and senders are told 401: compare `secret` and `with` with what they have';
    return { ok: false, finding: asked.verdict.reason, remedy };
  });
}

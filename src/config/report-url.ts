/** Decides which addresses of reports are wrong already in the file, those included that a secret holds. */
import { checkTemplates } from './check-templates.ts';
import type { CompileContext } from './compile-context.ts';
import { checkUrl } from './outbound.ts';
import { fault } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import type { SecretSource } from './schema/secret.ts';

/** What is known when a run is over, whatever it ran for. */
const OWN: ReadonlySet<string> = new Set(['run_id', 'trigger_id']);

/** What is wrong with an address as it is written. */
export function checkReportUrl(
  path: KeyPath,
  source: SecretSource | undefined,
  context: CompileContext,
): readonly Problem[] {
  if (source === undefined) return [];
  if (typeof source !== 'string') return checkSecretUrl(path, source, context);
  const problems = [...checkUrl(path, source), ...checkTemplates([{ path, text: source }], context)];
  if (problems.length > 0) return problems;
  const { templates } = context;
  const isForeign =
    templates.dependsOnPayload(source) || templates.operatorNames(source).own.some((name) => !OWN.has(name));
  const message =
    'may name {{run_id}}, {{trigger_id}}, {{secrets.NAME}} and {{env.NAME}} alone: where runs are told of is not for their payload to say';
  return isForeign ? [fault(path, message)] : [];
}

/** A secret that could not be read is reported where it was looked for; its value is never quoted. */
function checkSecretUrl(
  path: KeyPath,
  source: SecretSource,
  { secretOf }: CompileContext,
): readonly Problem[] {
  const address = secretOf(source)?.reveal();
  return address === undefined || checkUrl(path, address).length === 0
    ? []
    : [
        fault(
          path,
          'the secret is no address that begins with http:// or https://, without a user name in it',
        ),
      ];
}

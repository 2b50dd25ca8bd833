/** Decides which requests tell the outside of a trigger's runs, from its key `ping`. */
import type { ReportTargets } from '../core/report-target.ts';
import type { Secret } from '../core/secret.ts';
import type { CompileContext } from './compile-context.ts';
import { conceal, secretValues } from './conceal.ts';
import type { ValueTable } from './conceal.ts';
import { checkRanges } from './outbound.ts';
import { fault } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import { checkReportUrl } from './report-url.ts';
import type { TriggerConfig } from './schema/trigger.ts';
import type { SecretUse } from './secrets.ts';

/** The targets, undefined where there are none, and what is wrong with their keys. */
export interface CompiledReports {
  readonly value: ReportTargets | undefined;
  readonly problems: readonly Problem[];
  readonly secrets: ReadonlyArray<readonly [name: string, secret: Secret]>;
}

/** Compiles them; `name` is the kind and the name of the trigger. */
export function compileReports(
  config: TriggerConfig,
  name: KeyPath,
  context: CompileContext,
): CompiledReports {
  const { ping } = config;
  if (ping === undefined) return { value: undefined, problems: [], secrets: [] };
  const addresses = pingAddresses(config);
  const { table, secrets } = conceal(addresses, [...name, 'ping'], context.secretOf);
  const allowPrivate = ping.allow_private ?? [];
  const targets = Object.entries(table).map(([kind, url]) => [kind, { url, allowPrivate }] as const);
  const problems = [
    ...(targets.length === 0 ? [fault(['ping'], 'tells nobody: add `start`, `success` or `failure`')] : []),
    ...Object.entries(addresses).flatMap(([kind, source]) => checkReportUrl(['ping', kind], source, context)),
    ...checkRanges(['ping', 'allow_private'], ping.allow_private),
  ];
  return { value: Object.fromEntries(targets), problems, secrets };
}

/** Where these keys hold secrets. */
export function reportSecrets(config: TriggerConfig): readonly SecretUse[] {
  return secretValues(['ping'], pingAddresses(config));
}

function pingAddresses({ ping: { start, success, failure } = {} }: TriggerConfig): ValueTable {
  return {
    ...(start !== undefined && { start }),
    ...(success !== undefined && { success }),
    ...(failure !== undefined && { failure }),
  };
}

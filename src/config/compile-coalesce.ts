/** Decides what the `coalesce` of a webhook comes to, and what no key or window can be. */
import type { Coalescing } from '../core/trigger.ts';
import { formatDuration } from '../core/duration.ts';
import { compileBurstKey } from '../triggers/coalesce.ts';
import { checkTemplates } from './check-templates.ts';
import { msOf } from './compile-context.ts';
import type { CompileContext } from './compile-context.ts';
import { fault } from './problem.ts';
import type { Problem } from './problem.ts';
import type { CoalesceConfig } from './schema/coalesce.ts';

/** Windows that a burst may last by default. */
const DEFAULT_WINDOWS = 10;

/** A compiled table; `value` is of use only where no problem is an error. */
export interface CompiledCoalescing {
  readonly value: Coalescing;
  readonly problems: readonly Problem[];
}

/** Compiles the table; paths of problems begin with `coalesce`. */
export function compileCoalesce(config: CoalesceConfig, context: CompileContext): CompiledCoalescing {
  const windowMs = msOf(config.window);
  const maxWaitMs = config.max_wait === undefined ? DEFAULT_WINDOWS * windowMs : msOf(config.max_wait);
  const problems = [...checkKey(config.key, context), ...checkTimes(windowMs, maxWaitMs)];
  const keyOf = compileBurstKey(config.key, context.templates);
  return { value: { key: config.key, keyOf, windowMs, maxWaitMs }, problems };
}

function checkTimes(windowMs: number, maxWaitMs: number): readonly Problem[] {
  if (windowMs === 0) return [fault(['coalesce', 'window'], 'must be longer than nothing')];
  if (maxWaitMs >= windowMs) return [];
  const message = `is shorter than \`window\`, so that no delivery could wait that long: write ${formatDuration(windowMs)} or more`;
  return [fault(['coalesce', 'max_wait'], message)];
}

const EXAMPLE = '"{{pull_request.number}}"';

function checkKey(key: string | undefined, context: CompileContext): readonly Problem[] {
  if (key === undefined) return [];
  const path = ['coalesce', 'key'];
  const { env, secrets, own } = context.templates.operatorNames(key);
  const strangers = [
    ...env.map((name) => `env.${name}`),
    ...secrets.map((name) => `secrets.${name}`),
    ...own,
  ];
  if (strangers.length > 0) {
    const names = strangers.map((name) => `{{${name}}}`).join(', ');
    return [
      fault(
        path,
        `may not name ${names}, which no sender delivers: a key is made of what is delivered, such as ${EXAMPLE}`,
      ),
    ];
  }
  const unreadable = checkTemplates([{ path, text: key }], context);
  if (unreadable.length > 0 || context.templates.dependsOnPayload(key)) return unreadable;
  const message = `names nothing that is delivered, so that all deliveries would be one burst: write a placeholder such as ${EXAMPLE}, or leave \`key\` out`;
  return [fault(path, message)];
}

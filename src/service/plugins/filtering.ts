/** Decides how a template's use of a plugin's filter is answered: in good time and within bounds, or with the reason. */
import { messageOf } from '../../core/errors.ts';
import type { ApplyFilter, FilterAnswer, FilterUse } from '../../core/plugin.ts';
import type { CallResult } from '../../plugins/calls.ts';
import { whyNoValue } from './no-value.ts';
import type { Plugins } from './plugins.ts';

/** Of one use; a text waits for each of its own. */
const DEADLINE_MS = 3_000;
/** Characters of JSON that go in, and that come out. */
const MOST_CHARACTERS = 1_000_000;

/** The way to the filters of plugins. */
export function createApplyFilter(plugins: Pick<Plugins, 'keyOf' | 'lacks' | 'call'>): ApplyFilter {
  return async function applyFilter(use) {
    const { plugin, name } = use.part;
    const called = `the filter ${name === undefined ? plugin : `${plugin}.${name}`}`;
    try {
      return await answerOf(use, called, plugins);
    } catch (error) {
      return refused(`${called}: ${messageOf(error)}`);
    }
  };
}

async function answerOf(
  { part, value, args }: FilterUse,
  called: string,
  plugins: Pick<Plugins, 'keyOf' | 'lacks' | 'call'>,
): Promise<FilterAnswer> {
  const given = JSON.stringify([value, args]).length;
  if (given > MOST_CHARACTERS) return refused(`${called} is given ${given} characters, which are too many`);
  const key = await plugins.keyOf('filters', part);
  if (key === undefined) return refused(plugins.lacks('filters', part) ?? `${called} is not loaded`);
  const target = { kind: 'filters', key } as const;
  const argument = { value, args };
  const result = await plugins.call(part.plugin, { target, argument, deadlineMs: DEADLINE_MS });
  return readResult(result, called);
}

/** What it returned as JSON has it, since a template can print nothing else. */
function readResult(result: CallResult | undefined, called: string): FilterAnswer {
  if (result?.kind !== 'returned') return refused(`${called}: ${whyNoValue(result)}`);
  const text = JSON.stringify(result.value ?? null);
  if (text.length > MOST_CHARACTERS)
    return refused(`${called} gives ${text.length} characters, which are too many`);
  return { ok: true, value: JSON.parse(text) };
}

function refused(reason: string): FilterAnswer {
  return { ok: false, reason };
}

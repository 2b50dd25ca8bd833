/**
 * Decides how a template reaches a filter of a plugin: `{{ title | plugin: "ID.NAME", 40 }}`.
 *
 * Templates are rendered at once, and a plugin answers later. So a text is rendered in passes: each is given the answers so
 * far, in the order of their uses, and stops at the first use that has none; the last pass has them all.
 */
import type { Liquid, Template as LiquidNode } from 'liquidjs';
import { Output } from 'liquidjs';
import { AppError } from '../core/errors.ts';
import type { ApplyFilter, FilterAnswer, FilterUse, PluginPart } from '../core/plugin.ts';
import { isPluginId, pluginPartOf } from '../core/plugin.ts';

/** Its name; the names of plugins are none of their own, so that they never hide another filter. */
const FILTER = 'plugin';
/** The first argument: an id and the name of a filter, between quotes. */
const WRITTEN = /^(["'])(.+)\1$/;
/** How a plugin names what it has. */
const NAME = /^[A-Za-z][\w-]{0,63}$/;

/** Uses in one text: each is a wait. */
const MOST_USES = 20;

/** A pass on its way; `at` counts the uses that it has met. */
interface Pass {
  readonly answers: readonly unknown[];
  at: number;
  /** The use that it stopped at; undefined: none so far. */
  next: FilterUse | undefined;
}

/** What the last pass by `render` comes to, which is over when it returns; else why a filter gave nothing. */
export type RenderInPasses = <T>(
  render: () => T,
  applyFilter: ApplyFilter,
) => Promise<T | Extract<FilterAnswer, { readonly ok: false }>>;

/** Adds the filter; outside a pass it can only fail. */
export function addPluginFilter(liquid: Liquid): RenderInPasses {
  let pass: Pass | undefined;
  liquid.registerFilter(FILTER, function plugin(value: unknown, name: unknown, ...args: readonly unknown[]) {
    if (pass === undefined) throw refusal('a filter of a plugin has no place here');
    const answer = pass.at;
    pass.at += 1;
    if (answer < pass.answers.length) return pass.answers[answer];
    pass.next ??= { part: pluginPartOf(String(name)), value: value ?? null, args };
    throw refusal('a filter of a plugin has not answered');
  });
  function during<T>(own: Pass, render: () => T): T {
    pass = own;
    try {
      return render();
    } finally {
      pass = undefined;
    }
  }
  return async function renderInPasses(render, applyFilter) {
    const answers: unknown[] = [];
    for (;;) {
      const own: Pass = { answers, at: 0, next: undefined };
      const result = during(own, render);
      if (own.next === undefined) return result;
      const answer = await applyFilter(own.next);
      if (!answer.ok) return answer;
      answers.push(answer.value);
    }
  };
}

/** The filters of plugins that a text uses, in their order; throws `invalid_argument` where one is not written out. */
export function pluginFiltersOf(nodes: readonly LiquidNode[]): readonly PluginPart[] {
  const filters = nodes.flatMap((node) => (node instanceof Output ? node.value.filters : []));
  const uses = filters.filter(({ name }) => name === FILTER);
  if (uses.length > MOST_USES)
    throw refusal(`it uses filters of plugins ${uses.length} times, ${MOST_USES} at most`);
  return uses.map(({ args: [first] }) => {
    const part = partIn(first === undefined || Array.isArray(first) ? '' : first.getText());
    if (part === undefined)
      throw refusal(`"${FILTER}" must be followed by a plugin's filter, written out: ${FILTER}: "ID.NAME"`);
    return part;
  });
}

function partIn(written: string): PluginPart | undefined {
  const part = pluginPartOf(WRITTEN.exec(written)?.[2] ?? '');
  return isPluginId(part.plugin) && (part.name === undefined || NAME.test(part.name)) ? part : undefined;
}

function refusal(message: string): AppError {
  return new AppError('invalid_argument', message);
}

/** `untether render`: shows what the operator's templates render to. */
import { newRunId, triggerId } from '../../core/ids.ts';
import type { TriggerId } from '../../core/ids.ts';
import type { ApplyFilter } from '../../core/plugin.ts';
import { Secret } from '../../core/secret.ts';
import type { Payload } from '../../core/run.ts';
import { runValues } from '../../actions/values.ts';
import type { ValuesContext } from '../../actions/values.ts';
import { templatesOf } from '../../actions/templates-of.ts';
import type { KeyedTemplate } from '../../actions/templates-of.ts';
import { findTrigger } from '../../service/control/lookup.ts';
import { createApplyFilter } from '../../service/plugins/filtering.ts';
import { createTemplates } from '../../triggers/template.ts';
import type { Rendered } from '../../triggers/template.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { contentTypeOf, readData } from '../data.ts';
import { exitCodes } from '../exit.ts';
import { usage } from '../input.ts';
import type { Input } from '../input.ts';
import { loadConfiguration } from '../offline.ts';
import type { Printer } from '../print.ts';
import { SequenceFilter } from '../terminal-text.ts';
import { withPlugins } from '../with-plugin.ts';

export const handle: Handler = async function render(input, context) {
  const what = await meant(input, context);
  const rows = await rowsOf(what, await payloadOf(input, context), context);
  if (context.print.json) context.print.value({ trigger: what.trigger, templates: rows });
  else show(rows, what, context.print);
  return rows.every(({ problem }) => problem === null) ? exitCodes.ok : exitCodes.failed;
};

/** Plugins are begun only for templates that use filters of theirs. */
async function rowsOf(
  what: Meant,
  payload: Payload | undefined,
  context: CommandContext,
): Promise<readonly Row[]> {
  const templates = createTemplates();
  const used = what.templates.flatMap(({ template }) => templates.operatorNames(template).filters);
  const rows = (applyFilter?: ApplyFilter): Promise<readonly Row[]> => {
    const around = { ...valuesContext(what, payload, context), ...(applyFilter && { applyFilter }) };
    const values = runValues(templates, around);
    return Promise.all(what.templates.map(async (one) => rowOf(one, await values.render(one.template))));
  };
  if (used.length === 0) return rows();
  const ids = used.map(({ plugin }) => plugin);
  return withPlugins(ids, context, (plugins) => rows(createApplyFilter(plugins)));
}

function rowOf(one: KeyedTemplate, rendered: Rendered): Row {
  return rendered.ok
    ? { ...one, text: rendered.text, problem: null }
    : { ...one, text: null, problem: rendered.reason };
}

interface Row extends KeyedTemplate {
  readonly text: string | null;
  readonly problem: string | null;
}

/** What is rendered, and as whose. */
interface Meant {
  readonly trigger: TriggerId | null;
  readonly templates: readonly KeyedTemplate[];
  /** Names of secrets that exist. */
  readonly secrets: ReadonlySet<string>;
  /** The name of what a fetch brings, which is not here. */
  readonly fetched: string | undefined;
}

async function meant(input: Input, context: CommandContext): Promise<Meant> {
  const template = input.arg(0);
  const named = namedIn(input);
  if ((template === undefined) === (named === undefined))
    throw usage('name a trigger by --webhook or --cron, or give one template as text');
  if (template !== undefined) {
    if (input.isSet('key')) throw usage('--key is one of a trigger: name it by --webhook or --cron');
    const secrets = template.includes('secrets') ? await secretNames(context) : new Set<string>();
    return { trigger: null, templates: [{ key: 'template', template }], secrets, fetched: undefined };
  }
  const { snapshot } = await loadConfiguration(context);
  const { id, spec } = findTrigger(snapshot, named ?? '');
  const templates = chosen(templatesOf(spec), input.text('key'), id);
  return { trigger: id, templates, secrets: new Set(snapshot.secrets.keys()), fetched: spec.fetch?.storeAs };
}

async function secretNames(context: CommandContext): Promise<ReadonlySet<string>> {
  return new Set((await loadConfiguration(context)).snapshot.secrets.keys());
}

function namedIn(input: Input): TriggerId | undefined {
  const [webhook, cron] = [input.text('webhook'), input.text('cron')];
  if (webhook !== undefined && cron !== undefined) throw usage('--webhook or --cron, not both');
  if (webhook !== undefined) return triggerId('webhook', webhook);
  return cron === undefined ? undefined : triggerId('cron', cron);
}

/** All, or those of one key: `forward_headers` are all of them. */
function chosen(
  templates: readonly KeyedTemplate[],
  key: string | undefined,
  trigger: TriggerId,
): readonly KeyedTemplate[] {
  if (key === undefined) return templates;
  const found = templates.filter(
    (one) => one.key === key || (/^[.[]/.test(one.key.slice(key.length)) && one.key.startsWith(key)),
  );
  if (found.length > 0) return found;
  const others = templates.map((one) => one.key).join(', ');
  throw usage(`${trigger} has no template ${key}${others === '' ? '' : `; it has ${others}`}`);
}

async function payloadOf(input: Input, context: CommandContext): Promise<Payload | undefined> {
  const file = input.text('data');
  if (file === undefined) return undefined;
  const body = await readData(file, context);
  return { body, contentType: input.text('type') ?? contentTypeOf(body), headers: {} };
}

/** Secrets and variables show as their names: what is printed here ends up in terminals and tickets. */
function valuesContext(
  { trigger, secrets }: Meant,
  payload: Payload | undefined,
  { env, clock }: CommandContext,
): ValuesContext {
  return {
    run: { id: newRunId(), trigger: trigger ?? triggerId('manual', 'render'), dueAt: clock.now(), payload },
    nowMs: () => clock.now(),
    secrets: (name) =>
      secrets.has(name) ? new Secret(`[secret${name.startsWith('_') ? '' : ` ${name}`}]`) : undefined,
    environment: (name) => (env[name] === undefined ? undefined : `[env ${name}]`),
  };
}

function show(rows: readonly Row[], { fetched, trigger }: Meant, print: Printer): void {
  if (fetched !== undefined) print.remark(`${fetched} is fetched when it runs, and empty here`);
  if (rows.length === 0) print.remark(`${trigger ?? ''} renders no template`);
  for (const { key, text, problem } of rows) {
    print.line(
      { text: `--- ${key}`, style: 'gray' },
      ...(problem === null ? [] : [{ text: problem, style: 'red' } as const]),
    );
    if (text === null) continue;
    const safe = print.isTerminal ? new SequenceFilter().push(text) : text;
    print.raw(safe.endsWith('\n') ? safe : `${safe}\n`);
  }
}

/** Decides what docs/configuration.md says: one table per table of the file, made from the schema. */
import * as z from 'zod';
import { metaOf } from '../../src/config/schema/key.ts';
import { actionKeys, budgetTable } from '../../src/config/schema/action.ts';
import { contextKeys } from '../../src/config/schema/context.ts';
import { expectTable } from '../../src/config/schema/expect.ts';
import { fetchTable } from '../../src/config/schema/fetch.ts';
import { botTable } from '../../src/config/schema/bots.ts';
import { coalesceTable } from '../../src/config/schema/coalesce.ts';
import { notifyTable, policyKeys } from '../../src/config/schema/policy.ts';
import { pingTable } from '../../src/config/schema/ping.ts';
import { pluginsTable, pluginTable } from '../../src/config/schema/plugins.ts';
import { rootTable } from '../../src/config/schema/root.ts';
import { serverTable, triggersTable } from '../../src/config/schema/server.ts';
import {
  engineTable,
  limitsTable,
  logTable,
  projectTable,
  reloadTable,
  retentionTable,
  storeTable,
} from '../../src/config/schema/service.ts';
import { signatureTable } from '../../src/config/schema/signature.ts';
import { tlsTable } from '../../src/config/schema/tls.ts';
import { profileTable, telegramTable } from '../../src/config/schema/telegram.ts';
import { telemetryTable } from '../../src/config/schema/telemetry.ts';
import { cronTable, missedWhenTable } from '../../src/config/schema/cron.ts';
import { webhookTable } from '../../src/config/schema/webhook.ts';
import { shapeOf, unwrap } from '../../src/config/schema/walk.ts';

type Shape = Readonly<Record<string, z.core.$ZodType>>;

interface Chapter {
  readonly title: string;
  readonly lead: string;
  readonly keys: Shape;
}

const shared = { ...contextKeys, ...actionKeys, ...policyKeys };

/** The reference as Markdown. */
export function configReference(): string {
  return [INTRODUCTION, ...chapters().map(chapterText), CLASSES].join('\n\n') + '\n';
}

const INTRODUCTION = `# Configuration

<!-- Made from the schema: \`npm run docs\` writes it anew. -->

One TOML file is the whole configuration. It is looked for at \`--config FILE\`, \`$UNTETHER_CONFIG_PATH\`,
\`./untether.toml\` and \`~/.untether/untether.toml\`, in this order. Saving it changes the running service: the new
content takes effect as a whole, or, when anything in it is wrong, not at all. \`untether check\` tells what is wrong,
\`untether plan\` what a save would change.

Unknown keys are errors. Lengths of time are written with their unit: \`30s\`, \`1h30m\`, \`2d\`. Relative paths are
relative to the folder of the configuration file, and \`~\` is the home folder. A secret is a string,
\`{ env = "NAME" }\`, \`{ file = "path" }\` or \`{ credential = "name" }\` (a file in \`$CREDENTIALS_DIRECTORY\`). Keys
marked *no effect* are accepted because the original has them, and named in one warning.

For completion in editors: \`untether schema > untether.schema.json\`, and \`#:schema ./untether.schema.json\` as the
first line of the file.`;

const CLASSES = `## When a change takes effect

| class | meaning |
| --- | --- |
| applied | at once, with the save; runs that are under way finish as they began |
| bot_reload | with the save; the new connection is confirmed before the old one ends |
| listener_reload | with the save; the new address answers before the old one closes, and one that cannot be had refuses the save; another certificate is for connections that come in from then on |
| telemetry_reload | with the save; what waits is sent to the old collector, what comes next to the new one |
| restart | when the service is started again; the report of the reload names the key |
| no effect | accepted, but nothing reads it yet |`;

function chapters(): readonly Chapter[] {
  return [
    { title: 'Top level', lead: 'Keys that stand before the first table.', keys: plainKeys(rootTable.shape) },
    { title: '`[triggers]`', lead: 'What all triggers share.', keys: plainKeys(triggersTable.shape) },
    { title: '`[triggers.server]`', lead: 'The listener for webhooks.', keys: serverTable.shape },
    {
      title: '`[triggers.server.tls]`',
      lead: 'HTTPS in the place of HTTP; [how to](how-to/serve-https.md).',
      keys: tlsTable.shape,
    },
    {
      title: '`[[triggers.crons]]`',
      lead: 'One table for each schedule.',
      keys: without(cronTable.shape, shared),
    },
    {
      title: '`[[triggers.webhooks]]`',
      lead: 'One table for each path.',
      keys: without(webhookTable.shape, shared),
    },
    {
      title: 'Keys of crons and webhooks',
      lead: 'Where a trigger belongs, and whether it fires.',
      keys: contextKeys,
    },
    {
      title: 'Actions',
      lead: 'What a trigger does. Each key belongs to the action that its meaning begins with.',
      keys: actionKeys,
    },
    {
      title: '`fetch`',
      lead: 'Data fetched before the action: `[triggers.crons.fetch]` or `[triggers.webhooks.fetch]`, below all other keys of its trigger.',
      keys: fetchTable.shape,
    },
    { title: 'Execution', lead: 'How the runs of a trigger are executed.', keys: policyKeys },
    { title: '`[projects.NAME]`', lead: 'A folder to work in.', keys: projectTable.shape },
    { title: '`[engines.NAME]`', lead: 'A coding agent.', keys: engineTable.shape },
    { title: '`[limits]`', lead: 'Bounds of the whole service.', keys: limitsTable.shape },
    { title: '`[retention]`', lead: 'How long finished runs stay.', keys: retentionTable.shape },
    { title: '`[log]`', lead: 'The log.', keys: logTable.shape },
    { title: '`[store]`', lead: 'Where runs are kept.', keys: storeTable.shape },
    {
      title: '`[plugins]`',
      lead: 'Code of your own; [how to write it](how-to/write-a-plugin.md).',
      keys: pluginsTable.shape,
    },
    {
      title: '`[plugins.NAME]`',
      lead: 'One plugin, by the name of its file or folder.',
      keys: pluginTable.shape,
    },
    {
      title: '`[telemetry]`',
      lead: 'Where traces go, see [Traces](how-to/traces.md).',
      keys: telemetryTable.shape,
    },
    { title: '`[reload]`', lead: 'How reloads are reported.', keys: reloadTable.shape },
    {
      title: '`[transports.telegram]`',
      lead: 'The bot, and who may do what in its chats; docs/chat.md says how to use it.',
      keys: without(telegramTable.shape, { chats: true }),
    },
    {
      title: '`[[transports.telegram.chats]]`',
      lead: 'What single chats stand for.',
      keys: profileTable.shape,
    },
    {
      title: '`[[telegram.bots]]`',
      lead: 'Bots beside that of `[transports.telegram]`, whose roles and chats hold for all.',
      keys: botTable.shape,
    },
    {
      title: '`signature`',
      lead: 'How deliveries of a provider without a name here are signed: `[triggers.webhooks.signature]`.',
      keys: signatureTable.shape,
    },
    {
      title: '`missed_when`',
      lead: 'What is made up of moments of a cron that were not served, by cause.',
      keys: missedWhenTable.shape,
    },
    { title: '`expect`', lead: 'How often something has to arrive at a webhook.', keys: expectTable.shape },
    {
      title: '`coalesce`',
      lead: 'Deliveries of a webhook that follow each other closely: the newest runs, and what it replaced names it.',
      keys: coalesceTable.shape,
    },
    { title: '`notify`', lead: 'When a chat is told how a run ended.', keys: notifyTable.shape },
    {
      title: '`ping`',
      lead: 'Addresses of a monitor that are told when runs begin and end, see [Answers and pings](how-to/answers-and-pings.md).',
      keys: pingTable.shape,
    },
    { title: '`budget`', lead: 'What the runs of a trigger may consume.', keys: budgetTable.shape },
  ];
}

/** The keys that are no tables with a chapter of their own. */
function plainKeys(shape: Shape): Shape {
  const chaptered = new Set([
    'triggers',
    'projects',
    'engines',
    'limits',
    'retention',
    'log',
    'store',
    'reload',
    'transports',
    'telegram',
    'telemetry',
    'plugins',
    'server',
    'crons',
    'webhooks',
  ]);
  return Object.fromEntries(Object.entries(shape).filter(([name]) => !chaptered.has(name)));
}

function without(shape: Shape, other: Readonly<Record<string, unknown>>): Shape {
  return Object.fromEntries(Object.entries(shape).filter(([name]) => !(name in other)));
}

function chapterText({ title, lead, keys }: Chapter): string {
  const rows = Object.entries(keys).map(([name, schema]) => rowOf(name, schema));
  return [
    `## ${title}`,
    '',
    lead,
    '',
    '| key | type | default | change | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function rowOf(name: string, schema: z.core.$ZodType): string {
  const meta = metaOf(schema);
  const reload = meta?.reload === 'none' ? 'no effect' : (meta?.reload ?? '');
  const cells = [`\`${name}\``, typeText(schema), defaultText(schema), reload, meta?.description ?? ''];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function defaultText(schema: z.core.$ZodType): string {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  if (def.type === 'default') return `\`${JSON.stringify(def.defaultValue)}\``;
  const otherwise = metaOf(schema)?.otherwise;
  if (otherwise !== undefined) return otherwise;
  return def.type === 'optional' ? '' : '*required*';
}

function typeText(schema: z.core.$ZodType): string {
  const written = (z.globalRegistry.get(schema) as { readonly written?: string } | undefined)?.written;
  if (written !== undefined) return written;
  const inner = unwrap(schema);
  if (inner !== schema) return typeText(inner);
  const { def } = inner._zod as z.core.$ZodTypes['_zod'];
  switch (def.type) {
    case 'enum':
      return Object.values(def.entries)
        .map((word) => `\`"${word}"\``)
        .join(', ');
    case 'array':
      return `list of ${plural(typeText(def.element))}`;
    case 'record':
      return shapeOf(def.valueType) === undefined ? 'table' : 'tables';
    case 'object':
      return 'table';
    case 'number':
      return (z.toJSONSchema(inner) as { readonly type?: string }).type === 'number'
        ? 'number'
        : `whole number${rangeText(inner)}`;
    case 'boolean':
      return 'true or false';
    case 'unknown':
      return 'anything';
    case 'union':
      return typeText(def.options[0] as z.core.$ZodType);
    default:
      return def.type;
  }
}

function plural(type: string): string {
  return type === 'table' || type === 'string' ? `${type}s` : type.replace(/^whole number/, 'whole numbers');
}

function rangeText(schema: z.core.$ZodType): string {
  const { minimum, maximum } = z.toJSONSchema(schema);
  if (minimum === undefined || minimum === Number.MIN_SAFE_INTEGER) return '';
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
    ? `, ${minimum} or more`
    : `, ${minimum} to ${maximum}`;
}

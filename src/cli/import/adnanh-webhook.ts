/** Decides what the hooks of adnanh/webhook become; its docs/Hook-Definition.md. */
import { usage } from '../input.ts';
import { createExpressionReader } from '../../triggers/filter/compile.ts';
import type { ReadExpression } from '../../triggers/filter/compile.ts';
import { readRule, withoutTemplates } from './adnanh-rule.ts';
import type { ReadRule } from './adnanh-rule.ts';
import { templateOf } from './adnanh-values.ts';
import { literal } from './literal.ts';
import { listOf, readDocument, tableOf, textOf } from './loose.ts';
import type { Loose } from './loose.ts';
import type { Imported, Keys, Piece } from './piece.ts';

const differences = [
  'Only POST is taken, at most 60 times a minute (`rate_limit`), and answered 202 before the command runs. A run ends',
  'after an hour, unless `timeout` says otherwise. An argument in which a payload begins with "-" is refused, unless',
  '`allow_flags` is set. Where the file holds secrets, keep it to yourself: chmod 600.',
];

const READ = new Set([
  ...['id', 'execute-command', 'command-working-directory', 'pass-arguments-to-command'],
  ...['pass-environment-to-command', 'trigger-rule'],
]);

/** What a key without a counterpart means here. */
const INSTEAD: Readonly<Record<string, string>> = {
  'pass-file-to-command': 'the whole payload is in the file that $UNTETHER_PAYLOAD names',
  'http-methods': 'only POST is taken',
  'include-command-output-in-response': 'the sender is answered before the command runs',
};

/** Reads `hooks.json` or `hooks.yaml`; `invalid_argument` for what is none. */
export function importHooks(text: string): Imported {
  const document = readDocument(withoutTemplates(text));
  if (!Array.isArray(document)) throw usage('it is no list of hooks such as hooks.json');
  const hooks = document.map(tableOf);
  const seen = new Set<string>();
  const read = createExpressionReader();
  const pieces = hooks.map((hook, index): Piece => {
    const id = textOf(hook['id']);
    const path = `/hooks/${(id ?? '').replaceAll(/[^A-Za-z0-9/_.-]+/g, '-')}`;
    const program = textOf(hook['execute-command']) ?? '';
    const at = `hook ${id ?? index + 1}`;
    const why =
      id === undefined || program === '' ? 'it lacks `id` or `execute-command`' : 'its path is taken';
    if (id === undefined || program === '' || seen.has(path))
      return { kind: 'left-out', at, source: [program], notes: [why] };
    seen.add(path);
    return webhook(hook, { id, path, program, at, read });
  });
  return { differences, pieces };
}

interface Facts {
  readonly id: string;
  readonly path: string;
  readonly program: string;
  readonly at: string;
  readonly read: ReadExpression;
}

function webhook(hook: Loose, { id, path, program, at, read }: Facts): Piece {
  const rule = readRule(hook['trigger-rule']);
  const handed = handedOver(hook);
  const folder = textOf(hook['command-working-directory']);
  const moved = path === `/hooks/${id}` ? [] : [`its path was /hooks/${id}`];
  const open = rule.proof.length === 0 ? ['nothing proves the sender: off loopback it is not served'] : [];
  const filter = filterOf(rule, read);
  const waiting = [...rule.lost, ...filter.lost, ...handed.lost];
  const keys: Keys = [
    ['path', path],
    ...(waiting.length > 0 ? ([['enabled', false]] as const) : []),
    ...(rule.proof.length > 0 ? rule.proof : ([['auth', 'none']] as const)),
    ...(rule.ranges.length > 0 ? ([['allow_ips', rule.ranges]] as const) : []),
    ...filter.keys,
    ['action', 'command'],
    ['command', [literal(program), ...handed.words]],
    ...(Object.keys(handed.env).length > 0 ? ([['env', handed.env]] as const) : []),
    ...(folder === undefined ? [] : ([['cwd', folder]] as const)),
  ];
  const notes = [...waiting.map((why) => `switched off: ${why}`), ...moved, ...open, ...otherNotes(hook)];
  return { kind: 'webhook', at, source: [program], notes, name: id, keys };
}

/** An expression that would not load must not keep the file from loading. */
function filterOf(
  { filter }: ReadRule,
  read: ReadExpression,
): { readonly keys: Keys; readonly lost: readonly string[] } {
  if (filter === '') return { keys: [], lost: [] };
  const reading = read(filter);
  return reading.ok
    ? { keys: [['filter', filter]], lost: [] }
    : { keys: [], lost: [`the rule as a filter, ${filter}, ${reading.message}`] };
}

interface HandedOver {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Values that cannot be named: the command would be called otherwise than it was. */
  readonly lost: readonly string[];
}

function handedOver(hook: Loose): HandedOver {
  const lost: string[] = [];
  const textFor = (reference: Loose): string => {
    const template = templateOf(reference);
    if (!template.ok) lost.push(template.why);
    return template.ok ? template.text : '';
  };
  const words = listOf(hook['pass-arguments-to-command']).map((one) => textFor(tableOf(one)));
  const variables = listOf(hook['pass-environment-to-command']).map((one) => {
    const reference = tableOf(one);
    return [
      textOf(reference['envname']) ?? `HOOK_${textOf(reference['name']) ?? ''}`,
      textFor(reference),
    ] as const;
  });
  if (hook['parse-parameters-as-json'] !== undefined)
    lost.push('`parse-parameters-as-json`: text inside a payload is not parsed again');
  return { words, env: Object.fromEntries(variables), lost };
}

function otherNotes(hook: Loose): readonly string[] {
  return Object.keys(hook)
    .filter((key) => !READ.has(key) && key !== 'parse-parameters-as-json')
    .map((key) => `\`${key}\` has no counterpart${INSTEAD[key] === undefined ? '' : `: ${INSTEAD[key]}`}`);
}

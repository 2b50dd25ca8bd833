/** Decides what the reference of commands says: `docs/commands.md`, made from the table. */
import type { CommandSpec, FlagSpec } from '../../src/cli/command-spec.ts';
import { exitCodes, exitMeanings } from '../../src/cli/exit.ts';
import { argumentText, flagsOf, flagText } from '../../src/cli/parser.ts';

const NEEDS = {
  service: 'Asks the running service; exit code 3 where none runs.',
  configuration: 'Reads the configuration.',
  nothing: 'Needs neither configuration nor service.',
} as const satisfies Record<CommandSpec['needs'], string>;

/** The whole page as Markdown. */
export function commandsPage(commands: readonly CommandSpec[], common: readonly FlagSpec[]): string {
  return [
    '# Commands',
    '',
    'Made from the table in `src/cli/commands.ts`; `npm run docs` writes it anew, and a test fails when it is older than the table.',
    '',
    'Every command takes these, before its name or after it:',
    '',
    ...common.map((flag) => `- ${code(flagText(flag))}: ${flag.summary}`),
    '',
    'Times in JSON are ISO 8601 in UTC with milliseconds; durations are milliseconds. An error with `--json` is',
    '`{"error": CODE, "message": TEXT}` on standard error.',
    '',
    '## Exit codes',
    '',
    ...exitTable(),
    '',
    ...[...Map.groupBy(commands, ({ group }) => group)].flatMap(([group, specs]) => [
      `## ${group}`,
      '',
      ...specs.flatMap((spec) => commandSection(spec, common)),
    ]),
  ].join('\n');
}

/** With columns of even width, as the formatter wants them. */
function exitTable(): readonly string[] {
  const rows = Object.entries(exitMeanings).map(
    ([name, meaning]) => [String(exitCodes[name as keyof typeof exitCodes]), meaning] as const,
  );
  const width = Math.max(...rows.map(([, meaning]) => meaning.length));
  const row = (code: string, meaning: string): string => `| ${code.padEnd(4)} | ${meaning.padEnd(width)} |`;
  return [
    row('code', 'meaning'),
    `| ---- | ${'-'.repeat(width)} |`,
    ...rows.map(([code, meaning]) => row(code, meaning)),
  ];
}

function commandSection(spec: CommandSpec, common: readonly FlagSpec[]): readonly string[] {
  const shared = new Set(common);
  const flags = flagsOf(spec, common).filter((flag) => !shared.has(flag));
  const given = [
    ...spec.args.map(({ name, summary }) => `- ${code(name)}: ${summary}`),
    ...flags.map((flag) => `- ${code(flagText(flag))}: ${flag.summary}`),
  ];
  return [
    `### ${[spec.name, ...spec.args.map(argumentText)].join(' ')}`.replaceAll('<', String.raw`\<`),
    '',
    `${spec.summary.charAt(0).toUpperCase()}${spec.summary.slice(1)}. ${NEEDS[spec.needs]}`,
    '',
    ...spec.details.flatMap((detail) => [detail, '']),
    ...(given.length === 0 ? [] : [...given, '']),
    '```sh',
    ...spec.examples.map(({ line, does }) => `${line}  # ${does}`),
    '```',
    '',
  ];
}

function code(text: string): string {
  return `\`${text}\``;
}

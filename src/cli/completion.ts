/** Decides what a shell completes: commands after the program's name, flags of the command after that, else files. */
import type { CommandSpec, FlagSpec } from './command-spec.ts';
import { flagsOf } from './parser.ts';

/** The shells that there is a script for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** The script of a shell; everything in it comes from the table, so it holds no character that a shell would act on. */
export function completionScript(
  shell: Shell,
  commands: readonly CommandSpec[],
  common: readonly FlagSpec[],
): string {
  switch (shell) {
    case 'bash':
      return bashScript(commands, common);
    case 'zsh':
      return zshScript(commands, common);
    case 'fish':
      return fishScript(commands, common);
  }
}

function wordsOf(spec: CommandSpec, common: readonly FlagSpec[]): string {
  return flagsOf(spec, common)
    .flatMap(({ name, short }) => (short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`]))
    .join(' ');
}

function bashScript(commands: readonly CommandSpec[], common: readonly FlagSpec[]): string {
  return [
    '_untether() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" words=""',
    '  case "${COMP_WORDS[1]}" in',
    ...commands.map((spec) => `    ${spec.name}) words="${wordsOf(spec, common)}" ;;`),
    '  esac',
    `  [ "$COMP_CWORD" -eq 1 ] && words="${commands.map(({ name }) => name).join(' ')} help"`,
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '}',
    'complete -o default -F _untether untether',
    '',
  ].join('\n');
}

function zshScript(commands: readonly CommandSpec[], common: readonly FlagSpec[]): string {
  return [
    '#compdef untether',
    '_untether() {',
    '  if (( CURRENT == 2 )); then',
    `    local -a names=(${commands.map(({ name, summary }) => quoted(`${name}:${summary}`)).join(' ')})`,
    "    _describe 'command' names",
    '    return',
    '  fi',
    '  case "$words[2]" in',
    ...commands.map((spec) => `    ${spec.name}) compadd -- ${wordsOf(spec, common)} ;;`),
    '  esac',
    '  _files',
    '}',
    'compdef _untether untether',
    '',
  ].join('\n');
}

function fishScript(commands: readonly CommandSpec[], common: readonly FlagSpec[]): string {
  const lines = commands.flatMap((spec) => [
    `complete -c untether -n __fish_use_subcommand -a ${spec.name} -d ${quoted(spec.summary)}`,
    ...flagsOf(spec, common).map((flag) => fishFlag(spec, flag)),
  ]);
  return `${lines.join('\n')}\n`;
}

function fishFlag(spec: CommandSpec, flag: FlagSpec): string {
  const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
  const value = flag.kind === 'switch' ? '' : ' -r';
  return `complete -c untether -n '__fish_seen_subcommand_from ${spec.name}' -l ${flag.name}${short}${value} -d ${quoted(flag.summary)}`;
}

/** In single quotes, as all three shells have them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}

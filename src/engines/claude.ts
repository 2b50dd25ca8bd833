/** Decides how Claude Code is started and resumed, and what it may use. */
import { argumentOrStdin } from './argument.ts';
import type { Engine, EngineRequest, EngineStart } from './contract.ts';
import { messagesReader } from './messages.ts';
import { refusal } from './refusal.ts';
import { hasFlag, option } from './words.ts';

/** What a run may use where nobody can be asked. */
const UNATTENDED_TOOLS = 'Bash,Read,Edit,Write';

/**
 * Without a permission for them, these read inside the folder and nowhere else. Commands of the project are off, since a
 * prompt that begins with `/` would run them.
 */
const READ_ONLY = ['--tools', 'Read,Grep,Glob', '--strict-mcp-config', '--disable-slash-commands'] as const;

/** Words of the operator that already say what needs no permission. */
const PERMISSION_FLAGS = [
  '--allowedTools',
  '--allowed-tools',
  '--tools',
  '--permission-mode',
  '--dangerously-skip-permissions',
] as const;

/**
 * Claude Code (`claude`). In print mode it denies what it would have to ask for, so that no run waits for a person. The
 * usage of a resumed session is that of the run alone.
 */
export const claude: Engine = { start, reader: messagesReader, usageOf: 'run' };

function start(request: EngineRequest): EngineStart {
  const reason = refusal('claude', request, ['model', 'reasoning', 'permissionMode', 'resume']);
  if (reason !== undefined) return { ok: false, reason };
  const { args, stdin } = argumentOrStdin(request.prompt, (prompt) => ['--', prompt]);
  const argv = [
    ...request.command,
    ...['-p', '--output-format', 'stream-json', '--verbose'],
    ...option('--resume', request.resume),
    ...option('--model', request.model),
    ...option('--effort', request.reasoning),
    ...permissions(request),
    ...args,
  ];
  return { ok: true, argv, stdin, env: {}, files: {} };
}

/**
 * `--tools` is what exists, `--allowedTools` what needs no permission. A permission mode could only widen what is
 * read-only, so there it is left out.
 */
function permissions({ tools, permissionMode, command }: EngineRequest): readonly string[] {
  switch (tools.kind) {
    case 'read-only':
      return READ_ONLY;
    case 'list':
      return [...listed(tools.names), ...option('--permission-mode', permissionMode)];
    case 'all':
      if (permissionMode !== undefined) return ['--permission-mode', permissionMode];
      return hasFlag(command, PERMISSION_FLAGS) ? [] : ['--allowedTools', UNATTENDED_TOOLS];
  }
}

/** `Bash(git log:*)` is the tool Bash with a limit; tools of MCP servers are no built-in ones. */
function listed(names: readonly string[]): readonly string[] {
  const builtin = names.filter((name) => !name.startsWith('mcp__')).map((name) => name.replace(/\(.*/s, ''));
  const noServers = builtin.length === names.length ? ['--strict-mcp-config'] : [];
  const allowed = names.length === 0 ? [] : ['--allowedTools', names.join(',')];
  return ['--tools', builtin.join(','), ...noServers, ...allowed];
}

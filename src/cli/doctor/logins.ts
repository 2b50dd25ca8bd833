/** Decides where agents keep what they are logged in with: looked for, never looked into. */
import type { BuiltinEngine } from '../../core/agent.ts';

/** Traces of a login: paths in the home folder, and a variable with a key. */
export interface Login {
  readonly paths: readonly string[];
  readonly variable: string | undefined;
  /** How to log in. */
  readonly by: string;
}

export const logins: Readonly<Record<BuiltinEngine, Login>> = {
  claude: {
    paths: ['.claude/.credentials.json'],
    variable: 'ANTHROPIC_API_KEY',
    by: 'run claude and /login',
  },
  codex: { paths: ['.codex/auth.json'], variable: 'OPENAI_API_KEY', by: 'run codex login' },
  opencode: {
    paths: ['.local/share/opencode/auth.json'],
    variable: undefined,
    by: 'run opencode auth login',
  },
  gemini: { paths: ['.gemini/oauth_creds.json'], variable: 'GEMINI_API_KEY', by: 'run gemini once' },
  pi: { paths: ['.pi/agent/auth.json'], variable: undefined, by: 'run pi and /login' },
  amp: { paths: ['.config/amp'], variable: 'AMP_API_KEY', by: 'run amp login' },
};

/** Decides how a program is run that nothing waits for, and whose failure means nothing. */
import { spawn } from 'node:child_process';

/** What is run, in which environment. */
export interface Aside {
  readonly program: string;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs it; whether it is there, and how it ends, is nobody's affair. */
export function runAside({ program, words, env }: Aside): void {
  spawn(program, words, { env: { ...env }, stdio: 'ignore' }).on('error', () => {});
}

/** Decides which argv a command gets: templates rendered, and no payload as a flag, a program or shell syntax. */
import type { CommandAction } from '../../core/action.ts';
import { hasTemplate, literalStart } from '../../triggers/template.ts';
import { shown } from '../../core/shown.ts';
import type { RunValues } from '../values.ts';

/** The argv to start, or why it is refused. */
export type Argv =
  { readonly ok: true; readonly argv: readonly string[] } | { readonly ok: false; readonly reason: string };

const SHELL = '/bin/sh';

/**
 * Renders the argv. Refused are NUL, a program name that comes from a payload, and, without `allowFlags`, an element
 * whose leading `-` the payload wrote; a flag whose name the operator began (`--ref={{ref}}`) is none of the payload's.
 */
export async function commandArgv(spec: CommandAction, values: RunValues): Promise<Argv> {
  if (spec.shell) return shellArgv(spec.argv);
  const argv: string[] = [];
  for (const [index, template] of spec.argv.entries()) {
    const rendered = await values.render(template);
    if (!rendered.ok) return refuse(index, rendered.reason);
    const fault = faultOf({ template, text: rendered.text, index, allowFlags: spec.allowFlags }, values);
    if (fault !== undefined) return refuse(index, fault);
    argv.push(rendered.text);
  }
  return { ok: true, argv };
}

interface Element {
  readonly template: string;
  readonly text: string;
  readonly index: number;
  readonly allowFlags: boolean;
}

function faultOf({ template, text, index, allowFlags }: Element, values: RunValues): string | undefined {
  if (text.includes('\0')) return 'it holds a NUL character';
  if (!values.dependsOnPayload(template)) return undefined;
  if (index === 0) return 'the program would be chosen by the payload';
  const isFlagOfPayload = text.startsWith('-') && /^-*$/.test(literalStart(template));
  return isFlagOfPayload && !allowFlags
    ? `'${shown(text)}' comes from the payload and begins with "-" (allow_flags is off)`
    : undefined;
}

/** The configuration refuses a template here already; a stored run of another time must not get past that. */
function shellArgv(argv: readonly string[]): Argv {
  const index = argv.findIndex(hasTemplate);
  if (index !== -1) return refuse(index, 'a shell command must hold no template');
  const [script = '', ...args] = argv;
  return { ok: true, argv: [SHELL, '-c', script, SHELL, ...args] };
}

function refuse(index: number, reason: string): Argv {
  return { ok: false, reason: `command refused: argument ${index}: ${reason}` };
}

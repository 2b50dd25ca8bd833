/** Decides how a hook is run: in its own group, on an event in JSON, bounded in time and in what it prints. */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../actions/program.ts';
import type { ProgramDeps } from '../../actions/program.ts';
import { pause } from '../../core/clock.ts';
import { formatDuration } from '../../core/duration.ts';
import { messageOf } from '../../core/errors.ts';
import type { Hook } from '../../core/hook.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Outcome } from '../../core/run.ts';
import { shown } from '../../core/shown.ts';
import { sizeOf } from '../../runs/output.ts';

/** What a hook is told. */
export interface HookCall {
  readonly hook: Hook;
  /** What stands on its standard input. */
  readonly event: JsonObject;
  /** Variables beside the allow-listed ones. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute folder in which it gets one of its own. */
  readonly within: string;
  /** Aborted when nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** How it went: what it printed, or why that counts for nothing; `stopped`: the call's signal ended it. */
export type HookEnd =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'stopped' };

/** Runs hooks. Never rejects. */
export type RunHook = (call: HookCall) => Promise<HookEnd>;

const KILL_GRACE_MS = 1_000;
/** More than this is no answer; its errors are held to the same. */
const MAX_PRINTED_BYTES = 256 * 1024;
const LOOK_EVERY_MS = 50;

/** The way to run them by a launcher. */
export function createRunHook(deps: ProgramDeps): RunHook {
  return async function runHook(call) {
    const folder = join(call.within, `hook.${randomUUID()}`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return await runIn(folder, call, deps);
    } catch (error) {
      return { kind: 'failed', reason: messageOf(error) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

async function runIn(
  folder: string,
  { hook, event, env, signal }: HookCall,
  deps: ProgramDeps,
): Promise<HookEnd> {
  const stdin = join(folder, 'event.json');
  const [stdout, stderr] = [join(folder, 'stdout'), join(folder, 'stderr')];
  await writeFile(stdin, `${JSON.stringify(event)}\n`, { mode: 0o600 });
  const { why, stop } = limit(hook, [stdout, stderr], deps.clock);
  const place = {
    run: { id: `hook ${hook.name}` },
    signal: AbortSignal.any([signal, why]),
    output: { stdout, stderr },
    killGraceMs: KILL_GRACE_MS,
  };
  const program = {
    argv: hook.argv,
    cwd: hook.cwd,
    env: { ...env, UNTETHER_HOOK: hook.event },
    stdin: { kind: 'file', path: stdin } as const,
  };
  try {
    const outcome = await runProgram(program, place, deps);
    if (why.aborted) return { kind: 'failed', reason: String(why.reason) };
    if (signal.aborted) return { kind: 'stopped' };
    return await endOf(outcome, { stdout, stderr });
  } finally {
    stop();
  }
}

/** Aborts `why`, with the words for it, when the hook takes too long or prints too much. */
function limit(
  hook: Hook,
  files: readonly string[],
  clock: ProgramDeps['clock'],
): { readonly why: AbortSignal; readonly stop: () => void } {
  const ender = new AbortController();
  const over = new AbortController();
  const cancelTimeout = clock.after(hook.timeoutMs, () => {
    ender.abort(`timeout after ${formatDuration(hook.timeoutMs)}`);
  });
  const look = async (): Promise<void> => {
    while (!over.signal.aborted && !ender.signal.aborted) {
      const sizes = await Promise.all(files.map(sizeOf));
      if (sizes.some(isTooLarge)) ender.abort(TOO_MUCH);
      await pause(clock, LOOK_EVERY_MS, over.signal);
    }
  };
  look().catch((error: unknown) => {
    ender.abort(`what it prints cannot be measured: ${messageOf(error)}`);
  });
  const stop = (): void => {
    cancelTimeout();
    over.abort();
  };
  return { why: ender.signal, stop };
}

const TOO_MUCH = `it printed more than ${MAX_PRINTED_BYTES / 1024} KB`;

function isTooLarge(bytes: number): boolean {
  return bytes > MAX_PRINTED_BYTES;
}

async function endOf(
  outcome: Outcome,
  { stdout, stderr }: Readonly<Record<'stdout' | 'stderr', string>>,
): Promise<HookEnd> {
  if (outcome.kind !== 'succeeded') {
    const last = (await beginningOf(stderr)).toString().trim().split('\n').at(-1) ?? '';
    return {
      kind: 'failed',
      reason: [outcome.reason ?? outcome.kind, shown(last)].filter(Boolean).join(': '),
    };
  }
  if (isTooLarge(await sizeOf(stdout))) return { kind: 'failed', reason: TOO_MUCH };
  const answer = await beginningOf(stdout);
  // Read as something else it would be another answer (RFC 8259 §8.1).
  if (!isUtf8(answer)) return { kind: 'failed', reason: 'its answer is no UTF-8' };
  return { kind: 'answered', text: answer.toString() };
}

/** At most as much as a hook may print; what it left behind may still write. Empty where there is no file. */
async function beginningOf(path: string): Promise<Buffer> {
  if ((await sizeOf(path)) === 0) return Buffer.alloc(0);
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_PRINTED_BYTES), 0, MAX_PRINTED_BYTES);
  return buffer.subarray(0, bytesRead);
}

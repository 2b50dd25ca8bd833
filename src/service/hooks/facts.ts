/** Decides what a hook is told of a run or a reload: facts and places of files, never a secret and never a whole payload. */
import type { ReloadReport } from '../../core/event.ts';
import { issueLine } from '../../config/issues.ts';
import type { HookEvent } from '../../core/hook.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ClaimedRun, Run } from '../../core/run.ts';
import type { RunSpec } from '../../core/action.ts';
import type { Mask } from '../../core/secret.ts';

/** Of an attempt that is about to begin; `payloadFile` is where its payload is, if it has one. */
export function beforeFacts(run: ClaimedRun, payloadFile: string | undefined, mask: Mask): JsonObject {
  const { payload, spec } = run;
  const { action } = spec;
  const prompt = action.kind === 'agent_run' ? (action.promptTemplate ?? action.prompt) : undefined;
  return {
    ...common('before_run', run, spec),
    attempt: run.attempt,
    admitted_at: iso(run.admittedAt),
    prompt: prompt === undefined ? null : mask(prompt),
    command: action.kind === 'command' ? action.argv.map(mask) : null,
    payload:
      payload === undefined || payloadFile === undefined
        ? null
        : { file: payloadFile, bytes: payload.body.length, content_type: payload.contentType },
  };
}

/** Of a run that has ended; `output` is the file of its last attempt. */
export function afterFacts(event: HookEvent, run: Run, { spec, output }: EndFacts): JsonObject {
  const last = run.attempts.at(-1);
  return {
    ...common(event, run, spec),
    attempt: last?.number ?? 0,
    state: run.state,
    reason: run.reason,
    exit_code: last?.exitCode ?? null,
    ended_by: last?.endedBy ?? null,
    started_at: run.startedAt === null ? null : iso(run.startedAt),
    ended_at: run.endedAt === null ? null : iso(run.endedAt),
    output,
  };
}

interface EndFacts {
  readonly spec: RunSpec;
  /** Absolute path. */
  readonly output: string;
}

// More than this nobody reads.
const MAX_ISSUES = 20;

/** Of a reload of the configuration. */
export function reloadFacts(report: ReloadReport): JsonObject {
  const { ok, changed, source, revision, hash, added, removed, modified, issues } = report;
  return {
    event: 'on_reload',
    ...{ ok, changed, source, revision, hash, added, removed, modified },
    issues: issues.slice(0, MAX_ISSUES).map(issueLine),
  };
}

function common(
  event: HookEvent,
  { id, trigger, source, dueAt, revision }: Pick<Run, 'id' | 'trigger' | 'source' | 'dueAt' | 'revision'>,
  { trigger: lane, project, action }: RunSpec,
): JsonObject {
  return {
    event,
    ...{ run: id, trigger, for: lane, source, revision },
    due_at: iso(dueAt),
    project: project ?? null,
    action: action.kind,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** Decides what the values of a configuration come to: every problem in it at once, or a snapshot. */
import { dirname } from 'node:path';
import { canonicalJson } from '../core/json.ts';
import { createScheduleTables } from '../scheduler/schedule.ts';
import { secretValuesOf } from './changed-secrets.ts';
import { readCertificate } from './certificate.ts';
import { checkFrame } from './check.ts';
import type { Frame } from './check.ts';
import { collisions } from './collisions.ts';
import { audienceWorld } from './compile-audience.ts';
import { hasFault } from './compile-context.ts';
import type { CompileContext } from './compile-context.ts';
import { readerFor } from './compile-filter.ts';
import { compileFrame } from './compile-frame.ts';
import type { FrameParts } from './compile-frame.ts';
import { compileTls } from './compile-tls.ts';
import { draftTriggers, finishTriggers } from './compile-triggers.ts';
import type { CompileRound, Draft, Finished } from './compile-triggers.ts';
import { exposures } from './exposures.ts';
import { hashOf } from './gather.ts';
import { issuesOf } from './issues.ts';
import type { Loaded, LoadInput, LoadResult } from './loaded.ts';
import { asTable } from './parse.ts';
import type { RawTable } from './parse.ts';
import type { KeyPath, Problem } from './problem.ts';
import { programLookup } from './programs.ts';
import { triggerLists } from './sections.ts';
import type { TriggerList } from './sections.ts';
import { revealedText, SecretReader } from './secrets.ts';
import { frameUses, listUses } from './secret-uses.ts';
import { buildSnapshot, memoryOf } from './snapshot.ts';
import { unreadKeys } from './unread-keys.ts';
import { tablesOf } from './whole.ts';
import type { Whole } from './whole.ts';

/** The files of a configuration, and what is known about them before they are checked. */
export interface Ready {
  readonly whole: Whole;
  readonly problems: readonly Problem[];
  /** What to watch besides the files of secrets. */
  readonly watch: readonly string[];
}

/** Checks and compiles files that were read and parsed. */
export async function assemble(input: LoadInput, { whole, ...known }: Ready): Promise<LoadResult> {
  const { file, previous } = input;
  const { root, documents } = whole;
  const { frame, problems: frameProblems } = checkFrame(root);
  const drafts = await draftAll(root, input);
  const places = { env: input.env, home: input.home, folder: dirname(file) };
  const reader = new SecretReader(places);
  const uses = [...frameUses(frame), ...triggerLists.flatMap((list) => listUses(list, drafts[list]))];
  const secretProblems = await reader.readAll(uses);
  const certificate = await readCertificate(frame, places);
  const revealed = `${certificate.text ?? ''}${revealedText(uses, reader)}`;
  const hash = hashOf(documents);
  const watch = [...known.watch, ...reader.files, ...certificate.files];
  if (previous?.hash === hash && previous.memory.revealed === revealed)
    return { ok: true, loaded: { ...previous, watch } };

  const readExpression = await readerFor(drafts.webhooks);
  const tls = compileTls(frame, { certificate: certificate.text, keys: reader, nowMs: input.nowMs });
  const { round, parts } = prepare({ input, frame, root, reader, readExpression });
  const finished = {
    crons: await finishTriggers(drafts.crons, round),
    webhooks: await finishTriggers(drafts.webhooks, round),
  };
  const problems: readonly Problem[] = [
    ...known.problems,
    ...frameProblems,
    ...secretProblems,
    ...certificate.problems,
    ...tls.problems,
    ...parts.problems,
    ...triggerLists.flatMap((list) => [
      ...collisions(list, drafts[list], { whole, settled: new Set(previous?.documents) }),
      ...problemsIn(list, finished[list]),
    ]),
    ...unreadKeys(root),
    ...exposures({ whole, uses, parts, webhooks: drafts.webhooks }),
  ];
  const issues = await issuesOf(problems, whole);
  if (hasFault(problems)) return { ok: false, kind: 'invalid', issues, watch };
  const triggers = [...finished.crons, ...finished.webhooks];
  const about = { revision: 0, hash, file, loadedAt: input.nowMs, cwd: dirname(file), warnings: issues };
  const snapshot = buildSnapshot({ ...parts, tls: tls.value }, triggers, about);
  const memory = {
    triggers: memoryOf(triggers, round.contextKey),
    schedules: round.context.schedules,
    revealed,
    secretValues: () => secretValuesOf({ uses, drafts, reader }),
  };
  const secrets = uses.flatMap(({ source }) => reader.get(source) ?? []);
  const rest = { documents, held: [], putBack: undefined, hash, watch, secrets, memory };
  const loaded: Loaded = { snapshot, boot: parts.boot, ...rest };
  return { ok: true, loaded };
}

type Drafts = Readonly<Record<TriggerList, readonly Draft[]>>;

async function draftAll(root: RawTable, { previous }: LoadInput): Promise<Drafts> {
  const memory = previous?.memory.triggers;
  return {
    crons: await draftTriggers('cron', tablesOf('crons', root), memory),
    webhooks: await draftTriggers('webhook', tablesOf('webhooks', root), memory),
  };
}

interface Ingredients {
  readonly input: LoadInput;
  readonly frame: Frame;
  readonly root: RawTable;
  readonly reader: SecretReader;
  readonly readExpression: CompileContext['readExpression'];
}

/** Everything that the triggers are compiled with. */
function prepare({ input, frame, root, reader, readExpression }: Ingredients): {
  readonly round: CompileRound;
  readonly parts: FrameParts;
} {
  const folders = { config: dirname(input.file), state: input.stateFolder, home: input.home };
  const secretOf: CompileContext['secretOf'] = (source) => reader.get(source);
  const secretNames = new Set(namesIn(root, 'secrets'));
  const checks = { templates: input.templates, env: input.env, secretNames };
  const written = { projects: namesIn(root, 'projects'), engines: namesIn(root, 'engines') };
  const parts = compileFrame(frame, { folders, hostZone: input.hostZone, written, secretOf, checks });
  const { zone, projects, engines, defaultEngine, server } = parts;
  const chat = audienceWorld(parts.chat);
  const rest = { zone, projects, engines, defaultEngine, server, chat, folders };
  const context: CompileContext = {
    ...rest,
    ...checks,
    secretOf,
    readExpression,
    nowMs: input.nowMs,
    hasProgram: programLookup(input.env['PATH']),
    schedules: input.previous?.memory.schedules ?? createScheduleTables(),
  };
  const contextKey = canonicalJson({
    ...rest,
    chat: { ...chat, botOfChat: [...chat.botOfChat] },
    projects: [...projects],
    engines: [...engines],
    secretNames: [...secretNames].sort(),
  });
  return { parts, round: { context, contextKey, memory: input.previous?.memory.triggers } };
}

/** Names of the tables in a table as written, whether they are right or not. */
function namesIn(root: RawTable, table: string): readonly string[] {
  return Object.keys(asTable(root[table]) ?? {});
}

function problemsIn(list: TriggerList, finished: readonly Finished[]): readonly Problem[] {
  return finished.flatMap(({ problems }, index) =>
    problems.map((problem) => placed(problem, ['triggers', list, index])),
  );
}

function placed(problem: Problem, table: KeyPath): Problem {
  return { ...problem, path: [...table, ...problem.path] };
}

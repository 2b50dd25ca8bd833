import { describe, expect, it, test } from 'vitest';
import type { AppEvent, ReloadReport } from '../../src/core/event.ts';
import { AppError } from '../../src/core/errors.ts';
import { loadConfig } from '../../src/config/load.ts';
import { numbered } from '../../src/config/loaded.ts';
import type { PutBack } from '../../src/config/pin.ts';
import { standing } from '../../src/config/pin.ts';
import type { ReadResult } from '../../src/config/read.ts';
import { ReloadEngine } from '../../src/config/reload.ts';
import type { Stage } from '../../src/config/stage.ts';
import { TriggerManager } from '../../src/triggers/manager.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { cron, inputFor, loaded, webhook } from './support/load.ts';

const GOOD = `${cron('a')}${webhook('b')}`;

/** A service with `text` as its file, which tests write to as an editor would. */
async function service(text = GOOD) {
  const file: { text: string; reads: number; isThere: boolean } = { text, reads: 0, isThere: true };
  const clock = new FakeClock();
  const booted = numbered(await loaded(text), 1);
  const manager = new TriggerManager(booted.snapshot);
  const events: ReloadReport[] = [];
  const staged: string[] = [];
  const watched: string[][] = [];
  const staging: { readonly calls: string[]; refuses: string | undefined } = {
    calls: [],
    refuses: undefined,
  };
  const stageOf = (name: string): Stage => ({
    prepare: async () => {
      staging.calls.push(`${name} prepares`);
      if (staging.refuses === name)
        return { kind: 'refused', path: ['triggers', 'server', 'port'], reason: 'the port is taken' };
      const staged = {
        commit: () => {
          staging.calls.push(`${name} commits, live ${manager.current().revision}`);
          return [{ key: name, text: 'serves' }];
        },
        undo: async () => void staging.calls.push(`${name} undoes`),
      };
      return { kind: 'ready', staged };
    },
  });
  const stage = {
    next: async (): Promise<void> => {},
    load: async (): Promise<void> => {},
    pin: async (): Promise<void> => {},
  };
  const pins: Array<number | null> = [];
  const engine = new ReloadEngine({
    booted,
    manager,
    clock,
    load: async (previous, putBack = standing(previous)) => {
      await stage.load();
      const readFile = async (): Promise<ReadResult> => {
        file.reads += 1;
        return file.isThere
          ? { ok: true, text: file.text, mode: 0o600 }
          : { ok: false, message: 'does not exist' };
      };
      return loadConfig({ ...inputFor(), previous, putBack, readFile });
    },
    revisionOf: async () => manager.current().revision + 1,
    stages: () => [stageOf('one'), stageOf('two')],
    beforeSwap: async (next, previous) => {
      await stage.next();
      staged.push(`${previous.revision} → ${next.revision}, live ${manager.current().revision}`);
    },
    pin: async ({ putBack }) => {
      await stage.pin();
      pins.push(putBack?.revision ?? null);
    },
    watch: (files) => watched.push([...files]),
    publish: (event: AppEvent) => {
      if (event.kind === 'reload') events.push(event.report);
    },
  });
  return {
    file,
    clock,
    manager,
    engine,
    events,
    staged,
    watched,
    pins,
    stage,
    staging,
    ids: () => [...manager.current().crons.keys(), ...manager.current().webhooks.keys()],
  };
}

/** Moves the clock until `report` is there: real promises stand between the pauses. */
async function pass(clock: FakeClock, report: Promise<ReloadReport>): Promise<ReloadReport> {
  const state = { isDone: false };
  void report.finally(() => (state.isDone = true));
  while (!state.isDone) await clock.advance(10);
  return report;
}

describe('what lives outside the snapshot', () => {
  const moved = `[triggers.server]\nhost = "127.0.0.1"\nport = 1\n${GOOD}`;

  it('is ready before the swap, serves after it, and says so in the report', async () => {
    const { engine, file, staging } = await service();
    file.text = moved;
    const report = await engine.reload('command');
    expect(staging.calls).toEqual([
      'one prepares',
      'two prepares',
      'one commits, live 2',
      'two commits, live 2',
    ]);
    expect(report.outcomes).toEqual([
      { key: 'one', text: 'serves' },
      { key: 'two', text: 'serves' },
    ]);
  });

  it('keeps all of a save from going live when it cannot be had, at the line of its key', async () => {
    const { engine, file, staging, manager } = await service();
    file.text = `${moved}${cron('c')}`;
    staging.refuses = 'two';
    const report = await engine.reload('command');
    expect(staging.calls).toEqual(['one prepares', 'two prepares', 'one undoes']);
    expect(report).toMatchObject({ ok: false, revision: 1, outcomes: [] });
    expect(report.issues).toMatchObject([
      { line: 3, path: 'triggers.server.port', message: 'the port is taken' },
    ]);
    expect(manager.current().crons.has('cron:c' as never)).toBe(false);
  });

  it('is tried again for as long as the files say the same, and told once', async () => {
    const { engine, file, staging, events, manager } = await service();
    file.text = moved;
    staging.refuses = 'one';
    await engine.reload('watch');
    expect(engine.isAwaiting).toBe(true);
    expect(await engine.again()).toMatchObject({ ok: false, source: 'again' });
    expect([engine.isAwaiting, events.length]).toEqual([true, 1]);
    staging.refuses = undefined;
    expect(await engine.again()).toMatchObject({ ok: true, recovers: true, changed: true });
    expect([engine.isAwaiting, events.length, manager.current().server.port]).toEqual([false, 2, 1]);
  });

  it('is not tried again once the files say something else', async () => {
    const { engine, file, staging, manager } = await service();
    file.text = moved;
    staging.refuses = 'one';
    await engine.reload('command');
    staging.refuses = undefined;
    file.text = `${moved}${cron('c')}`;
    expect(await engine.again()).toBeUndefined();
    expect([engine.isAwaiting, manager.current().revision]).toEqual([false, 1]);
  });

  it('is put back when the store refuses the revision', async () => {
    const { engine, file, staging, stage } = await service();
    file.text = moved;
    stage.next = async () => {
      throw new AppError('unavailable', 'the disk is full');
    };
    expect(await engine.reload('command')).toMatchObject({ ok: false });
    expect(staging.calls).toEqual(['one prepares', 'two prepares', 'two undoes', 'one undoes']);
  });
});

describe('a reload', () => {
  it('swaps the snapshot, stages first, and reports what is live', async () => {
    const { engine, file, manager, events, staged } = await service();
    file.text = `${GOOD}${cron('c')}`;
    const report = await engine.reload('command');
    expect(report).toMatchObject({
      ok: true,
      changed: true,
      source: 'command',
      revision: 2,
      added: ['cron:c'],
      removed: [],
      modified: [],
      needRestart: [],
      issues: [],
    });
    expect(report.hash).toBe(manager.current().hash);
    expect(staged).toEqual(['1 → 2, live 1']);
    expect(events).toEqual([report]);
    expect(engine.live().snapshot).toBe(manager.current());
  });

  it('of an unchanged file changes nothing and tells nobody', async () => {
    const { engine, manager, events, staged } = await service();
    const before = manager.current();
    expect(await engine.reload('signal')).toMatchObject({ ok: true, changed: false, revision: 1 });
    expect(manager.current()).toBe(before);
    expect([events, staged]).toEqual([[], []]);
  });

  it('of a bad file changes nothing, and says what is wrong', async () => {
    const { engine, file, manager } = await service();
    file.text = `${GOOD}${cron('a')}`;
    const report = await engine.reload('command');
    expect(report).toMatchObject({
      ok: false,
      changed: false,
      revision: 1,
      issues: [{ path: 'triggers.crons[1].id' }],
    });
    expect(manager.current().revision).toBe(1);
  });

  it('whose staging fails changes nothing', async () => {
    const { engine, file, stage, manager } = await service();
    file.text = cron('c');
    stage.next = () => Promise.reject(new AppError('unavailable', 'the disk is full'));
    expect(await engine.reload('command')).toMatchObject({
      ok: false,
      revision: 1,
      issues: [{ message: 'the disk is full' }],
    });
    expect(manager.current().revision).toBe(1);
    stage.next = async () => {};
    expect(await engine.reload('command')).toMatchObject({ ok: true, changed: true, revision: 2 });
  });

  it('survives whatever goes wrong in a load', async () => {
    const { engine, stage } = await service();
    stage.load = () => Promise.reject(new TypeError('a bug'));
    expect(await engine.reload('command')).toMatchObject({
      ok: false,
      issues: [{ message: 'the reload failed: a bug' }],
    });
  });

  it('leaves a trigger that did not change what it was', async () => {
    const { engine, file, manager } = await service();
    const before = manager.current().crons.get('cron:a' as never);
    file.text = `# x\n${GOOD}${cron('c')}`;
    await engine.reload('command');
    expect(manager.current().crons.get('cron:a' as never)).toBe(before);
  });

  it('says the same error once, another one again, and the recovery once', async () => {
    const { engine, file, events } = await service();
    const reports: string[] = [];
    for (const text of ['a = 1', 'a = 1', 'b = 1', 'b = 1', GOOD, GOOD, 'b = 1']) {
      file.text = text;
      const { ok, changed } = await engine.reload('command');
      reports.push(`${ok} ${changed}`);
    }
    expect(reports).toEqual([
      'false false',
      'false false',
      'false false',
      'false false',
      'true false',
      'true false',
      'false false',
    ]);
    expect(events.map((report) => (report.ok ? 'recovered' : report.issues[0]?.path))).toEqual([
      'a',
      'b',
      'recovered',
      'b',
    ]);
  });

  it('names the secrets that are others by their places, never what they are', async () => {
    const hooks = (first: string, second: string): string =>
      `[secrets]\nTOKEN = "${second}"\n${webhook('x')}${webhook('b', `secret = ["${first}", "old"]`)}`;
    const { engine, file } = await service(hooks('one-secret', 'two-secret'));
    file.text = hooks('first-secret', 'second-secret').replace('id = "x"', 'id = "y"');
    const report = await engine.reload('command');
    expect(report.secrets).toEqual(['secrets.TOKEN', 'webhook:b secret[0]']);
    expect(JSON.stringify(report)).not.toMatch(/(one|two|first|second)-secret/);
  });

  it('names keys that wait for a restart for as long as they do', async () => {
    const { engine, file } = await service();
    file.text = `${GOOD}[store]\nurl = "memory:"\n`;
    expect(await engine.reload('command')).toMatchObject({ ok: true, needRestart: ['store.url'] });
    file.text = `${GOOD}[store]\nurl = "memory:"\n[triggers.server]\nrate_limit = 5\n`;
    expect(await engine.reload('command')).toMatchObject({ ok: true, needRestart: ['store.url'] });
    file.text = GOOD;
    expect(await engine.reload('command')).toMatchObject({ ok: true, needRestart: [] });
  });

  it('that takes away half of four triggers or more says so', async () => {
    const few = `${cron('a')}${cron('b')}${cron('c')}`;
    const { engine, file } = await service(`${few}${cron('d')}`);
    file.text = cron('a') + cron('b');
    const { issues } = await engine.reload('command');
    expect(issues.map(({ message }) => message)).toEqual([
      'this save took away 2 of 4 triggers; untether rollback, or /rollback in a chat, brings them back',
    ]);
    file.text = '';
    expect((await engine.reload('command')).issues).toEqual([]);
    file.text = `${few}${cron('d')}`;
    await engine.reload('command');
    file.text = '';
    expect((await engine.reload('command')).issues).toMatchObject([
      { message: expect.stringMatching(/^this save took away 4 of 4 triggers; untether rollback/) as string },
    ]);
  });

  it('tells which files to watch, also when the file does not load', async () => {
    const { engine, file, watched } = await service();
    file.text = webhook('a', 'secret = { file = "/nowhere/secret" }');
    await engine.reload('command');
    expect(watched).toEqual([['/etc/untether/untether.toml', '/nowhere/secret']]);
  });
});

describe('a rollback', () => {
  const to = (text: string, revision = 1): (() => Promise<PutBack>) => {
    const file = { file: inputFor().file, text, mode: 0o600 };
    return async () => ({ revision, over: undefined, files: [file] });
  };
  const more = `${GOOD}${cron('c')}`;

  it('is live whatever reloads come, until the file says something else', async () => {
    const { engine, file, ids, pins } = await service(more);
    expect(await engine.rollback(to(GOOD), 'command')).toMatchObject({
      ok: true,
      putBack: 1,
      revision: 2,
      removed: ['cron:c'],
    });
    expect(await engine.reload('signal')).toMatchObject({ changed: false, putBack: 1 });
    expect(ids()).toEqual(['cron:a', 'webhook:b']);
    file.text = `${more}# changed`;
    expect(await engine.reload('command')).toMatchObject({ putBack: null, added: ['cron:c'] });
    expect(pins).toEqual([1, null]);
  });

  it('ends where the file comes to say the same, which changes nothing', async () => {
    const { engine, file, pins } = await service(more);
    await engine.rollback(to(GOOD), 'command');
    file.text = GOOD;
    expect(await engine.reload('command')).toMatchObject({ changed: false, putBack: null, revision: 2 });
    expect(pins).toEqual([1, null]);
  });

  it('to what the file says is none', async () => {
    const { engine, pins } = await service(more);
    await engine.rollback(to(GOOD), 'command');
    expect(await engine.rollback(to(more, 2), 'command')).toMatchObject({ putBack: null, added: ['cron:c'] });
    expect(pins).toEqual([1, null]);
  });

  it('that cannot be remembered changes nothing', async () => {
    const { engine, stage, staging, ids } = await service(more);
    stage.pin = () => Promise.reject(new AppError('unavailable', 'the disk is full'));
    expect(await engine.rollback(to(GOOD), 'command')).toMatchObject({
      ok: false,
      putBack: null,
      issues: [{ message: 'the disk is full' }],
    });
    expect(ids()).toContain('cron:c');
    expect(staging.calls).toContain('one undoes');
  });

  it('to something that does not load any more changes nothing', async () => {
    const { engine, ids } = await service(more);
    const report = await engine.rollback(to(webhook('x', 'secret = { env = "GONE" }')), 'command');
    expect(report).toMatchObject({ ok: false, revision: 1, putBack: null });
    expect(ids()).toContain('cron:c');
  });

  it('says no as the choice does, and waits for its turn', async () => {
    const { engine, file } = await service();
    file.text = more;
    const first = engine.reload('command');
    const lives: number[] = [];
    const second = engine.rollback(async ({ snapshot }) => {
      lives.push(snapshot.revision);
      throw new AppError('not_found', 'there is none');
    }, 'command');
    await expect(second).rejects.toThrow('there is none');
    expect(await first).toMatchObject({ revision: 2 });
    expect(lives).toEqual([2]);
    expect(await engine.reload('command')).toMatchObject({ ok: true, changed: false });
  });
});

describe('reloads that are asked for at once', () => {
  it('are two: the running one, and one more that answers all others', async () => {
    const { engine, file, stage } = await service();
    const gate = Promise.withResolvers<undefined>();
    stage.load = () => gate.promise;
    file.text = `${GOOD}${cron('c')}`;
    const running = engine.reload('watch');
    const others = [engine.reload('signal'), engine.reload('command'), engine.reload('watch')];
    gate.resolve(undefined);
    expect(await running).toMatchObject({ changed: true });
    const answers = await Promise.all(others);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatchObject({ ok: true, changed: false, source: 'signal' });
    expect(file.reads).toBe(2);
  });

  it('see what was written while the first was reading', async () => {
    const { engine, file, stage, ids } = await service();
    let loads = 0;
    stage.next = async () => {
      if (++loads === 1) file.text = `${GOOD}${cron('d')}`;
    };
    file.text = `${GOOD}${cron('c')}`;
    const first = engine.reload('command');
    const second = engine.reload('command');
    expect(await first).toMatchObject({ added: ['cron:c'] });
    expect(await second).toMatchObject({ added: ['cron:d'], removed: ['cron:c'] });
    expect(ids()).toContain('cron:d');
  });

  it('are as many as are asked for one after another', async () => {
    const { engine, file } = await service();
    for (const id of ['c', 'd', 'e']) {
      file.text = `${GOOD}${cron(id)}`;
      expect(await engine.reload('command')).toMatchObject({ changed: true });
    }
  });
});

describe('a file that is still being written', () => {
  it('is read once more 300 ms after it did not parse, before anything is said', async () => {
    const { engine, file, clock, events } = await service();
    file.text = `${GOOD}[[triggers.cro`;
    const report = engine.reload('watch');
    await clock.timersSet();
    expect([events.length, clock.nextIn()]).toEqual([0, 300]);
    file.text = `${GOOD}${cron('c')}`;
    expect(await pass(clock, report)).toMatchObject({ ok: true, added: ['cron:c'] });
    expect(events).toHaveLength(1);
  });

  it('is an error when it does not parse the second time either', async () => {
    const { engine, file, clock, events, ids } = await service();
    file.text = 'x = "';
    expect(await pass(clock, engine.reload('watch'))).toMatchObject({ ok: false });
    expect([events.length, file.reads, ids()]).toEqual([1, 2, ['cron:a', 'webhook:b']]);
  });

  test.each([
    ['empty', ''],
    ['its first tables', cron('a')],
    ['its beginning, cut in a line', GOOD.slice(0, -20)],
    ['its beginning, cut in a key that may be left out', GOOD.trimEnd()],
  ])('takes no trigger away while it is only %s', async (_what, half) => {
    const { engine, file, clock, manager, ids } = await service(GOOD);
    const lives: string[][] = [];
    manager.subscribe(() => lives.push(ids()));
    file.text = half;
    const report = engine.reload('watch');
    await clock.timersSet();
    file.text = `${GOOD}${cron('c')}`;
    expect(await pass(clock, report)).toMatchObject({ ok: true, added: ['cron:c'], removed: [] });
    expect(lives).toEqual([['cron:a', 'cron:c', 'webhook:b']]);
  });

  it('may be away for a moment', async () => {
    const { engine, file, clock, events } = await service();
    file.isThere = false;
    const report = engine.reload('signal');
    await clock.timersSet();
    file.isThere = true;
    expect(await pass(clock, report)).toMatchObject({ ok: true, changed: false });
    expect(events).toEqual([]);
  });

  it('that stays away is an error, and what was live goes on', async () => {
    const { engine, file, clock, ids } = await service();
    file.isThere = false;
    expect(await pass(clock, engine.reload('watch'))).toMatchObject({
      ok: false,
      issues: [{ message: 'the file does not exist' }],
    });
    expect(ids()).toEqual(['cron:a', 'webhook:b']);
  });

  it('that is the beginning of the live one has to rest for long, and was meant so then', async () => {
    const { engine, file, clock, ids } = await service();
    file.text = cron('a');
    const report = engine.reload('watch');
    await clock.timersSet();
    expect(clock.nextIn()).toBe(2_500);
    expect(await pass(clock, report)).toMatchObject({ ok: true, removed: ['webhook:b'] });
    expect(ids()).toEqual(['cron:a']);
  });

  it('that only takes triggers away has to rest for a moment', async () => {
    const { engine, file, clock, ids } = await service();
    file.text = `# less than before\n${cron('a')}`;
    const report = engine.reload('watch');
    await clock.timersSet();
    expect(clock.nextIn()).toBe(500);
    expect(await pass(clock, report)).toMatchObject({ ok: true, removed: ['webhook:b'] });
    expect(ids()).toEqual(['cron:a']);
  });

  it('is taken at its word when somebody asks for the reload', async () => {
    const { engine, file, clock } = await service();
    file.text = '';
    expect(await engine.reload('command')).toMatchObject({ ok: true, removed: ['cron:a', 'webhook:b'] });
    expect(clock.pending).toBe(0);
  });
});

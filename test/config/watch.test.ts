import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  appendFileSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { namesOnTheWay } from '../../src/config/signature.ts';
import { ConfigWatcher } from '../../src/config/watch.ts';
import { FakeClock } from '../support/fake-clock.ts';

let folder = '';
let file = '';
let watcher: ConfigWatcher | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'untether-watch-'));
  file = join(folder, 'untether.toml');
  writeFileSync(file, 'first');
});
afterEach(async () => {
  await watcher?.close();
  rmSync(folder, { recursive: true });
});

/** Counts the calls and lets a test wait for the next one. */
function listener() {
  let waiting = Promise.withResolvers<void>();
  const seen = { count: 0 };
  return {
    seen,
    onChange: (): void => {
      seen.count += 1;
      waiting.resolve();
      waiting = Promise.withResolvers<void>();
    },
    next: (): Promise<void> => waiting.promise,
  };
}

function fault(error: unknown): never {
  throw error as Error;
}

/** A watcher with events and the machine's clock; the poll is out of the way. */
async function watching(files: readonly string[] = [file]) {
  const changes = listener();
  watcher = new ConfigWatcher({
    clock: systemClock,
    onChange: changes.onChange,
    onFault: fault,
    quietMs: 20,
    pollMs: 3_600_000,
  });
  await watcher.watch(files);
  return changes;
}

function save(content: string, path = file): void {
  writeFileSync(`${path}.tmp`, content);
  renameSync(`${path}.tmp`, path);
}

describe('a change is seen by its event', () => {
  test.each([
    [
      'rename over',
      () => {
        save('second');
      },
    ],
    [
      'truncate and write in halves',
      () => {
        truncateSync(file);
        appendFileSync(file, 'sec');
        appendFileSync(file, 'ond');
      },
    ],
    [
      'delete and create',
      () => {
        unlinkSync(file);
        writeFileSync(file, 'second');
      },
    ],
    [
      'written in place',
      () => {
        writeFileSync(file, 'second');
      },
    ],
  ])('%s', async (_style, write) => {
    const changes = await watching();
    for (let round = 0; round < 3; round++) {
      const seen = changes.next();
      write();
      await seen;
    }
  });

  test('a file that comes into being', async () => {
    unlinkSync(file);
    const changes = await watching();
    const seen = changes.next();
    writeFileSync(file, 'x');
    await seen;
  });

  test('a symbolic link that leads elsewhere, and then the file it leads to', async () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'a.toml'), 'a');
    writeFileSync(join(elsewhere, 'b.toml'), 'b');
    const link = join(folder, 'link.toml');
    symlinkSync(join(elsewhere, 'a.toml'), link);
    const changes = await watching([link]);
    let seen = changes.next();
    symlinkSync(join(elsewhere, 'b.toml'), `${link}.tmp`);
    renameSync(`${link}.tmp`, link);
    await seen;
    seen = changes.next();
    save('b2', join(elsewhere, 'b.toml'));
    await seen;
  });

  test("Kubernetes' swap of ..data, again and again", async () => {
    const mount = join(folder, 'mount');
    mkdirSync(join(mount, '..v0'), { recursive: true });
    writeFileSync(join(mount, '..v0', 'untether.toml'), 'v0');
    symlinkSync('..v0', join(mount, '..data'));
    symlinkSync('..data/untether.toml', join(mount, 'untether.toml'));
    const changes = await watching([join(mount, 'untether.toml')]);
    for (let version = 1; version <= 3; version++) {
      const seen = changes.next();
      mkdirSync(join(mount, `..v${version}`));
      writeFileSync(join(mount, `..v${version}`, 'untether.toml'), `v${version}`);
      symlinkSync(`..v${version}`, join(mount, '..data_tmp'));
      renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
      rmSync(join(mount, `..v${version - 1}`), { recursive: true });
      await seen;
    }
  });

  test('a secret in another folder, once it is watched too', async () => {
    const changes = await watching();
    const secrets = join(folder, 'secrets');
    mkdirSync(secrets);
    const secret = join(secrets, 's');
    writeFileSync(secret, 'one');
    await watcher?.watch([file, secret]);
    const seen = changes.next();
    save('two', secret);
    await seen;
  });
});

test('a folder that is not there does not keep others from being watched', async () => {
  const changes = await watching([file, join(folder, 'nowhere', 'deep', 'secret')]);
  const seen = changes.next();
  save('second');
  await seen;
});

describe('nobody is called', () => {
  it('for a file beside it or a folder of the state', async () => {
    const changes = await watching();
    writeFileSync(join(folder, 'other'), 'x');
    mkdirSync(join(folder, '.untether'));
    writeFileSync(join(folder, '.untether', 'untether.db'), 'x');
    const seen = changes.next();
    save('second');
    await seen;
    expect(changes.seen.count).toBe(2);
  });

  it('twice for one start, or for watching the same files again', async () => {
    const changes = await watching();
    expect(changes.seen.count).toBe(1);
    await watcher?.watch([file]);
    expect(changes.seen.count).toBe(1);
  });

  it('looks once at a time, also where nothing was left to watch meanwhile', async () => {
    const clock = new FakeClock();
    watcher = new ConfigWatcher({ clock, onChange: () => {}, onFault: fault, events: false });
    for (const files of [[file], [], [file]]) await watcher.watch(files);
    // Looks that the change of the list has begun come to rest before the next poll.
    for (let look = 0; look < 4; look += 1) await clock.advance(150);
    expect(clock.pending).toBe(1);
  });

  it('after the end', async () => {
    const changes = await watching();
    await watcher?.close();
    save('second');
    await watcher?.watch([join(folder, 'other')]);
    expect(changes.seen.count).toBe(1);
  });
});

describe('without events, the poll', () => {
  async function polling() {
    const clock = new FakeClock();
    const changes = listener();
    watcher = new ConfigWatcher({ clock, onChange: changes.onChange, onFault: fault, events: false });
    await watcher.watch([file]);
    return { clock, changes };
  }

  it('sees a change two seconds later at most, and waits until the file rests', async () => {
    const { clock, changes } = await polling();
    save('second');
    await clock.advance(1_999);
    expect(changes.seen.count).toBe(1);
    await clock.advance(1);
    // The poll is set again; the second timer is the 150 ms of rest.
    await clock.timersSet(2);
    const seen = changes.next();
    writeFileSync(file, 'third, longer');
    await clock.advance(150);
    await clock.timersSet(2);
    expect(changes.seen.count).toBe(1);
    await clock.advance(150);
    await seen;
    expect(changes.seen.count).toBe(2);
  });

  it('sees a file that was only touched, too: the content decides later', async () => {
    const { clock, changes } = await polling();
    const seen = changes.next();
    utimesSync(file, 1, 1);
    await clock.advance(2_000);
    await clock.timersSet(2);
    await clock.advance(150);
    await seen;
  });
});

describe('the way to a file', () => {
  it('names every link on it', async () => {
    mkdirSync(join(folder, 'v1'));
    symlinkSync('v1', join(folder, 'data'));
    symlinkSync('data/x', join(folder, 'x'));
    expect(await namesOnTheWay(join(folder, 'x'))).toEqual([
      join(folder, 'x'),
      join(folder, 'data'),
      join(folder, 'v1', 'x'),
    ]);
  });

  it('ends in a circle', async () => {
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    expect(await namesOnTheWay(join(folder, 'a'))).toContain(join(folder, 'b'));
  });
});

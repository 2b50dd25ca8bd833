import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { DEFAULT_MAX_QUEUED } from '../../src/core/policy.ts';
import { diffRoutes, diffTriggers, needRestart } from '../../src/config/diff.ts';
import type { Loaded } from '../../src/config/loaded.ts';
import { cron, loaded, loadText, NOW_MS, webhook } from './support/load.ts';

async function change(
  before: string,
  after: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly was: Loaded; readonly is: Loaded }> {
  const was = await loaded(before, { env: { PATH: '/bin:/usr/bin', SECRET: 'one' } });
  const is = await loaded(after, { previous: was, env: { PATH: '/bin:/usr/bin', SECRET: 'one', ...env } });
  return { was, is };
}

const difference = async (
  before: string,
  after: string,
  env?: Readonly<Record<string, string>>,
): Promise<ReturnType<typeof diffTriggers>> => {
  const { was, is } = await change(before, after, env);
  return diffTriggers(is.snapshot, was.snapshot);
};
const none = { added: [], removed: [], modified: [] };

/** Keys of a webhook, each to be followed by one more. */
const meta = 'provider = "meta"\nsecret = "s"\n';
const upload = 'accept_multipart = true\nfile_root = "in"\n';

const secretPing = (name: string): string => `ping = { start = { env = "${name}" } }`;
const callback = (url: string): string =>
  `response = "callback"\ncallback_secret = "whsec_${'A'.repeat(43)}="\ncallback_url = "${url}"`;

const bot = '[transports.telegram]\nbot_token = "7:secret"\nallowed_user_ids = [1]\n';

describe('a reload', () => {
  it('of the same content answers with what was live', async () => {
    const { was, is } = await change(`${cron('a')}${webhook('b')}`, `${cron('a')}${webhook('b')}`);
    expect(is).toBe(was);
  });

  it('names what came, went and changed', async () => {
    const after = `${cron('b', 'retries = 1')}${cron('c')}${webhook('d')}`;
    expect(await difference(`${cron('a')}${cron('b')}${webhook('d')}`, after)).toEqual({
      added: ['cron:c'],
      removed: ['cron:a'],
      modified: ['cron:b'],
    });
  });

  test.each([
    ['a comment', (text: string) => `# new\n${text}# new\n`],
    [
      'another order of keys',
      (text: string) =>
        text
          .replace('schedule = "0 9 * * *"\n', '')
          .replace('retries = 1', 'retries = 1\nschedule = "0 9 * * *"'),
    ],
    [
      'another spelling',
      (text: string) => text.replace('"0 9 * * *"', "'0 9 * * *'").replace('"a"', '" a "'),
    ],
    ['a default written out', (text: string) => `${text}overlap = "queue"\nkill_grace = "5s"\n`],
    ['another trigger in front', (text: string) => `${cron('x')}${text}`],
    [
      'settings that this trigger does not read',
      (text: string) =>
        `default_timezone = "UTC"\n[log]\nlevel = "debug"\n[projects.p]\npath = "."\n[secrets]\nx = "y"\n[transports.telegram]\nmax_pending = 3\n${text}`,
    ],
  ])('leaves an unchanged trigger the very object it was: %s', async (_what, edit) => {
    const text = cron('a', 'retries = 1');
    const { was, is } = await change(text, edit(text));
    expect(is.snapshot.crons.get('cron:a' as never)).toBe(was.snapshot.crons.get('cron:a' as never));
  });

  test.each([
    ['its zone', (text: string) => `default_timezone = "Asia/Tokyo"\n${text}`],
    ['its project', (text: string) => text.replace('"/p"', '"/q"')],
    ['a secret of its own', (text: string) => text.replace('"t1"', '"t2"')],
    ['that there is a bot to tell its chat', (text: string) => `${text}${bot}`],
  ])('sees that something else changed a trigger: %s', async (_what, edit) => {
    const text = `${cron('a', 'project = "p"', 'chat_id = 5', 'env = { TOKEN = "t1" }')}[projects.p]\npath = "/p"\n`;
    const { was, is } = await change(text, edit(text));
    const [before] = was.snapshot.crons.values();
    const [after] = is.snapshot.crons.values();
    // The value of a secret is not part of the trigger: its reference stays, what it stands for changes.
    if (edit(text).includes('"t2"'))
      expect([...is.snapshot.secrets.values()].map((one) => one.reveal())).toEqual(['t2']);
    else expect(after).not.toBe(before);
  });

  it('moves the next fire of the crons that the default zone is for, and of no other', async () => {
    const text = `${cron('own', 'timezone = "Europe/Berlin"')}${cron('none')}`;
    const { is } = await change(text, `default_timezone = "Asia/Tokyo"\n${text}`);
    const nexts = [...is.snapshot.crons.values()].map(({ schedule }) => schedule.next(NOW_MS));
    expect(nexts).toEqual([Date.UTC(2026, 0, 1, 8), Date.UTC(2026, 0, 2)]);
    expect(await difference(text, `default_timezone = "Asia/Tokyo"\n${text}`)).toMatchObject({
      modified: ['cron:none'],
    });
  });

  it('sees a secret that changed behind its name, with the file as it was', async () => {
    const text = `${webhook('a', 'secret = { env = "SECRET" }')}${webhook('b')}`;
    const { was, is } = await change(text, text, { SECRET: 'two' });
    expect(is.hash).toBe(was.hash);
    expect(diffTriggers(is.snapshot, was.snapshot)).toEqual({ ...none, modified: ['webhook:a'] });
    expect(is.secrets.map((one) => one.reveal())).toEqual(['two', 's']);
  });

  it('sees a scheme that changed with everything else as it was', async () => {
    expect(
      await difference(
        webhook('a', 'auth = "hmac-sha256"', 'secret = "s"'),
        webhook('a', 'auth = "hmac-sha1"', 'secret = "s"'),
      ),
    ).toEqual({ ...none, modified: ['webhook:a'] });
    expect(
      await difference(
        webhook('a', 'auth = "basic"', 'username = "x"', 'secret = "s"'),
        webhook('a', 'auth = "basic"', 'username = "y"', 'secret = "s"'),
      ),
    ).toEqual({ ...none, modified: ['webhook:a'] });
  });

  it('sees a burst that is told apart or timed in another way, and none where neither changed', async () => {
    const burst = (table: string): string => webhook('a', `coalesce = { ${table} }`);
    const before = burst('key = "{{a}}", window = "60s"');
    const changed = { ...none, modified: ['webhook:a'] };
    expect(await difference(before, burst('key = "{{b}}", window = "60s"'))).toEqual(changed);
    expect(await difference(before, burst('window = "60s"'))).toEqual(changed);
    expect(await difference(before, burst('key = "{{a}}", window = "61s"'))).toEqual(changed);
    expect(await difference(before, webhook('a'))).toEqual(changed);
    expect(await difference(before, burst('window = "1m", max_wait = "10m", key = "{{a}}"'))).toEqual(none);
  });

  test.each<[what: string, before: string, changed: string]>([
    ['filter', 'filter = "body.a == 1"', 'filter = "body.a == 2"'],
    ['allow_ips', 'allow_ips = ["192.0.2.0/24"]', 'allow_ips = ["192.0.2.0/25"]'],
    ['verify_token', `${meta}verify_token = "one"`, `${meta}verify_token = "two"`],
    ['provider', 'provider = "github"\nsecret = "s"', 'provider = "bitbucket"\nsecret = "s"'],
    [
      'signature',
      'secret = "s"\nsignature = { header = "X-A", tolerance = "5m" }',
      'secret = "s"\nsignature = { header = "X-B", tolerance = "5m" }',
    ],
    [
      'what is signed',
      'secret = "s"\nsignature = { header = "X-A" }',
      'secret = "s"\nsignature = { header = "X-A", signed = "v0:{body}" }',
    ],
    ['where files go', `${upload}file_destination = "{{a}}"`, `${upload}file_destination = "{{b}}"`],
    ['how large files may be', `${upload}max_files = 2`, `${upload}max_files = 3`],
    ['response', 'response = "wait"', 'response = "stream"'],
    ['response_timeout', 'response = "wait"', 'response = "wait"\nresponse_timeout = "1s"'],
    ['callback_url', callback('https://a.example/'), callback('https://b.example/')],
    ['ping', 'ping = { start = "https://a.example/" }', 'ping = { start = "https://b.example/" }'],
    ['the address of a ping that is a secret', secretPing('A'), secretPing('B')],
  ])('leaves a webhook the very object it was unless this changed: %s', async (_what, before, changed) => {
    const env = { A: 'https://a.example/', B: 'https://b.example/' };
    const was = await loaded(webhook('a', before), { env });
    const moved = `# new\n${webhook('b')}${webhook('a', `max_queued = ${DEFAULT_MAX_QUEUED}`, before)}`;
    const same = await loaded(moved, { previous: was, env });
    expect(same.snapshot.webhooks.get('webhook:a' as never)).toBe([...was.snapshot.webhooks.values()][0]);
    const is = await loaded(webhook('a', changed), { previous: same, env });
    expect(diffTriggers(is.snapshot, same.snapshot).modified).toEqual(['webhook:a']);
  });

  it("sees limits that come from the server's", async () => {
    expect(
      await difference(
        `${webhook('a')}${webhook('b', 'rate_limit = 3')}`,
        `[triggers.server]\nrate_limit = 5\n${webhook('a')}${webhook('b', 'rate_limit = 3')}`,
      ),
    ).toEqual({ ...none, modified: ['webhook:a'] });
  });

  it('calls a cron that is switched off or on changed, not gone or new', async () => {
    expect(await difference(cron('a'), cron('a', 'enabled = false'))).toEqual({
      ...none,
      modified: ['cron:a'],
    });
    expect(await difference(cron('a', 'enabled = false'), cron('a'))).toEqual({
      ...none,
      modified: ['cron:a'],
    });
  });

  it('names paths that open and close', async () => {
    const { was, is } = await change(webhook('a'), webhook('b'));
    expect(diffRoutes(is.snapshot, was.snapshot)).toEqual({ opened: ['/b'], closed: ['/a'] });
  });

  it('names the keys that wait for a restart, compared with what was started', async () => {
    const { was, is } = await change(
      '',
      '[triggers.server]\nhost = "::1"\nport = 1\nrate_limit = 1\n[store]\nurl = "memory:"\n[log]\nlevel = "debug"\n',
    );
    expect(needRestart(is, was)).toEqual(['store.url']);
    expect(needRestart(was, was)).toEqual([]);
  });

  test('comes to the same as a fresh load, whatever was live before', async () => {
    const names = ['a', 'b', 'c'];
    const extra = fc.constantFrom(
      '',
      'retries = 1',
      'enabled = false',
      'env = { TOKEN = "x" }',
      'project = "p"',
    );
    const one = fc
      .tuple(fc.constantFrom(cron, webhook), fc.constantFrom(...names), extra)
      .map(([make, id, line]) => make(id, line));
    const head = fc.constantFrom('', 'default_timezone = "Asia/Tokyo"\n', '# x\n');
    const file = fc
      .tuple(head, fc.uniqueArray(one, { selector: (text) => text.slice(0, 35) }))
      .map(([first, all]) => `${first}${all.join('')}[projects.p]\npath = "/p"\n`);
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 2, maxLength: 4 }), async (files) => {
        let previous: Loaded | undefined;
        for (const text of files) {
          const fresh = await loadText(text);
          const next = await loadText(text, { previous });
          expect(next.ok).toBe(fresh.ok);
          if (!next.ok || !fresh.ok) continue;
          previous = next.loaded;
          expect(view(next.loaded)).toEqual(view(fresh.loaded));
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** A snapshot as plain data, for comparing. */
function view({ snapshot }: Loaded): unknown {
  return JSON.parse(
    JSON.stringify(snapshot, (_key, value: unknown) => {
      if (value instanceof Map) return [...value];
      return value instanceof Set ? [...value] : value;
    }),
  );
}

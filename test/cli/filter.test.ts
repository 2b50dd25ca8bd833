/** Holds `untether filter` to what the service does with the same delivery. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command } from './support/command-line.ts';
import { CONFIG, configured } from './support/folder.ts';

const FILTERED = CONFIG.replace(
  'provider = "github"',
  `provider = "github"\nevent_filter = ["push", "release"]\nfilter = ["body.n > 3", "!body.draft && headers['x-a'] == 'b'"]`,
);

async function folder(payload = '{"n": 5}'): Promise<string> {
  const cwd = await configured(FILTERED);
  await writeFile(join(cwd, 'payload.json'), payload);
  return cwd;
}

const test = ['filter', 'test', '--webhook', 'push', '--data', 'payload.json'];

describe('filter test', () => {
  it('needs neither a service nor a secret, and shows what was compared on the way', async () => {
    const words = [...test, '--event', 'push', '--header', 'X-A: b'];
    expect(await command(words, { cwd: await folder() })).toEqual({
      code: 0,
      stdout: [
        'passes',
        '  true  body.n > 3',
        '    true  body.n > 3',
        "  true  !body.draft && headers['x-a'] == 'b'",
        '    missing  body.draft (No such key: draft)',
        "    true  headers['x-a'] == 'b'",
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it.each([
    [['--event', 'push'], '{"n":5}', 'the filter is false'],
    [['--event', 'push', '--header', 'x-a: b'], '{"n":3}', 'the filter is false'],
    [
      ['--event', 'push', '--header', 'x-a: b'],
      '{"n":"5"}',
      'the filter failed in body.n > 3: no such overload',
    ],
    [['--header', 'x-a: b'], '{"n":5}', 'no event header'],
    [['--event', 'issues', '--header', 'x-a: b'], '{"n":5}', 'event is not in event_filter'],
  ])(
    'leaves with 1 and says why what is given with %j and %s does not pass',
    async (flags, payload, reason) => {
      const cwd = await folder(payload);
      const { code, stdout } = await command([...test, ...flags], { cwd });
      expect({ code, first: stdout.split('\n')[0] }).toEqual({ code: 1, first: `does not pass: ${reason}` });
      const json = await command([...test, ...flags, '--json'], { cwd });
      expect(JSON.parse(json.stdout)).toMatchObject({ passes: false, reason });
    },
  );

  it('knows the webhooks of included files', async () => {
    const cwd = await folder();
    const hook = FILTERED.slice(FILTERED.indexOf('[[triggers.webhooks]]')).replaceAll('"push"', '"pull"');
    await mkdir(join(cwd, 'more'));
    await writeFile(join(cwd, 'more/pull.toml'), hook.split('[[triggers.webhooks]]\nid = "open"')[0] ?? '');
    await writeFile(join(cwd, 'untether.toml'), `include = ["more/*.toml"]\n${FILTERED}`);
    const words = ['filter', 'test', '--webhook', 'pull', '--data', 'payload.json', '--event', 'pull'];
    const { code, stderr } = await command([...words, '--header', 'x-a: b'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('takes the event from the headers as the webhook does', async () => {
    const words = [...test, '--header', 'X-GitHub-Event: push', '--header', 'x-a: b', '--json'];
    const { stdout } = await command(words, { cwd: await folder() });
    expect(JSON.parse(stdout)).toMatchObject({ passes: true, reason: null, event: 'push' });
  });

  it('tries an expression on standard input where there is no file at all', async () => {
    const words = ['filter', 'test', '--expression', "query.env == 'x' && body._body[0] == 1", '--data', '-'];
    const { code } = await command([...words, '--query', 'env=x'], { cwd: '/', stdin: '[1]' });
    expect(code).toBe(0);
  });

  it('takes an expression instead of the filter of the webhook, whose event filter stays', async () => {
    const words = [...test, '--expression', 'body.n == 5'];
    const cwd = await folder();
    expect((await command([...words, '--event', 'push'], { cwd })).code).toBe(0);
    expect((await command([...words, '--event', 'issues'], { cwd })).code).toBe(1);
  });

  it.each([
    [['filter', 'tset'], /there is no filter tset; there is test/],
    [['filter', 'test'], /name what to test: --webhook ID or --expression CEL/],
    [['filter', 'test', '--expression', 'body.a ===='], /cannot be read: .*\(character 10\)/],
    [
      ['filter', 'test', '--expression', 'true', '--header', 'nonsense'],
      /--header nonsense is not "Name: value"/,
    ],
    [
      ['filter', 'test', '--expression', 'true', '--data', 'broken.json', '--type', 'application/json'],
      /would be answered 400: invalid JSON/,
    ],
  ])('refuses %j', async (words, message) => {
    const cwd = await folder();
    await writeFile(join(cwd, 'broken.json'), '{');
    const { code, stderr } = await command(words, { cwd });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });

  it('names the webhooks that there are when it does not know one', async () => {
    const { code, stderr } = await command(['filter', 'test', '--webhook', 'nope'], { cwd: await folder() });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('it has push, open') });
  });
});

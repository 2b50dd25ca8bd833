import { expect, test } from 'vitest';
import { cron, said } from './support/load.ts';

async function errors(text: string): Promise<readonly string[]> {
  return (await said(text)).filter((line) => !line.includes('(warning)'));
}

test('ten faults of two triggers are told at once, each with its line', async () => {
  const text = [
    '[projects.app]',
    'path = "."',
    '[[triggers.crons]]',
    'id = "a"',
    'schedule = "61 9 * * *"',
    'timezone = "Europe/Atlantis"',
    'project = "appp"',
    'retries = -1',
    'prompt_template = "{{secrets.nope}}"',
    '[[triggers.webhooks]]',
    'id = "b"',
    'path = "/-/b"',
    'auth = "basic"',
    'overlap = "skip"',
    'engine = "claud"',
    'prompt_template = "x"',
    '',
  ].join('\n');
  expect(await errors(text)).toEqual([
    expect.stringMatching(/^5:1 triggers\.crons\[0\]\.schedule: minute: 61 is out of range/),
    expect.stringMatching(/^6:1 triggers\.crons\[0\]\.timezone: there is no time zone/),
    '7:1 triggers.crons[0].project: there is no project "appp"; did you mean "app"?',
    '8:1 triggers.crons[0].retries: expected a whole number from 0 to 100',
    '9:1 triggers.crons[0].prompt_template: there is no nope in [secrets]',
    '10:12 triggers.webhooks[0]: `secret` is missing: auth = "basic" needs it',
    '10:12 triggers.webhooks[0]: `username` is missing: auth = "basic" needs it',
    expect.stringMatching(/^12:1 triggers\.webhooks\[0\]\.path: is kept for the service itself/),
    '14:1 triggers.webhooks[0].overlap: there is no such key',
    '15:1 triggers.webhooks[0].engine: there is no engine "claud"; did you mean "claude"?',
  ]);
});

test.each([
  ['schedule', cron('a').replace('"0 9 * * *"', '9')],
  ['command', cron('a').replace('["true"]', '"true"')],
  ['action', cron('a').replace('"command"', '"comand"')],
  ['secret', '[[triggers.webhooks]]\nid = "a"\npath = "/a"\nsecret = 1\nprompt_template = "x"\n'],
  ['auth', '[[triggers.webhooks]]\nid = "a"\npath = "/a"\nauth = "nope"\nprompt_template = "x"\n'],
  ['provider', '[[triggers.webhooks]]\nid = "a"\npath = "/a"\nprovider = "x"\nprompt_template = "x"\n'],
  [
    'username',
    '[[triggers.webhooks]]\nid = "a"\npath = "/a"\nauth = "basic"\nsecret = "s"\nusername = 1\nprompt_template = "x"\n',
  ],
  ['path', '[[triggers.webhooks]]\nid = "a"\npath = "a"\nsecret = "s"\nprompt_template = "x"\n'],
  ['fetch.type', cron('a', 'fetch = { type = "ftp" }')],
  ['fetch.url', cron('a', 'fetch = { type = "http_get", url = 1 }')],
  ['fetch.url', cron('a', 'fetch = { type = "nope", url = "ftp://x" }')],
])('a %s of the wrong shape is not also said to be missing', async (key, text) => {
  const all = await errors(text);
  expect(all.filter((line) => line.includes('is missing'))).toEqual([]);
  expect(all).toContainEqual(expect.stringContaining(`].${key}: `));
});

/** Holds `render` to showing what a run would make of a payload, without a service and without a secret. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { command } from './support/command-line.ts';
import { configured } from './support/folder.ts';

const CONFIG = `
[secrets]
TOKEN = "hush-hush"

[[triggers.webhooks]]
id = "push"
path = "/push"
auth = "none"
action = "http_forward"
forward_url = "https://example.com/{{repo.name | url_encode}}"
forward_body = '{"ref": {{ref | json}}, "by": "{{user | default: "nobody"}}"}'
forward_headers = { Authorization = "Bearer {{secrets.TOKEN}}", X-Home = "{{env.PLACE}}", X-Key = "also-hush" }
fetch = { type = "http_get", url = "https://example.com/{{ref}}", store_as = "issues" }

[[triggers.webhooks]]
id = "sum"
path = "/sum"
auth = "none"
action = "command"
command = ["add", "{{a | divided_by: b}}", "--of={{a}}"]
env = { WHAT = "{{a}}" }

[[triggers.crons]]
id = "nightly"
schedule = "@daily"
enabled = false
action = "notify_only"
message_template = "{{trigger_id}} at {{due_at}}"
`;
const env = { PLACE: 'a place of mine' };
const DATA = { ref: 'main\u001b[2J', repo: { name: 'a b' } };

async function folder(data: unknown = DATA): Promise<string> {
  const cwd = await configured(CONFIG);
  await writeFile(join(cwd, 'data.json'), JSON.stringify(data));
  return cwd;
}

interface Answer {
  readonly trigger: string | null;
  readonly templates: ReadonlyArray<{
    readonly key: string;
    readonly text: string | null;
    readonly problem: string | null;
  }>;
}

async function rendered(
  line: readonly string[],
  data?: unknown,
): Promise<Answer & { readonly code: number | null }> {
  const answer = await command(['render', ...line, '--json'], { cwd: await folder(data), env });
  return { ...(JSON.parse(answer.stdout) as Answer), code: answer.code };
}

const texts = ({ templates }: Answer): unknown =>
  Object.fromEntries(templates.map(({ key, text }) => [key, text]));

describe('of a trigger', () => {
  test('shows every template in the order in which it is rendered, secrets and variables by their names', async () => {
    const answer = await rendered(['--webhook', 'push', '--data', 'data.json']);
    expect(answer).toMatchObject({ code: 0, trigger: 'webhook:push' });
    expect(texts(answer)).toEqual({
      'fetch.url': 'https://example.com/main\u001b[2J',
      forward_url: 'https://example.com/a+b',
      'forward_headers.Authorization': 'Bearer [secret TOKEN]',
      'forward_headers.X-Home': '[env PLACE]',
      'forward_headers.X-Key': '[secret]',
      forward_body: '{"ref": "main\\u001b[2J", "by": "nobody"}',
    });
    expect(JSON.stringify(answer)).not.toMatch(/hush|of mine/);
  });

  test('says which cannot be rendered, and shows the others', async () => {
    const { code, templates } = await rendered(['--webhook', 'sum', '--data', 'data.json'], { a: 1, b: 0 });
    expect(code).toBe(1);
    expect(templates.map(({ key, text, problem }) => [key, text, problem])).toEqual([
      ['command[0]', 'add', null],
      ['command[1]', null, expect.stringMatching(/^divided_by gives no number/)],
      ['command[2]', '--of=1', null],
      ['env.WHAT', '1', null],
    ]);
  });

  test.each([
    ['forward_headers', 3],
    ['forward_headers.X-Home', 1],
    ['forward_url', 1],
  ])('--key %s selects %i', async (key, count) => {
    expect((await rendered(['--webhook', 'push', '--key', key])).templates).toHaveLength(count);
  });

  test('that is switched off, without a payload', async () => {
    const answer = await rendered(['--cron', 'nightly']);
    expect(texts(answer)).toEqual({ message_template: expect.stringMatching(/^cron:nightly at 20\d\d-/) });
  });

  test('shows a person what is empty here, and nothing that would repaint a terminal in what stands in a line', async () => {
    const answer = await command(['render', '--webhook', 'push', '--data', 'data.json'], {
      cwd: await folder(),
      env,
    });
    expect(answer.stderr).toBe('issues is fetched when it runs, and empty here\n');
    expect(answer.stdout).toContain('--- forward_url\nhttps://example.com/a+b\n');
  });
});

describe('of a text', () => {
  test('needs no file unless it names a secret', async () => {
    const cwd = await folder();
    const line = ['render', '{{ref | slice: 0, 4 | upcase}}', '--data', '-', '--config', 'missing.toml'];
    expect((await command(line, { cwd, stdin: JSON.stringify(DATA) })).stdout).toBe('--- template\nMAIN\n');
    const named = await rendered(['{{secrets.TOKEN}} {{env.PLACE}}']);
    expect(named.templates).toMatchObject([{ text: '[secret TOKEN] [env PLACE]' }]);
  });

  test.each([
    ['{{secrets.TOKNE}}', 'there is no secret named TOKNE'],
    ['{{env.MISSING}}', 'the environment variable MISSING is not set'],
    ['{{ a | nonsense }}', 'undefined filter: nonsense'],
  ])('%s: %s', async (template, problem) => {
    const { code, templates } = await rendered([template]);
    expect({ code, templates }).toMatchObject({ code: 1, templates: [{ text: null }] });
    expect(templates[0]?.problem).toContain(problem);
  });
});

test.each([
  [[], 'name a trigger by --webhook or --cron'],
  [['x', '--cron', 'nightly'], 'or give one template'],
  [['--cron', 'a', '--webhook', 'b'], 'not both'],
  [['x', '--key', 'y'], '--key is one of a trigger'],
  [['--webhook', 'push', '--key', 'forward_bod'], 'has no template forward_bod; it has fetch.url'],
])('%j is refused', async (line, message) => {
  const { code, stderr } = await command(['render', ...line], { cwd: await folder(), env });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
});

test('asks plugins for their filters, and begins none that nobody uses', async () => {
  const cwd = await folder();
  await mkdir(join(cwd, 'plugins'));
  await writeFile(
    join(cwd, 'plugins', 'text.mjs'),
    'export default { filters: { shout: (value) => value.toUpperCase() } };',
  );
  await writeFile(join(cwd, 'plugins', 'loop.mjs'), 'for (;;);');
  const shown = await command(['render', '{{ ref | plugin: "text" }}', '--data', 'data.json', '--json'], {
    cwd,
    env,
  });
  expect(JSON.parse(shown.stdout)).toMatchObject({ templates: [{ text: 'MAIN\u001b[2J', problem: null }] });
  const gone = await command(['render', '{{ "x" | plugin: "text.whisper" }}'], { cwd, env });
  expect([gone.code, gone.stdout]).toEqual([
    1,
    expect.stringContaining('the plugin text has no filter whisper'),
  ]);
});

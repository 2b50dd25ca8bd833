/** Holds `[telemetry]` to what it may say, and to what is made of it. */
import { expect, it, test } from 'vitest';
import { loaded, said } from './support/load.ts';

const table = (text: string): string => `[telemetry]\n${text}`;

it('is off without an endpoint', async () => {
  expect((await loaded('')).snapshot.telemetry).toBeUndefined();
  expect((await loaded(table('sample = 0.5'))).snapshot.telemetry).toBeUndefined();
});

it('has a name, all traces and ten seconds for a batch unless it says otherwise', async () => {
  const { snapshot } = await loaded(table('endpoint = "http://127.0.0.1:4318"'));
  expect(snapshot.telemetry).toEqual({
    url: 'http://127.0.0.1:4318/v1/traces',
    headers: new Map(),
    serviceName: 'untether',
    sample: 1,
    timeoutMs: 10_000,
  });
});

test.each([
  ['http://c:4318/', 'http://c:4318/v1/traces'],
  ['https://c/otlp', 'https://c/otlp/v1/traces'],
  ['https://c/otlp/v1/traces', 'https://c/otlp/v1/traces'],
  ['https://c/otlp/v1/traces/', 'https://c/otlp/v1/traces'],
  ['https://c/?key=1', 'https://c/v1/traces?key=1'],
])('posts to the place for traces below %s', async (endpoint, url) => {
  const { snapshot } = await loaded(table(`endpoint = "${endpoint}"`));
  expect(snapshot.telemetry?.url).toBe(url);
});

it('takes headers from where secrets are, and has the redactor know those that are secret', async () => {
  const { snapshot, secrets } = await loaded(
    table(
      'endpoint = "http://c"\nheaders = { authorization = { env = "TOKEN" }, x-api-key = "literal-key", x-team = "ops" }',
    ),
    { env: { TOKEN: 'from-the-environment' } },
  );
  const headers = [...(snapshot.telemetry?.headers ?? [])];
  expect(headers.map(([name, secret]) => [name, secret.reveal()])).toEqual([
    ['authorization', 'from-the-environment'],
    ['x-api-key', 'literal-key'],
    ['x-team', 'ops'],
  ]);
  expect(secrets.map((secret) => secret.reveal())).toEqual(['from-the-environment', 'literal-key']);
  expect(JSON.stringify(headers)).not.toMatch(/environment|literal/);
});

test.each([
  [
    'endpoint = "127.0.0.1:4318"',
    '2:1 telemetry.endpoint: expected an address that begins with http:// or https://',
  ],
  ['endpoint = "http://me:pw@c"', /^2:1 telemetry\.endpoint: holds a user name or a password/],
  ['endpoint = "http://{{secrets.c}}"', '2:1 telemetry.endpoint: is no template: write the address as it is'],
  ['sample = 2', '2:1 telemetry.sample: expected a share from 0 to 1, such as 0.1'],
  ['sample = "all"', '2:1 telemetry.sample: expected a share from 0 to 1, such as 0.1, not a string'],
  ['endpoint = "http://c"\ntimeout = "0s"', '3:1 telemetry.timeout: must be longer than nothing'],
  ['endpont = "http://c"', '2:1 telemetry.endpont: there is no such key; did you mean "endpoint"?'],
  ['endpoint = "http://c"\nheaders = { "a b" = "c" }', /telemetry\.headers\.\S*a b\S*: is no header name$/],
  [
    'endpoint = "http://c"\nheaders = { te = "a" }',
    /telemetry\.headers\.te: Header 'te' is set by the connection/,
  ],
  ['endpoint = "http://c"\nheaders = { x = "a€b" }', /telemetry\.headers\.x: Header 'x' has a character/],
  ['endpoint = "http://c"\nheaders = { a = "1", A = "2" }', /telemetry\.headers: Header 'A' is given twice$/],
  ['endpoint = "http://c"\nheaders = { a = { env = "NONE" } }', /the environment variable NONE is not set/],
  ['headers = { a = "b" }', /^2:1 \(warning\) telemetry\.headers: without effect: there is no endpoint/],
])('says what is wrong with %j', async (text, expected) => {
  const [line, ...more] = await said(table(text));
  expect(line).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  expect(more).toEqual([]);
});

it('refuses a secret that no header can carry, without saying it', async () => {
  const text = table('endpoint = "http://c"\nheaders = { a = { env = "TOKEN" } }');
  expect(await said(text, { env: { TOKEN: 'of two\nlines' } })).toEqual([
    "3:1 telemetry.headers: Header 'a' has a line break or NUL in its value",
  ]);
});

it('reads no variable of the environment that OpenTelemetry has', async () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://elsewhere', OTEL_SERVICE_NAME: 'other' };
  expect((await loaded('', { env })).snapshot.telemetry).toBeUndefined();
});

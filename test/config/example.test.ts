import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { rootTable } from '../../src/config/schema/root.ts';
import { issue } from '../support/certificate.ts';
import { loaded, loadText, NOW_MS, shown } from './support/load.ts';

const example = readFileSync(new URL('../../untether.toml.example', import.meta.url), 'utf8');
const env = {
  PATH: '/usr/bin:/bin',
  GITHUB_WEBHOOK_SECRET: 'x',
  GITHUB_TOKEN: 'x',
  TELEGRAM_BOT_TOKEN: '1:x',
  ALERTS_BOT_TOKEN: '2:x',
};

/** The commented blocks: paragraphs that hold a line which is TOML behind its "# ". */
const HEADER = /^# \[/m;
const blocks = example.split(/\n\n/).filter((block) => HEADER.test(block));

/** Takes away the comments from the first header on, and explanations before it. */
function uncomment(block: string): string {
  const lines = block.split('\n');
  const start = lines.findIndex((line) => HEADER.test(line));
  return lines
    .slice(start)
    .map((line) => line.replace(/^# ?/, ''))
    .join('\n');
}

const relayNeeds = '[secrets]\ngithub_token = { env = "GITHUB_TOKEN" }\n[projects.app]\npath = "."\n';
/** What a block refers to that stands in another one. */
function withNeeds(text: string): string {
  return text.includes('[secrets]') || text.includes('[projects') ? text : `${text}\n${relayNeeds}`;
}

describe('untether.toml.example', () => {
  it('loads as it is, without a warning, and has something due within a minute', async () => {
    const { snapshot } = await loaded(example);
    expect(snapshot.warnings).toEqual([]);
    const [hello] = snapshot.crons.values();
    expect(hello?.schedule.next(NOW_MS)).toBe(NOW_MS + 60_000);
    expect([...snapshot.routes.keys()]).toEqual(['/hooks/hello']);
  });

  it('has a curl line that its webhook accepts', async () => {
    const { snapshot } = await loaded(example);
    const [, header, path] = /curl -H "Authorization: ([^"]+)".*http:\/\/127\.0\.0\.1:9876(\S+)/.exec(
      example,
    )!;
    const hook = snapshot.routes.get(path!)!;
    expect(
      hook.verify({
        method: 'POST',
        url: path!,
        headers: { authorization: header },
        body: new Uint8Array(),
        receivedAt: 0,
      }),
    ).toEqual({ ok: true });
    expect(snapshot.server.port).toBe(9876);
  });

  it('names its schema and has commented blocks', () => {
    expect(example.split('\n')[0]).toBe('#:schema ./untether.schema.json');
    expect(blocks.length).toBeGreaterThan(10);
  });

  test.each(blocks.map((block) => [uncomment(block).split('\n').slice(0, 2).join(' '), block] as const))(
    '%s loads when it is uncommented',
    async (_title, block) => {
      const result = await loadText(withNeeds(uncomment(block)), { env });
      const errors = result.ok ? [] : result.issues.filter(({ severity }) => severity === 'error').map(shown);
      // The only thing that a machine may lack are the secrets' files.
      expect(errors.filter((error) => !error.includes("the secret's file"))).toEqual([]);
    },
  );

  it('loads with everything uncommented', async () => {
    const settings = example.replace(/^# ?(\w+ = .*)$/gm, (line, setting: string, at: number) =>
      at < example.indexOf('# What follows') ? setting : line,
    );
    const head = settings.slice(0, settings.indexOf('# What follows'));
    const { cert, key } = issue();
    const whole = `${head}\n${blocks.map(uncomment).join('\n')}`
      .replaceAll('{ file = "relay.secret" }', '"x"')
      .replace(/"\w+\.pem", key = "\w+\.pem"/, '{ env = "CERT" }, key = { env = "KEY" }');
    const result = await loadText(whole, { env: { ...env, CERT: cert, KEY: key } });
    expect(result.ok ? [] : result.issues.filter(({ severity }) => severity === 'error').map(shown)).toEqual(
      [],
    );
  });

  it('shows every table that has an effect', () => {
    const silent = new Set(['default_project', 'transport']);
    const shownTables = Object.keys(rootTable.shape).filter((name) =>
      new RegExp(`^(# )?(\\[+${name}[.\\]]|${name} = )`, 'm').test(example),
    );
    const effective = Object.entries(rootTable.shape)
      .filter(([name, schema]) => !silent.has(name) && schema.meta()?.['reload'] !== 'none')
      .map(([name]) => name);
    expect(shownTables).toEqual(expect.arrayContaining(effective));
  });
});

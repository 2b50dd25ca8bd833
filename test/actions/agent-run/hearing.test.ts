/** Holds that what an agent says and does is masked before anything of it is cut, kept or shown. */
import { expect, test } from 'vitest';
import { Hearing } from '../../../src/actions/agent-run/hearing.ts';
import { MAX_DETAIL } from '../../../src/engines/line.ts';
import { builtinEngine } from '../../../src/engines/registry.ts';

const SECRET = 'hunter2-hunter2-hunter2';
const mask = (text: string): string => text.replaceAll(SECRET, '[secret]');

function heard(...content: readonly object[]): Hearing {
  const hearing = new Hearing(builtinEngine('claude').reader(), mask);
  const line = { type: 'assistant', message: { role: 'assistant', content } };
  hearing.push(Buffer.from(`${JSON.stringify(line)}\n`));
  return hearing;
}

test('a secret at the edge of what is shown of a tool', () => {
  const command = `${'x'.repeat(MAX_DETAIL - 15)} ${SECRET}`;
  const hearing = heard({ type: 'tool_use', id: '1', name: 'Bash', input: { command } });
  expect(hearing.account.line).toHaveLength(MAX_DETAIL);
  expect(`${hearing.account.line} ${hearing.takeOutput()}`).not.toContain('hunter');
});

test('a secret that it says', () => {
  const hearing = heard({ type: 'text', text: `it is ${SECRET}.` });
  expect(hearing.account).toMatchObject({ message: 'it is [secret].', line: 'it is [secret].' });
  expect(hearing.end()).toBe('it is [secret].\n');
});

/** Holds how a reload reads in a chat: what is live, what changed, what waits, or where it is wrong. */
import { expect, test } from 'vitest';
import { reportLines, telemetryReloadLines } from '../../src/chat/reload-lines.ts';
import { triggerId } from '../../src/core/ids.ts';
import { sampleReport } from '../support/samples.ts';

const report = sampleReport();
const issue = {
  file: '/untether.toml',
  line: 3,
  column: 7,
  path: 'triggers',
  message: 'is wrong',
  revision: 4,
};

test('a reload that changed nothing says so in one line', () => {
  expect(reportLines({ ...report, changed: false })).toEqual(['♻️ nothing has changed, revision 4 is live']);
});

test('a change names what came, went and changed, what waits for a restart, and what is doubtful', () => {
  expect(
    reportLines({
      ...report,
      added: [triggerId('cron', 'a'), triggerId('webhook', 'b')],
      removed: [triggerId('cron', 'c')],
      modified: [triggerId('cron', 'd')],
      needRestart: ['store.url'],
      issues: [{ ...issue, severity: 'warning' }],
    }),
  ).toEqual([
    '♻️ revision 4 is live',
    'added: cron:a, webhook:b',
    'removed: cron:c',
    'changed: cron:d',
    '⚠️ waiting for a restart: store.url',
    '⚠️ line 3 triggers: is wrong',
  ]);
});

test('warnings are not repeated when nothing has changed', () => {
  const issues = [{ ...issue, severity: 'warning' as const }];
  expect(reportLines({ ...report, changed: false, issues })).toHaveLength(1);
});

test('a file that does not load says what is wrong and where, and that the revision before stays', () => {
  const issues = [
    { ...issue, severity: 'error' as const },
    { ...issue, severity: 'warning' as const },
    { ...issue, line: 9, path: '', message: 'ends too early', severity: 'error' as const },
  ];
  expect(reportLines({ ...report, ok: false, changed: false, issues })).toEqual([
    '❌ the configuration was not taken, revision 4 stays live:',
    'line 3:7 triggers: is wrong',
    'line 9:7: ends too early',
  ]);
});

test('of several files it says which, and what became of one that was not taken', () => {
  const errors = [
    { ...issue, severity: 'error' as const },
    { ...issue, file: '/d/a.toml', severity: 'error' as const },
  ];
  expect(reportLines({ ...report, ok: false, changed: false, issues: errors })).toEqual([
    '❌ the configuration was not taken, revision 4 stays live:',
    '/untether.toml line 3:7 triggers: is wrong',
    '/d/a.toml line 3:7 triggers: is wrong',
  ]);
  const held = [{ file: '/d/a.toml', keeps: true }];
  expect(reportLines({ ...report, ok: false, held, issues: errors.slice(1) })).toEqual([
    '♻️ revision 4 is live',
    '❌ /d/a.toml was not taken: what it last said goes on',
    '/d/a.toml line 3:7 triggers: is wrong',
  ]);
});

test('secrets are told by their places, fires and the end of a failure last, and none of it without bound', () => {
  const added = Array.from({ length: 22 }, (_, n) => triggerId('cron', `c${n}`));
  const lines = reportLines({ ...report, recovers: true, added, secrets: ['secrets.TOKEN'] }, (id) =>
    id === 'cron:c1' ? 'soon' : undefined,
  );
  expect(lines.slice(1)).toEqual([
    expect.stringMatching(/^added: cron:c0, .*, cron:c19 and 2 more$/),
    'other secrets: secrets.TOKEN',
    'cron:c1 fires soon',
    '💚 the configuration loads again',
  ]);
});

test.each([
  [{ target: null, dropped: 0 }, ['telemetry is off: [telemetry] names no endpoint']],
  [{ target: 'http://c as untether', dropped: 0 }, ['telemetry reloaded: spans go to http://c as untether']],
  [
    { target: 'http://c as untether', dropped: 3 },
    ['telemetry reloaded: spans go to http://c as untether', '⚠️ spans that could not be sent: 3'],
  ],
])('telemetry that was begun anew says where spans go, and what was lost: %o', (reload, lines) => {
  expect(telemetryReloadLines(reload)).toEqual(lines);
});

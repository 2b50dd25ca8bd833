/** Holds the spans of runs to what admissions, attempts and messages say of them. */
import { describe, expect, it, test } from 'vitest';
import type { Admission, Admitted } from '../../../src/core/admission.ts';
import type { AppEvent } from '../../../src/core/event.ts';
import type { RunId } from '../../../src/core/ids.ts';
import { newRunId, triggerId } from '../../../src/core/ids.ts';
import type { StoredMessage } from '../../../src/core/message.ts';
import type { RunState } from '../../../src/core/run.ts';
import { admissionSpanOf, attemptSpanOf, traceOf } from '../../../src/core/trace-context.ts';
import type { Span, Tracing } from '../../../src/core/tracing.ts';
import type { AttemptFiles } from '../../../src/runs/attempt.ts';
import { Traces } from '../../../src/service/traces/traces.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import {
  sampleAdmission,
  sampleAgentSpec,
  sampleClaim,
  sampleSnapshot,
  sampleSpec,
} from '../../support/samples.ts';

const hook = { path: '/push', method: 'POST' };
const push = triggerId('webhook', 'push');
const SENDER = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

class Desk {
  readonly clock = new FakeClock(1_000);
  readonly spans: Span[] = [];
  readonly tracing: { -readonly [Key in keyof Tracing]: Tracing[Key] } = {
    isOn: true,
    samples: () => true,
    record: (span) => this.spans.push(span),
  };
  readonly traces = new Traces({
    tracing: this.tracing,
    current: () => sampleSnapshot([], { webhooks: new Map([[push, hook as never]]) }),
    clock: this.clock,
  });

  /** Admits, and answers with what the span says. */
  async admit(admission: Admission, answer: Admitted): Promise<readonly Span[]> {
    const admit = this.traces.admit(async () => {
      await this.clock.advance(7);
      return [answer];
    });
    expect(await admit({ admissions: [admission] })).toEqual([answer]);
    return this.spans;
  }
}

const admitted = (run: RunId, more: object = {}): Admitted => ({
  kind: 'admitted',
  run,
  state: 'queued',
  ...more,
});

describe('an admission', () => {
  it('of a delivery is the first span of its trace, and has the request', async () => {
    const admission = sampleAdmission(sampleSpec(), {
      trigger: push,
      source: 'webhook',
      admittedAt: 1_000,
      delivery: { id: 'd-1', bodyHash: '' },
      payload: { body: Buffer.from(''), contentType: '', headers: { traceparent: SENDER } },
    });
    expect(await new Desk().admit(admission, admitted(admission.id))).toEqual([
      {
        name: 'deliver',
        kind: 'server',
        trace: traceOf(admission.id),
        id: admissionSpanOf(admission.id),
        startedAt: 1_000,
        endedAt: 1_007,
        attributes: {
          'untether.run': admission.id,
          'untether.trigger': push,
          'untether.source': 'webhook',
          'untether.state': 'queued',
          'untether.reason': undefined,
          'untether.due_at': '1970-01-01T00:00:00.000Z',
          'untether.revision': 1,
          'untether.delivery': 'd-1',
          'http.request.method': 'POST',
          'http.route': '/push',
          'http.response.status_code': 202,
        },
        links: [{ trace: SENDER.slice(3, 35), span: SENDER.slice(36, 52) }],
      },
    ]);
  });

  test.each([
    ['cron', 'tick'],
    ['at', 'at'],
    ['manual', 'fire'],
    ['retry', 'retry'],
    ['replay', 'replay'],
  ] as const)('by %s is called %s, and is no request', async (source, name) => {
    const admission = sampleAdmission(sampleSpec(), { source });
    const [span] = await new Desk().admit(admission, admitted(admission.id));
    expect(span).toMatchObject({ name, kind: 'internal' });
    expect(span?.attributes).not.toHaveProperty('http.route');
  });

  it('says what became of it, and links to the run that it repeats', async () => {
    const origin = newRunId();
    const admission = sampleAdmission(sampleSpec(), { source: 'retry', origin });
    const [span] = await new Desk().admit(
      admission,
      admitted(admission.id, { state: 'skipped', reason: 'still running' }),
    );
    expect(span).toMatchObject({
      attributes: { 'untether.state': 'skipped', 'untether.reason': 'still running' },
      links: [{ trace: traceOf(origin), span: admissionSpanOf(origin) }],
    });
  });

  test.each<Admitted>([
    { kind: 'duplicate', run: newRunId(), sameBody: true },
    { kind: 'refused', waiting: 3 },
  ])('that is no run has none: $kind', async (answer) => {
    expect(await new Desk().admit(sampleAdmission(), answer)).toEqual([]);
  });
});

describe('an attempt', () => {
  const files = {} as AttemptFiles;

  async function attempt(desk: Desk, end: Partial<AppEvent & { kind: 'run' }>): Promise<readonly Span[]> {
    const run = sampleClaim(sampleAgentSpec(), { attempt: 2 });
    const execute = desk.traces.execute(async (_run, { traceparent }) => {
      expect(traceparent).toBe(
        desk.tracing.isOn ? `00-${traceOf(run.id)}-${attemptSpanOf(run.id, 2)}-01` : undefined,
      );
      return { kind: 'succeeded', exitCode: 0, endedBy: null, reason: null };
    });
    await execute(run, files);
    const event = {
      kind: 'run',
      run: run.id,
      trigger: run.trigger,
      reason: null,
      at: 1_500,
      attempt: 2,
    } as const;
    desk.traces.hear({ ...event, state: 'running' });
    desk.traces.hear({ ...event, state: 'succeeded', ...end });
    return desk.spans;
  }

  it('is part of its run, and has its action and its end', async () => {
    const [span, ...more] = await attempt(new Desk(), {
      state: 'cancelled',
      endedBy: 'cancel',
      reason: 'cancelled',
    });
    expect(span).toMatchObject({
      name: 'attempt',
      startedAt: 1_000,
      endedAt: 1_500,
      attributes: {
        'untether.attempt': 2,
        'untether.action': 'agent_run',
        'untether.engine': 'claude',
        'untether.state': 'cancelled',
        'untether.ended_by': 'cancel',
        'untether.reason': 'cancelled',
      },
    });
    expect(span?.parent).toBe(admissionSpanOf(span?.attributes['untether.run'] as RunId));
    expect(more).toEqual([]);
  });

  test.each<[RunState, string | undefined]>([
    ['succeeded', undefined],
    ['cancelled', undefined],
    ['skipped', undefined],
    ['failed', 'exit 3'],
    ['scheduled', 'exit 3'],
    ['queued', 'exit 3'],
  ])('that ends as %s fails with %s', async (state, failure) => {
    const [span] = await attempt(new Desk(), { state, reason: 'exit 3' });
    expect(span?.failure).toBe(failure);
  });

  it('is told to nobody while there are no spans', async () => {
    const desk = new Desk();
    desk.tracing.isOn = false;
    expect(await attempt(desk, {})).toEqual([]);
  });

  it('of which only the end is heard is none', () => {
    const desk = new Desk();
    desk.traces.hear({
      kind: 'run',
      run: newRunId(),
      trigger: push,
      state: 'failed',
      reason: null,
      at: 1,
      attempt: 1,
    });
    expect(desk.spans).toEqual([]);
  });
});

describe('a message', () => {
  const row = { run: newRunId(), to: { bot: 'default', chat: 7 }, kind: 'final', version: 1, createdAt: 400 };
  const sent = (change: object): readonly Span[] => {
    const desk = new Desk();
    desk.traces.sent({ ...row, ...change } as StoredMessage, { kind: 'sent', messageId: 1 });
    return desk.spans;
  };

  it('of a run is part of its trace, from where it was written', () => {
    expect(sent({})).toMatchObject([
      {
        name: 'send',
        trace: traceOf(row.run),
        parent: admissionSpanOf(row.run),
        startedAt: 400,
        endedAt: 1_000,
        attributes: { 'messaging.destination.name': 'default/7', 'untether.outcome': 'sent' },
      },
    ]);
  });

  it('that replaces another has no beginning that anybody knows', () => {
    expect(sent({ version: 2 })).toMatchObject([{ startedAt: 1_000 }]);
  });

  it('about nothing but itself has no span, nor one that is tried again', () => {
    expect(sent({ run: undefined })).toEqual([]);
    const desk = new Desk();
    desk.traces.sent(row as StoredMessage, { kind: 'again', reason: 'busy' });
    desk.traces.sent(row as StoredMessage, { kind: 'failed', reason: 'blocked' });
    expect(desk.spans.map(({ failure }) => failure)).toEqual(['blocked']);
  });
});

describe('a delivery', () => {
  const delivery = { kind: 'delivery', trigger: push, reason: 'wrong', at: 9 } as const;
  test.each([
    ['unauthorized', 401, undefined],
    ['unavailable', 503, 'wrong'],
  ])('that is refused as %s has a trace of its own', (verdict, status, failure) => {
    const desk = new Desk();
    desk.traces.hear({ ...delivery, verdict, status });
    expect(desk.spans).toMatchObject([
      { name: 'deliver', attributes: { 'untether.verdict': verdict, 'http.response.status_code': status } },
    ]);
    expect(desk.spans[0]).not.toHaveProperty('trace');
    expect(desk.spans[0]?.failure).toBe(failure);
  });

  it('that was accepted has none beside that of its run, nor one of a sender who is throttled', () => {
    const desk = new Desk();
    desk.traces.hear({ ...delivery, verdict: 'accepted', status: 202 });
    desk.traces.hear({ ...delivery, verdict: 'throttled', status: 429 });
    expect(desk.spans).toEqual([]);
  });
});

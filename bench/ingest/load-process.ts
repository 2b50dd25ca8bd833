/** Decides the load: 64 connections that send the same signed 1 KB delivery as fast as they are answered. */
import { createHmac } from 'node:crypto';
import autocannon from 'autocannon';
import { HOOK_PATH, HOOK_SECRET } from './servers.ts';

const CONNECTIONS = 64;
const BODY_BYTES = 1_024;

/** What is asked of this process, and what it answers. */
export interface LoadRequest {
  readonly port: number;
  readonly seconds: number;
}
export interface LoadReport {
  readonly accepted: number;
  readonly others: number;
}

const frame = JSON.stringify({
  action: 'opened',
  number: 42,
  sender: { login: 'octocat', id: 583_231 },
  text: '',
});
const body = JSON.stringify({
  ...(JSON.parse(frame) as object),
  text: 'x'.repeat(BODY_BYTES - frame.length),
});

async function send({ port, seconds }: LoadRequest): Promise<LoadReport> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}${HOOK_PATH}`,
    method: 'POST',
    connections: CONNECTIONS,
    duration: seconds,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'benchmark',
      'x-github-event': 'push',
      'x-hub-signature-256': `sha256=${createHmac('sha256', HOOK_SECRET).update(body).digest('hex')}`,
    },
    body,
  });
  return { accepted: result['2xx'], others: result.non2xx + result.errors };
}

process.on('disconnect', () => process.exit(0));
process.on('message', (request) => {
  void send(request as LoadRequest).then((report) => process.send?.(report));
});

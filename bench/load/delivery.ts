/** Decides what is sent: one signed JSON delivery of 1 KB to one path. */
import { createHmac } from 'node:crypto';

export const HOOK_PATH = '/hooks/bench';
export const HOOK_SECRET = 'a secret that only the benchmark knows';
const BODY_BYTES = 1_024;

const frame = JSON.stringify({
  action: 'opened',
  number: 42,
  sender: { login: 'octocat', id: 583_231 },
  text: '',
});

/** The body, as long as senders' usually are. */
export const deliveryBody = JSON.stringify({
  ...(JSON.parse(frame) as object),
  text: 'x'.repeat(BODY_BYTES - frame.length),
});

/** Its headers, signed as GitHub does. */
export const deliveryHeaders: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  'user-agent': 'benchmark',
  'x-github-event': 'push',
  'x-hub-signature-256': `sha256=${createHmac('sha256', HOOK_SECRET).update(deliveryBody).digest('hex')}`,
};

/** The whole request as it goes over the wire. */
export function requestText(path: string, headers: Readonly<Record<string, string>>, body: string): string {
  const lines = Object.entries({ host: 'localhost', ...headers, 'content-length': Buffer.byteLength(body) });
  return `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

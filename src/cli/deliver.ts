/** Decides how a delivery is posted to the service of this machine: over TLS it is known by its certificate, not by a name. */
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import { AppError, messageOf } from '../core/errors.ts';

const ANSWER_WITHIN_MS = 60_000;

/** A delivery, ready to be sent. */
export interface Posted {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** What the service says it shows, by its control socket. */
  readonly fingerprint: string | undefined;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Posts it; `unavailable` when there is no answer, or somebody else's. */
export async function deliver({ url, headers, body, fingerprint }: Posted): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const onResponse = (response: IncomingMessage): void => {
    const status = response.statusCode ?? 0;
    text(response).then((answered) => resolve({ status, body: answered }), reject);
  };
  const how = { method: 'POST', headers: { ...headers, 'content-length': body.length }, agent: false };
  const sent = url.startsWith('https:')
    ? requestSecurely(url, { ...how, rejectUnauthorized: false }, onResponse)
    : request(url, how, onResponse);
  sent.once('error', reject);
  sent.setTimeout(ANSWER_WITHIN_MS, () =>
    sent.destroy(new AppError('unavailable', `no answer within ${ANSWER_WITHIN_MS / 1_000} s`)),
  );
  recognize(sent, fingerprint);
  sent.end(body);
  try {
    return await promise;
  } catch (error) {
    throw error instanceof AppError
      ? error
      : new AppError('unavailable', `${url} cannot be reached: ${messageOf(error)}`, { cause: error });
  }
}

/** Its certificate is for the name that senders call, and who issued it may be known to them alone. */
function recognize(sent: ClientRequest, fingerprint: string | undefined): void {
  sent.once('socket', (socket) => {
    if (!(socket instanceof TLSSocket)) return;
    socket.once('secureConnect', () => {
      if (socket.getPeerX509Certificate()?.fingerprint256 === fingerprint) return;
      sent.destroy(new AppError('unavailable', 'another program answers there, with another certificate'));
    });
  });
}

/**
 * Decides how grammY's requests travel: by Node's own fetch, and with every answer in the shape of the Bot API, whatever
 * stood in front of it.
 */

/** The parts of fetch's second argument that grammY hands over; its signal is a stand-in that Node's fetch refuses. */
export interface Request {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: Pick<AbortSignal, 'aborted' | 'addEventListener' | 'removeEventListener'> | null;
}

/** Gateways that say these mean them, even where they do not say it as JSON. */
const MEANT: ReadonlySet<number> = new Set([413, 429]);

/** What came back. */
export interface Arrived {
  readonly json: () => Promise<unknown>;
  /** The server's clock when it answered, epoch ms, to the second; undefined: it did not say. */
  readonly sentAt: number | undefined;
}

/** The `fetch` that grammY is given; `json()` is all that it asks of the answer. */
export async function transport(url: string, request: Request): Promise<Arrived> {
  const ended = new AbortController();
  const end = (): void => {
    ended.abort();
  };
  const { method, headers, body, signal } = request;
  if (signal?.aborted === true) end();
  signal?.addEventListener('abort', end);
  try {
    const response = await fetch(url, {
      ...(method === undefined ? {} : { method }),
      // A connection of its own: one that was kept may be closed by the server just as a message goes out on it, and
      // then nobody knows whether the message arrived.
      headers: { ...headers, connection: 'close' },
      body: body as NonNullable<RequestInit['body']>,
      // A body that is a stream has to say so.
      ...{ duplex: 'half' },
      signal: ended.signal,
      redirect: 'manual',
    });
    const answer = answerOf(response, await response.text());
    const sentAt = Date.parse(response.headers.get('date') ?? '');
    return { json: async () => answer, sentAt: Number.isNaN(sentAt) ? undefined : sentAt };
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

/** The Bot API's answer; a page of somebody else's becomes one that says what it was. */
function answerOf(response: Response, text: string): unknown {
  const answer = parsed(text);
  if (typeof answer === 'object' && answer !== null && 'ok' in answer) return answer;
  const { status, statusText } = response;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    ok: false,
    error_code: MEANT.has(status) ? status : 502,
    description: `HTTP ${status} ${statusText}`.trimEnd() + ', and not from a Bot API server',
    parameters: Number.isFinite(retryAfter) ? { retry_after: retryAfter } : {},
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It is a page for people: `answerOf` says so.
    return undefined;
  }
}

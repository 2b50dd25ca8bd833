/** Decides what can come back for a request: an answer, a gateway's page, or no answer at all. */
import type { Refusal } from './refusal.ts';
import type { Raw } from './wire.ts';

export type Reply =
  | { readonly kind: 'send'; readonly status: number; readonly type: string; readonly body: string }
  | { readonly kind: 'drop' }
  | { readonly kind: 'hang' };

export function json(status: number, body: Raw): Reply {
  return { kind: 'send', status, type: 'application/json', body: JSON.stringify(body) };
}

export function success(result: unknown): Reply {
  return json(200, { ok: true, result });
}

export function failure({ status, message, parameters }: Refusal): Reply {
  return json(status, { ok: false, error_code: status, description: message, parameters });
}

/** What nginx in front of the Bot API says when there is nothing behind it. */
export function gatewayPage(status: number, reason: string): Reply {
  const title = `${status} ${reason}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n`;
  return { kind: 'send', status, type: 'text/html', body };
}

/** Decides which part of the server answers a request: webhooks by the snapshot's table, everything else by Hono's router. */
import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import type { Bound } from './bound.ts';
import type { ServerDeps } from './deps.ts';
import { Intake } from './intake.ts';
import { replyOf } from './replies.ts';
import { turnAway } from './respond.ts';
import { healthRoutes } from './routes/health.ts';

/**
 * Makes the handler of each listener. What they share is made once: the pages, and the intake with its rate limits.
 * Webhooks are asked first, with one map lookup: Hono's dispatch and the fetch objects around it cost as much as the
 * whole intake does, and its router knows no route that comes or goes.
 */
export function createApp(deps: ServerDeps): (bound: Bound) => RequestListener {
  const intake = new Intake(deps);
  const pages = createPages(deps);
  return (bound) =>
    function request(incoming, outgoing): void {
      if (!intake.handle(incoming, outgoing, bound)) void pages(incoming, outgoing);
    };
}

function createPages(deps: ServerDeps): ReturnType<typeof getRequestListener> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.route('/', healthRoutes(deps));
  app.notFound(({ env: { incoming, outgoing } }) => {
    turnAway({ incoming, outgoing, clock: deps.clock }, replyOf('not_found'));
    return RESPONSE_ALREADY_SENT;
  });
  app.onError((error, c) => {
    deps.log.error('a page met a fault', { path: c.req.path, error });
    return c.json({ error: 'internal error' }, 500);
  });
  return getRequestListener((request, env) => app.fetch(request, env), {
    // A client of HTTP/1.0 names no host.
    hostname: 'localhost',
    overrideGlobalObjects: false,
    autoCleanupIncoming: false,
    // What no URL can be made of: a host or a path that no client writes.
    errorHandler: () => Response.json({ error: 'bad request' }, { status: 400 }),
  });
}

/** Decides what monitors are told: that the process lives, and whether it is ready for work. */
import { Hono } from 'hono';

/** What `GET /health` shows, always with 200. */
export interface HealthView {
  readonly status: 'ok' | 'paused' | 'degraded';
  readonly paused: boolean;
  readonly webhooks: number;
  readonly crons: number;
  readonly version: string;
  readonly revision: number;
}

/** What `GET /ready` shows: 200 when ready, else 503 with the conditions that fail. */
export interface ReadyView {
  readonly ready: boolean;
  readonly conditions: ReadonlyArray<{ readonly code: string; readonly text: string }>;
}

/** `/health` and `/ready`; `HEAD` works on both. */
export function healthRoutes(views: {
  readonly health: () => HealthView;
  readonly ready: () => ReadyView;
}): Hono {
  const routes = new Hono();
  routes.get('/health', (c) => c.json(views.health()));
  routes.get('/ready', (c) => {
    const { ready, conditions } = views.ready();
    return c.json({ status: ready ? 'ready' : 'not ready', conditions }, ready ? 200 : 503);
  });
  return routes;
}

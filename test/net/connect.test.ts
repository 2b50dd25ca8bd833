/** Promises about the connection itself, should a check before it ever be passed wrongly. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { buildConnector } from 'undici';
import { expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { pinnedConnector } from '../../src/net/connect.ts';

test.each([
  {
    allowPrivate: [],
    outcome: 'denied Blocked: public.example resolves to private/reserved range: 127.0.0.1',
  },
  { allowPrivate: ['127.0.0.0/8'], outcome: 'connected' },
])(
  'with $allowPrivate open, a peer on loopback is looked at once more',
  async ({ allowPrivate, outcome }) => {
    const server = createServer((socket) => socket.on('error', () => {}).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const connect = pinnedConnector({
      build: buildConnector,
      addresses: ['127.0.0.1'],
      allowPrivate,
      connectTimeoutMs: 5_000,
    });
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const port = String((server.address() as AddressInfo).port);
    connect(
      { hostname: 'public.example', protocol: 'http:', port },
      (error: Error | null, socket: Socket | null) => {
        socket?.destroy();
        resolve(error instanceof AppError ? `${error.code} ${error.message}` : (error ?? 'connected'));
      },
    );
    expect(await promise).toBe(outcome);
    server.close();
    await once(server, 'close');
  },
);

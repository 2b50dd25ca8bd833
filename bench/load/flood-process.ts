/** Decides the heaviest load: 64 connections that send the same delivery again as soon as they are answered. */
import autocannon from 'autocannon';
import { HOOK_PATH, deliveryBody, deliveryHeaders } from './delivery.ts';

const CONNECTIONS = 64;

/** What is asked of this process, and what it answers. */
export interface FloodRequest {
  readonly port: number;
  readonly seconds: number;
}
export interface FloodReport {
  readonly accepted: number;
  readonly others: number;
}

async function flood({ port, seconds }: FloodRequest): Promise<FloodReport> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}${HOOK_PATH}`,
    method: 'POST',
    connections: CONNECTIONS,
    duration: seconds,
    headers: deliveryHeaders,
    body: deliveryBody,
  });
  return { accepted: result['2xx'], others: result.non2xx + result.errors };
}

process.on('disconnect', () => process.exit(0));
process.on('message', (request) => {
  void flood(request as FloodRequest).then((report) => process.send?.(report));
});

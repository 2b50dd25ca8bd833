/** Decides the keys of the table of telemetry. */
import * as z from 'zod';
import { duration, key, text } from './key.ts';
import { valueTable } from './values.ts';

const SHARE = 'expected a share from 0 to 1, such as 0.1';

/** `[telemetry]`. */
export const telemetryTable = z.strictObject(
  {
    endpoint: key(text.optional(), {
      description:
        'Address of an OpenTelemetry collector that speaks OTLP over HTTP, such as `http://127.0.0.1:4318`; `/v1/traces` is added unless it ends so.',
      reload: 'telemetry_reload',
      otherwise: 'nothing is exported',
    }),
    headers: key(valueTable.default({}), {
      description: 'Headers of each request to it. Values may be secrets.',
      reload: 'telemetry_reload',
      written: 'table of strings and secrets',
    }),
    service_name: key(text.default('untether'), {
      description: 'What the service is called there (`service.name`).',
      reload: 'telemetry_reload',
    }),
    sample: key(z.number({ error: SHARE }).min(0, SHARE).max(1, SHARE).default(1), {
      description: 'Share of the traces that is kept; of a run it is all or nothing.',
      reload: 'telemetry_reload',
    }),
    timeout: key(duration.default('10s'), {
      description: 'How long a batch is tried before it is given up.',
      reload: 'telemetry_reload',
    }),
  },
  { error: 'expected a table such as { endpoint = "http://127.0.0.1:4318" }' },
);

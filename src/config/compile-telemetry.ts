/** Decides where spans go, from the table of telemetry alone: no variable of the environment has a say. */
import { Secret } from '../core/secret.ts';
import type { TelemetrySettings } from '../core/snapshot.ts';
import { headerFault } from '../net/headers.ts';
import { hasTemplate } from '../triggers/template.ts';
import type { Frame } from './check.ts';
import { msOf } from './compile-context.ts';
import type { CompileContext } from './compile-context.ts';
import { checkHeaders, checkUrl } from './outbound.ts';
import { fault, warning } from './problem.ts';
import type { Problem } from './problem.ts';

// Where OTLP over HTTP takes spans (opentelemetry.io/docs/specs/otlp, OTLP/HTTP Request).
const TRACES = '/v1/traces';

/** Compiles `[telemetry]`; without an endpoint there is nothing to export. */
export function compileTelemetry(
  { telemetry }: Frame,
  secretOf: CompileContext['secretOf'],
): { readonly value: TelemetrySettings | undefined; readonly problems: readonly Problem[] } {
  if (telemetry === undefined) return { value: undefined, problems: [] };
  const { endpoint, headers, service_name: serviceName, sample, timeout } = telemetry;
  const problems = checkHeaders(['telemetry', 'headers'], headers);
  if (endpoint === undefined) return { value: undefined, problems: [...problems, ...idle(headers)] };
  const wrong = [...checkEndpoint(endpoint), ...checkTimeout(timeout)];
  if (wrong.length > 0) return { value: undefined, problems: [...problems, ...wrong] };
  const value = {
    ...{ url: tracesUrl(endpoint), headers: headersOf(headers, secretOf) },
    ...{ serviceName, sample, timeoutMs: msOf(timeout) },
  };
  return { value, problems: problems.length > 0 ? problems : checkSecrets(value.headers) };
}

/** A secret that could not be read is reported where it was looked for. */
function headersOf(
  written: NonNullable<Frame['telemetry']>['headers'],
  secretOf: CompileContext['secretOf'],
): TelemetrySettings['headers'] {
  return new Map(
    Object.entries(written).flatMap(([name, source]) => {
      const secret = typeof source === 'string' ? new Secret(source) : secretOf(source);
      return secret === undefined ? [] : [[name, secret] as const];
    }),
  );
}

/** What secrets come to is known here, and no batch would leave with what no header can carry. */
function checkSecrets(headers: TelemetrySettings['headers']): readonly Problem[] {
  const revealed = [...headers].map(([name, secret]) => [name, secret.reveal()] as const);
  const refused = headerFault(Object.fromEntries(revealed));
  return refused === undefined ? [] : [fault(['telemetry', 'headers'], refused)];
}

function checkEndpoint(endpoint: string): readonly Problem[] {
  const path = ['telemetry', 'endpoint'];
  if (hasTemplate(endpoint)) return [fault(path, 'is no template: write the address as it is')];
  return checkUrl(path, endpoint);
}

function checkTimeout(timeout: string): readonly Problem[] {
  return msOf(timeout) > 0 ? [] : [fault(['telemetry', 'timeout'], 'must be longer than nothing')];
}

/** Headers for a collector that nobody has named. */
function idle(headers: object): readonly Problem[] {
  if (Object.keys(headers).length === 0) return [];
  return [warning(['telemetry', 'headers'], 'without effect: there is no endpoint that they could go to')];
}

function tracesUrl(endpoint: string): string {
  const url = new URL(endpoint);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(TRACES) ? path : `${path}${TRACES}`;
  return url.href;
}

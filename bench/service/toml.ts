/** Decides the configurations that are measured. */
import { HOOK_PATH, HOOK_SECRET } from '../load/delivery.ts';

/** What the sender to the bearer webhook `id` says: every webhook has a secret of its own. */
export function bearerOf(id: string): string {
  return `only-the-benchmark-knows-${id}`;
}

/** Room for any load; `maxConcurrent` runs at once, which have `drainTimeout` when the service stops. */
export function frameToml(maxConcurrent: number, drainTimeout = '1s'): string {
  return `[triggers.server]
port = 0
rate_limit = 1000000
rate_limit_total = 100000000

[limits]
max_concurrent = ${maxConcurrent}
drain_timeout = "${drainTimeout}"

[retention]
max_runs = 100000000
`;
}

/** A bot with this token, by which each of `people` may talk to the service. */
export function chatToml(
  bot: { readonly token: string; readonly root: string },
  people: readonly number[],
): string {
  return `[triggers.server]
port = 0
[transports.telegram]
bot_token = "${bot.token}"
api_root = "${bot.root}"
allowed_user_ids = [${people.join(', ')}]
`;
}

/** The webhook that takes the signed delivery. */
export const signedHookTo = (command: readonly string[]): string => `
[[triggers.webhooks]]
id = "bench"
path = "${HOOK_PATH}"
auth = "hmac-sha256"
secret = "${HOOK_SECRET}"
max_queued = 1000000
action = "command"
command = ${JSON.stringify(command)}
`;

/** What this one starts takes so long that, with one run at a time, only taking in is measured. */
export const signedHookToml = signedHookTo(['sleep', '600']);

/** Each run as a trace, to a collector on this machine. */
export function telemetryToml(port: number): string {
  return `
[telemetry]
endpoint = "http://127.0.0.1:${port}"
`;
}

/** A webhook at `/ID` that asks for the bearer token. */
export function bearerHookToml(id: string, command: readonly string[]): string {
  return `
[[triggers.webhooks]]
id = "${id}"
path = "/${id}"
secret = "${bearerOf(id)}"
max_queued = 1000000
action = "command"
command = ${JSON.stringify(command)}
`;
}

/** A cron that is switched on; by default what it starts is over at once. */
export function cronToml(
  id: string,
  { schedule, command = ['true'] }: { readonly schedule: string; readonly command?: readonly string[] },
): string {
  return `
[[triggers.crons]]
id = "${id}"
schedule = "${schedule}"
overlap = "allow"
action = "command"
command = ${JSON.stringify(command)}
`;
}

/** A webhook at `/ID` that takes forms with files of up to `bytes`, asks for the bearer token, and starts nothing of weight. */
export function uploadHookToml(id: string, bytes: number): string {
  return `${bearerHookToml(id, ['true'])}accept_multipart = true
max_file_size_bytes = ${bytes}
`;
}

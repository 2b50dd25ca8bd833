/** Decides what crons and webhooks have in common as they are written. */
import type { CronConfig } from './cron.ts';
import type { WebhookConfig } from './webhook.ts';

/** The keys that both have. */
export type TriggerConfig = Pick<CronConfig, Extract<keyof CronConfig, keyof WebhookConfig>>;

/** Decides whether this machine's clock can be trusted: against the server of the bot, and by the zones it knows. */
import { tzDataVersion } from '../../scheduler/zones.ts';
import type { Facts } from './facts.ts';
import { doubtful, fine } from './finding.ts';
import type { Finding } from './finding.ts';

const name = 'clock';
const MOST_MS = 5_000;

export async function checkClock({ askBots }: Facts): Promise<readonly Finding[]> {
  const aheadMs = (await askBots())[0]?.client.aheadMs;
  const zones = fine('time zones', `tz data ${tzDataVersion(process.versions)}`);
  return [aheadMs === undefined ? fine(name, 'no bot to compare it with') : judge(aheadMs), zones];
}

function judge(aheadMs: number): Finding {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  if (Math.abs(aheadMs) <= MOST_MS) return fine(name, 'agrees with the server of the bot');
  const finding = `is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the server of the bot`;
  return doubtful({ name, finding }, 'let it be set by NTP: timedatectl set-ntp true');
}

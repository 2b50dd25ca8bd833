/** `untether doctor`: looks at everything that the service needs, and says what to do about what is wrong. */
import { checks } from '../doctor/checks.ts';
import { examineAll } from '../doctor/examine.ts';
import { gatherFacts } from '../doctor/facts.ts';
import type { Finding } from '../doctor/finding.ts';
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import type { Printer } from '../print.ts';
import { Redactor } from '../../telemetry/redact.ts';

export const handle: Handler = async function doctor(_input, context) {
  const { print } = context;
  const facts = await gatherFacts(context);
  const findings = withoutSecrets(await examineAll(checks, facts), facts.loaded?.secrets ?? []);
  const isWell = findings.every(({ state }) => state !== 'error');
  if (print.json) print.value({ ok: isWell, checks: findings });
  else for (const finding of findings) printFinding(finding, print);
  if (!facts.load.ok) return exitCodes.badConfiguration;
  return isWell ? exitCodes.ok : exitCodes.failed;
};

/** No check means to tell one; what the system says may hold one all the same. */
function withoutSecrets(
  findings: readonly Finding[],
  secrets: Parameters<Redactor['know']>[0],
): readonly Finding[] {
  const redactor = new Redactor();
  redactor.know(secrets);
  return findings.map(({ name, state, finding, remedy }) => ({
    name,
    state,
    finding: redactor.text(finding),
    remedy: redactor.text(remedy),
  }));
}

const signs = {
  ok: { text: '✔', style: 'green' },
  warning: { text: '⚠', style: 'yellow' },
  error: { text: '✖', style: 'red' },
} as const satisfies Record<Finding['state'], unknown>;

function printFinding({ name, state, finding, remedy }: Finding, print: Printer): void {
  print.line(
    signs[state],
    { text: `${name}:`, style: 'bold' },
    remedy === '' ? finding : `${finding} — ${remedy}`,
  );
}

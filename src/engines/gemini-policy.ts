/** Decides how Gemini CLI is limited to some of its tools: by a policy of its own that outranks every other of its user. */
import type { EngineRequest } from './contract.ts';

/** The name of the policy in the attempt's folder. Gemini CLI reads only files that end so. */
export const POLICY_FILE = 'tools.toml';

/** What reads inside the folder, and changes nothing. */
const READ_ONLY = ['list_directory', 'read_file', 'grep_search', 'glob'] as const;

/** Words of the operator's own beside which a limit would not hold, or Gemini CLI would not start. */
export const WIDENING_FLAGS = [
  '-y',
  '--yolo',
  '--approval-mode',
  '--policy',
  '--admin-policy',
  '--allowed-mcp-server-names',
] as const;

/** A tool, or the tools of one MCP server; nothing that a policy would take for all of them. */
const TOOL = /^\w[\w.:-]*(?:_\*)?$/;

const MCP_PREFIX = 'mcp_';

/** How a run is limited: the policy, and whether tools of MCP servers are among its tools. */
export type GeminiLimit =
  | { readonly ok: true; readonly policy: string; readonly usesServers: boolean }
  | { readonly ok: false; readonly reason: string };

/** The limit to these tools, for every mode that its model could enter. */
export function limitTo(tools: Exclude<EngineRequest['tools'], { readonly kind: 'all' }>): GeminiLimit {
  const names = tools.kind === 'list' ? tools.names : READ_ONLY;
  const odd = names.find((name) => !TOOL.test(name));
  if (odd !== undefined)
    return { ok: false, reason: `tools: ${JSON.stringify(odd.slice(0, 50))} is no name of a tool of gemini` };
  const usesServers = names.some((name) => name.startsWith(MCP_PREFIX));
  return { ok: true, policy: policyOf(names), usesServers };
}

/**
 * The highest ranks that a policy can give; at 950, an allowance would be one that the setting `disableAlwaysAllow`
 * takes away. Names of tools in JSON are TOML as well.
 */
function policyOf(names: readonly string[]): string {
  const rules = [
    rule('"*"', 'deny', 998),
    ...(names.length === 0 ? [] : [rule(listOf(names), 'allow', 999)]),
  ];
  return rules.join('\n');
}

function listOf(names: readonly string[]): string {
  return `[${names.map((name) => JSON.stringify(name)).join(', ')}]`;
}

function rule(toolName: string, decision: 'allow' | 'deny', priority: number): string {
  return `[[rule]]\ntoolName = ${toolName}\ndecision = "${decision}"\npriority = ${priority}\n`;
}

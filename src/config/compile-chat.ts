/** Decides what `[transports.telegram]` comes to: the bot, the roles, and what each chat stands for. */
import type { BotSettings, ChatProfile, ChatSettings } from '../core/chat-settings.ts';
import type { EngineSpec } from '../core/action.ts';
import type { Secret } from '../core/secret.ts';
import type { ProjectSpec } from '../core/snapshot.ts';
import { zoneExists } from '../scheduler/zones.ts';
import type { Frame } from './check.ts';
import { msOf } from './compile-context.ts';
import type { CompileContext } from './compile-context.ts';
import { fault, warning } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import { didYouMean } from '../core/suggest.ts';

type TelegramConfig = NonNullable<NonNullable<Frame['transports']>['telegram']>;
type ChatConfig = TelegramConfig['chats'][number];

/** What chats are compiled with. */
export interface ChatWorld {
  readonly projects: ReadonlyMap<string, ProjectSpec>;
  readonly engines: ReadonlyMap<string, EngineSpec>;
  readonly zone: string;
  readonly secretOf: CompileContext['secretOf'];
}

/** The settings, and what is wrong with them; paths begin at the root of the file. */
export interface CompiledChat {
  readonly value: ChatSettings;
  readonly problems: readonly Problem[];
}

const TELEGRAM = ['transports', 'telegram'] as const;

/** Compiles everything about chats; without a token the bot is undefined. */
export function compileChat(frame: Frame, world: ChatWorld): CompiledChat {
  const config = frame.transports?.telegram;
  const bot = compileBot(config, world);
  const roles = rolesOf(config);
  const value: ChatSettings = {
    bot: bot.value,
    ...roles,
    defaultChat: config?.chat_id,
    profiles: profilesOf(frame, world),
    maxPending: config?.max_pending ?? 20,
    backlogMaxAgeMs: msOf(config?.backlog_max_age ?? '6h'),
    reloadNotices: frame.reload?.notify ?? 'all',
  };
  const problems = [
    ...bot.problems,
    ...checkNobody(config, roles.users),
    ...checkProfiles(frame, world),
    ...checkDefaultProject(frame, world),
  ];
  return { value, problems };
}

/** As @BotFather writes it: the id of the account, a colon, and the secret. */
const TOKEN = /^(\d+):[A-Za-z0-9_-]+$/;

function compileBot(
  config: TelegramConfig | undefined,
  { secretOf }: ChatWorld,
): { readonly value: BotSettings | undefined; readonly problems: readonly Problem[] } {
  const token: Secret | undefined = config?.bot_token === undefined ? undefined : secretOf(config.bot_token);
  if (config === undefined || token === undefined) return { value: undefined, problems: [] };
  const account = TOKEN.exec(token.reveal())?.[1];
  if (account === undefined) {
    const message = 'is no token of a bot: expected digits, a colon and the rest, as @BotFather writes it';
    return { value: undefined, problems: [fault([...TELEGRAM, 'bot_token'], message)] };
  }
  const apiRoot = config.api_root.replace(/\/+$/, '');
  const { account_change: accountChange } = config;
  return { value: { name: 'default', token, account, apiRoot, accountChange }, problems: [] };
}

/** Admins are operators, and operators are users. */
function rolesOf(config: TelegramConfig | undefined): Pick<ChatSettings, 'users' | 'operators' | 'admins'> {
  const admins = config?.admins ?? [];
  const operators = [...admins, ...(config?.operators ?? [])];
  const users = [...operators, ...(config?.allowed_user_ids ?? [])];
  return { admins: new Set(admins), operators: new Set(operators), users: new Set(users) };
}

function checkNobody(config: TelegramConfig | undefined, users: ReadonlySet<number>): readonly Problem[] {
  if (config?.bot_token === undefined || users.size > 0) return [];
  return [
    warning(
      [...TELEGRAM],
      'nobody is listed in `allowed_user_ids`: the bot sends messages and answers no one',
    ),
  ];
}

function profilesOf(frame: Frame, world: ChatWorld): ReadonlyMap<number, ChatProfile> {
  const projects = frame.projects ?? {};
  const ofProjects = Object.entries(projects).flatMap(([project, { chat_id: chat }]) =>
    chat === undefined ? [] : [profileOf({ id: chat, project }, frame, world)],
  );
  const own = (frame.transports?.telegram?.chats ?? []).map((chat) => profileOf(chat, frame, world));
  const main = frame.transports?.telegram?.chat_id;
  const bare = main === undefined ? [] : [profileOf({ id: main }, frame, world)];
  return new Map([...bare, ...ofProjects, ...own].map((profile) => [profile.chat, profile]));
}

function profileOf(config: ChatConfig, frame: Frame, { zone }: ChatWorld): ChatProfile {
  const projects = Object.entries(frame.projects ?? {});
  const named = config.project ?? projects.find(([, one]) => one.chat_id === config.id)?.[0];
  const project = named ?? frame.default_project;
  const ownZone = config.timezone ?? projects.find(([name]) => name === project)?.[1].timezone;
  return {
    chat: config.id,
    ...(project !== undefined && { project }),
    ...(config.engine !== undefined && { engine: config.engine }),
    ...(config.model !== undefined && { model: config.model }),
    ...(config.reasoning !== undefined && { reasoning: config.reasoning }),
    ...(config.permission_mode !== undefined && { permissionMode: config.permission_mode }),
    zone: ownZone ?? zone,
  };
}

function checkProfiles(frame: Frame, world: ChatWorld): readonly Problem[] {
  const seen = new Map<number, number>();
  const chats = frame.transports?.telegram?.chats ?? [];
  const ofChats = chats.flatMap((chat, index) => {
    const path = [...TELEGRAM, 'chats', index];
    const first = seen.get(chat.id);
    seen.set(chat.id, first ?? index);
    return [
      ...(first === undefined
        ? []
        : [fault([...path, 'id'], `is taken by transports.telegram.chats[${first}]`)]),
      ...checkKnown([...path, 'project'], chat.project, world.projects),
      ...checkKnown([...path, 'engine'], chat.engine, world.engines),
      ...checkZone([...path, 'timezone'], chat.timezone),
    ];
  });
  const ofProjects = Object.entries(frame.projects ?? {}).flatMap(([name, { timezone }]) =>
    checkZone(['projects', name, 'timezone'], timezone),
  );
  return [...ofChats, ...ofProjects];
}

function checkDefaultProject(frame: Frame, { projects }: ChatWorld): readonly Problem[] {
  return checkKnown(['default_project'], frame.default_project, projects);
}

function checkKnown(
  path: KeyPath,
  name: string | undefined,
  known: ReadonlyMap<string, unknown>,
): readonly Problem[] {
  if (name === undefined || [...known.keys()].some((one) => one.toLowerCase() === name.toLowerCase()))
    return [];
  const noun = path.at(-1) === 'engine' ? 'engine' : 'project';
  return [fault(path, `there is no ${noun} ${JSON.stringify(name)}${didYouMean(name, known.keys())}`)];
}

function checkZone(path: KeyPath, zone: string | undefined): readonly Problem[] {
  if (zone === undefined || zoneExists(zone)) return [];
  const hint = didYouMean(zone, Intl.supportedValuesOf('timeZone'));
  return [
    fault(
      path,
      `there is no time zone ${JSON.stringify(zone)}${hint}; write an IANA name such as Europe/Berlin`,
    ),
  ];
}

/** Decides what `[transports.telegram]` comes to: the bot, the roles, and what each chat stands for. */
import type { ChatProfile, ChatSettings } from '../core/chat-settings.ts';
import type { EngineSpec } from '../core/action.ts';
import { lookUp } from '../core/named.ts';
import type { ProjectSpec } from '../core/snapshot.ts';
import { zoneExists } from '../scheduler/zones.ts';
import type { Frame } from './check.ts';
import { compileBots } from './compile-bots.ts';
import { msOf } from './compile-context.ts';
import type { CompileContext } from './compile-context.ts';
import { fault, warning } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import { reloadTable } from './schema/service.ts';
import { telegramTable } from './schema/telegram.ts';
import { didYouMean } from '../core/suggest.ts';
import { checkName } from './unknown-name.ts';

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
  const config = frame.transports?.telegram ?? telegramTable.parse({});
  const { notify, bots: follow } = frame.reload ?? reloadTable.parse({});
  const bots = compileBots(frame, world);
  const roles = rolesOf(config);
  const value: ChatSettings = {
    ...bots.value,
    botsFollow: follow,
    ...roles,
    defaultChat: config.chat_id,
    profiles: profilesOf(config, frame, world),
    fallback: meaningOf({}, frame, world),
    maxPending: config.max_pending,
    backlogMaxAgeMs: msOf(config.backlog_max_age),
    reloadNotices: notify,
    startupNotice: config.startup_notice,
  };
  const { projects } = world;
  const problems = [
    ...bots.problems,
    ...checkNobody(config, roles.users),
    ...checkChats(config, world),
    ...checkProjectZones(frame),
    ...checkName(['default_project'], {
      noun: 'project',
      name: frame.default_project,
      known: projects.keys(),
    }),
  ];
  return { value, problems };
}

/** Admins are operators, and operators are users. */
function rolesOf({
  admins,
  ...config
}: TelegramConfig): Pick<ChatSettings, 'users' | 'operators' | 'admins'> {
  const operators = [...admins, ...config.operators];
  const users = [...operators, ...config.allowed_user_ids];
  return { admins: new Set(admins), operators: new Set(operators), users: new Set(users) };
}

function checkNobody(config: TelegramConfig, users: ReadonlySet<number>): readonly Problem[] {
  if (config.bot_token === undefined || users.size > 0) return [];
  return [
    warning(
      [...TELEGRAM],
      'nobody is listed in `allowed_user_ids`: the bot sends messages and answers no one',
    ),
  ];
}

function profilesOf(
  { chats, chat_id: main }: TelegramConfig,
  frame: Frame,
  world: ChatWorld,
): ReadonlyMap<number, ChatProfile> {
  const ofProjects = Object.values(frame.projects ?? {}).flatMap(({ chat_id: id }) => id ?? []);
  const bare = [...(main === undefined ? [] : [main]), ...ofProjects].map((id) => ({ id }));
  return new Map(
    [...bare, ...chats].map((chat) => [chat.id, { chat: chat.id, ...meaningOf(chat, frame, world) }]),
  );
}

/** What a chat stands for: as its table says, else as the project does that names it, else as every chat does. */
function meaningOf(
  chat: Partial<ChatConfig>,
  { projects = {}, default_project: fallback }: Frame,
  { zone }: ChatWorld,
): Omit<ChatProfile, 'chat'> {
  const table = new Map(Object.entries(projects));
  const owner = [...table].find(([, { chat_id: id }]) => id !== undefined && id === chat.id)?.[0];
  const project = chat.project ?? owner ?? fallback;
  const projectZone = project === undefined ? undefined : lookUp(table, project)?.timezone;
  return {
    ...(project !== undefined && { project }),
    ...(chat.engine !== undefined && { engine: chat.engine }),
    ...(chat.model !== undefined && { model: chat.model }),
    ...(chat.reasoning !== undefined && { reasoning: chat.reasoning }),
    ...(chat.permission_mode !== undefined && { permissionMode: chat.permission_mode }),
    zone: chat.timezone ?? projectZone ?? zone,
  };
}

function checkChats({ chats }: TelegramConfig, { projects, engines }: ChatWorld): readonly Problem[] {
  return chats.flatMap((chat, index) => {
    const path = [...TELEGRAM, 'chats', index];
    const first = chats.findIndex(({ id }) => id === chat.id);
    const isTaken = first < index;
    return [
      ...(isTaken ? [fault([...path, 'id'], `is taken by transports.telegram.chats[${first}]`)] : []),
      ...checkName([...path, 'project'], { noun: 'project', name: chat.project, known: projects.keys() }),
      ...checkName([...path, 'engine'], { noun: 'engine', name: chat.engine, known: engines.keys() }),
      ...checkZone([...path, 'timezone'], chat.timezone),
    ];
  });
}

function checkProjectZones({ projects = {} }: Frame): readonly Problem[] {
  return Object.entries(projects).flatMap(([name, { timezone }]) =>
    checkZone(['projects', name, 'timezone'], timezone),
  );
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

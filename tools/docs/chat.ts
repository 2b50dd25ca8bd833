/** Decides what the guide to chat says: `docs/chat.md`, whose commands are made from the table. */
import type { ChatCommand } from '../../src/chat/command.ts';

/** The whole page as Markdown. */
export function chatPage(commands: readonly ChatCommand[]): string {
  return [
    ...BEGINNING,
    '',
    '## Commands',
    '',
    'Made from the table in `src/chat/table.ts`; `npm run docs` writes them anew, and a test fails when they are older.',
    'The same commands work in a terminal, without any bot: `untether chat`.',
    '',
    ...commands.flatMap(commandSection),
    ...END,
  ].join('\n');
}

function commandSection({ name, role, usage, summary, examples }: ChatCommand): readonly string[] {
  return [
    `### /${name}`,
    '',
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}. For ${role}s.`,
    '',
    '```text',
    ...usage.map((words) => `/${name} ${words}`.trimEnd()),
    '```',
    '',
    ...examples.map(({ line, does }) => `- \`${line}\`: ${does}`),
    '',
  ];
}

const BEGINNING = [
  '# Chat',
  '',
  'A Telegram bot is the remote control: ask an agent, now or later; see what runs, what fires next and why something did',
  'not; fire, pause and cancel. Every message is acted on once and every answer arrives, whatever dies in between.',
  '',
  '## Five minutes',
  '',
  '1. Write to @BotFather, `/newbot`, and take the token it gives.',
  '2. `untether init` asks for it and learns your id from a message that you send. Or write it into a file that is there:',
  '',
  '   ```toml',
  '   [transports.telegram]',
  '   bot_token = { env = "TELEGRAM_BOT_TOKEN" } # or { file = "bot.token" }, or the token itself',
  '   chat_id = 123456789',
  '   allowed_user_ids = [123456789]',
  '   admins = [123456789]',
  '   ```',
  '',
  '3. Save. The bot answers `/ping` a moment later; no restart.',
  '',
  '`untether status` says how the bot is: `polling`, `auth_failed` (the token is refused), `conflict` (another program',
  'polls with the same token, or a webhook is set), `unreachable`. While it cannot send, messages wait in the store.',
  '',
  '## Who may do what',
  '',
  'Roles are numeric user ids. An admin is an operator, and an operator is a user; who is in no list is not answered at',
  'all. User names are not accepted: they can be taken over by somebody else.',
  '',
  '| key | may |',
  '| --- | --- |',
  '| `allowed_user_ids` | ask agents, and see and cancel what belongs to their chat |',
  '| `operators` | also fire, pause and resume, and see everything |',
  '| `admins` | also reload |',
  '',
  'A group works as well: add the bot, and name the group in `[[transports.telegram.chats]]` or as the `chat_id` of a',
  'project. Its messages are then about that project, with its agent and in its time zone. A run that is asked for in a',
  'topic answers there; `thread_id` sends the runs of a trigger to one.',
  '',
  '## What a run looks like',
  '',
  'One message for each run: it shows the agent at work (step, time, last tool), and its answer takes the place of that in',
  'the end, with a line below that says which agent, how long, what it cost and why it ran (`⏰ cron:nightly`,',
  '`⚡ webhook:push`, `⏰ at:0f3a…`, `👤 manual`). Reply to it to go on with that very session. Long answers come in parts or',
  'as a file. Text is never markup: whatever an agent writes arrives as it is, with blocks of code shown as such.',
  '',
  'Runs of commands and the like say nothing unless their trigger asks for it: `notify = { on = ["failure", "recovery"] }`.',
];

const END = [
  '## Text, and replies',
  '',
  'Plain text is a prompt for the agent of the chat. A reply to the message of a run goes on with the session of that run;',
  'while that run is still at work, the reply waits for it. In the terminal a reply is written `@RUN words`.',
  '',
];

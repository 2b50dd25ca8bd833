/** `untether chat`: the commands of the chat, in the terminal. */
import { isAtBothEnds } from '../both-ends.ts';
import { Conversation } from '../chat/conversation.ts';
import type { ConversationDeps } from '../chat/conversation.ts';
import { Display } from '../chat/display.ts';
import { sayLines } from '../chat/piped.ts';
import { talk } from '../chat/typed.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { counted } from '../print.ts';

export const handle: Handler = async function chat(input, context) {
  const text = input.args.join(' ').trim();
  if (text === '' && isAtBothEnds(context)) return talkAtPrompt(context);
  const { conversation } = await Conversation.begin(depsOf(context, 'own'));
  try {
    if (text === '') return await sayPiped(conversation, context);
    await conversation.say(text);
    await conversation.over();
    return exitCodes.ok;
  } finally {
    conversation.close();
  }
};

function sayPiped(conversation: Conversation, { stdin, print }: CommandContext): Promise<ExitCode> {
  return sayLines(conversation, {
    input: stdin,
    complain: ({ message }) => {
      print.remark(`error: ${message}`);
    },
  });
}

async function talkAtPrompt(context: CommandContext): Promise<ExitCode> {
  const { print } = context;
  const deps = depsOf(context, 'all');
  const left = await talk({
    input: process.stdin,
    output: process.stdout,
    show: deps.show,
    complain: ({ message }) => {
      print.line({ text: 'error:', style: 'red' }, message);
    },
    begin: async (show) => {
      const { conversation, status } = await Conversation.begin({ ...deps, show });
      print.line(
        `untether ${status.version}: /help lists the commands, anything else is for the agent; exit or Ctrl-D leaves`,
      );
      return conversation;
    },
  });
  if (left > 0) print.line(`the service goes on with ${counted(left, 'run')}`);
  return exitCodes.ok;
}

function depsOf(
  { control, clock, print }: CommandContext,
  hearing: ConversationDeps['hearing'],
): ConversationDeps {
  const display = new Display(print);
  return {
    control,
    clock,
    hearing,
    show: (message) => {
      display.show(message);
    },
    onSilent: ({ id, state }) => {
      print.remark(`run ${id} is ${state} and says nothing more; \`untether runs ${id}\` shows it`);
    },
  };
}

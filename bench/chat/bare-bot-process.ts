/** The least that a bot can do: long polls, and an answer to each message; nothing is stored, nothing is checked. */

interface Updates {
  readonly result: ReadonlyArray<{
    readonly update_id: number;
    readonly message?: { readonly chat: { readonly id: number } };
  }>;
}

async function call(root: string, method: string, parameters: object): Promise<unknown> {
  const response = await fetch(`${root}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  });
  return response.json();
}

async function answer(root: string): Promise<never> {
  let offset = 0;
  for (;;) {
    const { result } = (await call(root, 'getUpdates', { offset, timeout: 50 })) as Updates;
    for (const { update_id, message } of result) {
      offset = update_id + 1;
      if (message !== undefined) await call(root, 'sendMessage', { chat_id: message.chat.id, text: 'pong' });
    }
  }
}

const [root = ''] = process.argv.slice(2);
process.once('disconnect', () => process.exit(0));
await answer(root);

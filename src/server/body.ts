/** Decides how much of a body is read, and joins it: up to the cap, without a copy when it came in one piece. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Where the body goes; one of them is called once, neither when the sender leaves before the end. */
export interface BodyReader {
  readonly maxBytes: number;
  readonly onBody: (body: Buffer) => void;
  /** The cap is passed; nothing that was read is kept, and what follows is the callee's to discard. */
  readonly onTooLarge: () => void;
}

/** True when the sender itself says that the body is larger than `maxBytes`. */
export function isDeclaredLarger(incoming: IncomingMessage, maxBytes: number): boolean {
  const declared = incoming.headers['content-length'];
  return declared !== undefined && Number(declared) > maxBytes;
}

/** Reads the body from the connection; a sender that asked for leave first (`Expect: 100-continue`) gets it here. */
export function readBody(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { maxBytes, onBody, onTooLarge }: BodyReader,
): void {
  let first: Buffer | undefined;
  let others: Buffer[] | undefined;
  let length = 0;
  const onData = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > maxBytes) {
      incoming.off('data', onData);
      incoming.off('end', onEnd);
      onTooLarge();
    } else if (first === undefined) first = chunk;
    else (others ??= []).push(chunk);
  };
  const onEnd = (): void => {
    if (first === undefined) onBody(Buffer.alloc(0));
    else onBody(others === undefined ? first : Buffer.concat([first, ...others], length));
  };
  incoming.on('data', onData);
  incoming.on('end', onEnd);
  if (incoming.headers.expect !== undefined) outgoing.writeContinue();
}

/** Decides what chats are told where a test is about something else: nothing. */
import type { Tell } from '../../src/runs/settling.ts';

/** Tells nobody anything. */
export const tellNobody: Tell = () => [];

/** Decides how the messages of the terminal's chat look: for people, in a pipe, and as JSON lines. */
import type { TerminalMessage } from '../../core/views.ts';
import type { Printer } from '../print.ts';
import { SequenceFilter, visible } from '../terminal-text.ts';
import { newLines } from './progress.ts';

/** Prints what is said. A message that takes another's place is printed below it: what is printed stays. */
export class Display {
  readonly #print: Printer;
  /** What was said last of runs under way. */
  readonly #working = new Map<string, TerminalMessage>();

  constructor(print: Printer) {
    this.#print = print;
  }

  /** Of a run under way a person sees what is new, and a pipe gets the first message only. */
  show(message: TerminalMessage): void {
    if (this.#print.json) this.#print.raw(`${JSON.stringify(messageJson(message))}\n`);
    else if (message.kind === 'working') this.#progress(message);
    else {
      this.#working.delete(message.key);
      this.#whole(message);
    }
  }

  #progress(message: TerminalMessage): void {
    const before = this.#working.get(message.key);
    this.#working.set(message.key, message);
    if (before === undefined) {
      this.#whole(message);
      return;
    }
    const news = this.#print.isTerminal ? newLines(before, message) : [];
    if (news.length > 0) this.#text(news.join('\n'));
  }

  #whole({ text, buttons }: TerminalMessage): void {
    if (text !== '') this.#text(text);
    const words = buttons.map(({ label, command }) => `[${label}] ${command}`).join('  ');
    if (words !== '') this.#print.line({ text: words, style: 'gray' });
  }

  #text(text: string): void {
    const shown = this.#print.isTerminal ? harmless(text) : text;
    this.#print.raw(shown.endsWith('\n') ? shown : `${shown}\n`);
  }
}

/** Agents may write anything; lines and tabs stay. */
function harmless(text: string): string {
  return new SequenceFilter().push(text).replace(/[^\n\t]+/g, visible);
}

function messageJson({ key, kind, run, text, buttons }: TerminalMessage): Omit<TerminalMessage, 'elapsed'> {
  return { key, kind, run, text, buttons: buttons.map(({ label, command }) => ({ label, command })) };
}

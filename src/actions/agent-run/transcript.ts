/** Decides how what an agent does reads in the run's output: its words as they are, a line for each tool and error. */
import type { EngineEvent } from '../../engines/contract.ts';
import { MAX_DETAIL, oneLine } from '../../engines/line.ts';

/** The lines of one run, as they come. */
export class Transcript {
  #lines: string[] = [];
  #unfinished = '';

  hear(event: EngineEvent): void {
    switch (event.kind) {
      case 'text':
        this.#say(event.text, event.isDelta);
        return;
      case 'tool':
        this.#line(`▸ ${event.name}${event.detail === '' ? '' : `: ${oneLine(event.detail, MAX_DETAIL)}`}`);
        return;
      case 'tool_result':
        if (event.isError) this.#line(`  ✖ ${event.name ?? 'the tool'} failed`);
        return;
      case 'error':
        this.#line(`✖ ${event.message}`);
        return;
      case 'result':
        if (event.isError) this.#line(`✖ ${event.reason ?? 'it ended with an error'}`);
        return;
      case 'started':
      case 'usage':
      case 'background':
        return;
      default:
        return event satisfies never;
    }
  }

  /** A line of the stream that is no event. */
  noise(text: string): void {
    this.#line(text);
  }

  /** What came since the last call, without a line that may go on; empty: nothing. */
  take(): string {
    const text = this.#lines.map((line) => `${line}\n`).join('');
    this.#lines = [];
    return text;
  }

  /** The rest, at the end. */
  end(): string {
    this.#finish();
    return this.take();
  }

  #say(text: string, isDelta: boolean): void {
    if (!isDelta) this.#finish();
    const lines = `${this.#unfinished}${text}`.split('\n');
    this.#unfinished = lines.pop() ?? '';
    this.#lines.push(...lines);
    if (!isDelta) this.#finish();
  }

  #line(text: string): void {
    this.#finish();
    this.#lines.push(text);
  }

  #finish(): void {
    if (this.#unfinished !== '') this.#lines.push(this.#unfinished);
    this.#unfinished = '';
  }
}

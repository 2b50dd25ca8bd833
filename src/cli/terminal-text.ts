/** Decides which characters may reach a terminal: none that move its cursor, retitle it or reorder its text. */

// C0 and C1 controls, DEL, and what reorders or hides text (UTS #55, "Trojan source"). Matching them is the point.
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** One line of `text` with every such character written out (`\x1b`, `\u202e`), for names and reasons. */
export function visible(text: string): string {
  return text.replace(UNPRINTABLE, (char) => {
    if (char === '\n') return '\\n';
    if (char === '\t') return '\\t';
    const code = char.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

type State = 'text' | 'escape' | 'control' | 'string' | 'string-escape';

// Second characters of a sequence that runs until its terminator: OSC, DCS, SOS, PM, APC (ECMA-48 §8.3).
const OPENS_STRING = /[\]PX^_\u009d\u0090\u0098\u009e\u009f]/;

/**
 * Takes control sequences (ECMA-48) out of output that arrives in pieces; newlines and tabs stay. One object per
 * stream, since a sequence may be cut in two.
 */
export class SequenceFilter {
  #state: State = 'text';

  /** What of the next piece may be shown. */
  push(text: string): string {
    let shown = '';
    for (const char of text) {
      const isShown = char === '\n' || (this.#state === 'text' && isPlain(char));
      this.#state = next(this.#state, char);
      if (isShown) shown += char;
    }
    return shown;
  }
}

function isPlain(char: string): boolean {
  return char === '\t' || (char >= ' ' && !(char >= '\u007f' && char <= '\u009f'));
}

function next(state: State, char: string): State {
  // A sequence that is never closed must not swallow the rest of the log.
  if (char === '\n') return 'text';
  switch (state) {
    case 'text':
      if (char === '\u001b') return 'escape';
      if (char === '\u009b') return 'control';
      return char >= '\u0080' && OPENS_STRING.test(char) ? 'string' : 'text';
    case 'escape':
      if (char === '[') return 'control';
      if (OPENS_STRING.test(char)) return 'string';
      return char >= ' ' && char <= '/' ? 'escape' : 'text';
    case 'control':
      return char >= '@' && char <= '~' ? 'text' : 'control';
    case 'string':
      if (char === '\u0007' || char === '\u009c') return 'text';
      return char === '\u001b' ? 'string-escape' : 'string';
    case 'string-escape':
      return char === '\\' ? 'text' : next('escape', char);
  }
}

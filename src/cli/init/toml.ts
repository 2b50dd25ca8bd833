/** Decides how values are written in TOML 1.0. */

/** A basic string: what JSON escapes, TOML reads, but for DEL, which TOML wants escaped too. */
export function tomlText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll('\u007f', '\\u007F');
}

export function tomlTexts(texts: readonly string[]): string {
  return `[${texts.map(tomlText).join(', ')}]`;
}

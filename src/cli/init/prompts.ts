/** Decides what questions look like to those who ask them. */

/** A question that is answered in words; an answer that has a problem is asked for again. */
export interface TextQuestion {
  readonly message: string;
  /** Shown where nothing is written yet. */
  readonly placeholder?: string;
  /** What the answer begins as. */
  readonly initial?: string;
  readonly problemOf?: (answer: string) => string | undefined;
}

/** One of several things. */
export interface Choice<Value extends string> {
  readonly message: string;
  readonly options: ReadonlyArray<{ readonly value: Value; readonly label: string; readonly hint?: string }>;
  readonly initial?: Value;
}

/** Somebody who answers; every question rejects with `conflict` when they give up. */
export interface Prompts {
  /** Something to read. */
  say(text: string): void;
  /** Trimmed; possibly empty. */
  text(question: TextQuestion): Promise<string>;
  /** The same, not shown while it is written. */
  secret(question: Pick<TextQuestion, 'message' | 'problemOf'>): Promise<string>;
  confirm(message: string): Promise<boolean>;
  choose<Value extends string>(choice: Choice<Value>): Promise<Value>;
}

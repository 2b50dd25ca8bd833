/** Decides what a webhook that takes uploads does with their files. */
import type { RunSpec, Template } from './action.ts';

/** The path that a template comes to, or why it comes to none; the reason holds no value. */
export type RenderedPath =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** Where the files of a multipart request go, and how many of which size there may be. */
export interface UploadRules {
  /** The path of each file, as written. */
  readonly path: Template;
  /** What the operator wrote before the first placeholder. */
  readonly start: string;
  readonly isLiteral: boolean;
  readonly dependsOnPayload: boolean;
  /** Renders the path for one file; never throws. */
  readonly pathOf: (data: Readonly<Record<string, unknown>>) => RenderedPath;
  /** Absolute folder that confines the path; while they are received, files lie in it under a name of their own. */
  readonly root: string;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  /** What a run of an upload does: the trigger's spec, except that files are not written twice. */
  readonly spec: RunSpec;
}

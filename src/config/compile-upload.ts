/** Decides what a webhook that takes uploads comes to: where files go, how many of which size, and what their runs do. */
import type { RunSpec } from '../core/action.ts';
import { lookUp } from '../core/named.ts';
import type { UploadRules } from '../core/upload.ts';
import type { CompiledAuth } from '../triggers/auth.ts';
import { hasTemplate, literalStart } from '../triggers/template.ts';
import { checkTemplates } from './check-templates.ts';
import type { CompileContext } from './compile-context.ts';
import { hasFault } from './compile-context.ts';
import { placeFile } from './file-place.ts';
import { fault, warning } from './problem.ts';
import type { Problem } from './problem.ts';
import { DEFAULT_MAX_FILE_BYTES, DEFAULT_MAX_FILES, uploadKeys } from './schema/upload.ts';
import type { WebhookConfig } from './schema/webhook.ts';

/** Where files go unless the file says otherwise; in the project, else in the state folder. */
const DEFAULT_DESTINATION = 'uploads/{{file.filename}}';

/** The rules, undefined where it takes no uploads or a key is wrong, and what is wrong. */
export interface CompiledUpload {
  readonly value: UploadRules | undefined;
  readonly problems: readonly Problem[];
}

/** The rest of the webhook, where it is right itself. */
export interface Uploading {
  readonly spec: RunSpec | undefined;
  readonly auth: CompiledAuth | undefined;
}

/** Compiles the keys for uploads. */
export function compileUpload(
  config: WebhookConfig,
  { spec, auth }: Uploading,
  context: CompileContext,
): CompiledUpload {
  if (!config.accept_multipart) return { value: undefined, problems: idleKeys(config) };
  const destination = destinationOf(config);
  const { path, root } = placeOf(config, destination.text, context);
  const problems = [...checkDestination(destination, context), ...checkBody(config), ...checkSender(auth)];
  if (root === undefined)
    problems.push(fault(['file_root'], 'is missing: without it a form could choose any folder'));
  if (root === undefined || spec === undefined || hasFault(problems)) return { value: undefined, problems };
  const value: UploadRules = {
    ...{ path, root, start: literalStart(path), isLiteral: !hasTemplate(path) },
    dependsOnPayload: context.templates.dependsOnPayload(path),
    pathOf: (data) => context.templates.render(path, { data }),
    maxFileBytes: config.max_file_size_bytes ?? DEFAULT_MAX_FILE_BYTES,
    maxFiles: config.max_files ?? DEFAULT_MAX_FILES,
    spec: withoutWriting(config, spec),
  };
  return { value, problems };
}

interface Destination {
  readonly key: 'file_destination' | 'file_path';
  readonly text: string;
}

/** Of `file_write`, the path says where files go, unless there is a destination beside it. */
function destinationOf({ action, file_destination: own, file_path: path }: WebhookConfig): Destination {
  if (own === undefined && action === 'file_write' && path !== undefined)
    return { key: 'file_path', text: path };
  return { key: 'file_destination', text: own ?? DEFAULT_DESTINATION };
}

function placeOf(
  { project, file_root: root }: WebhookConfig,
  path: string,
  { projects, folders }: CompileContext,
): ReturnType<typeof placeFile> {
  const folder = project === undefined ? undefined : lookUp(projects, project)?.path;
  return placeFile({ path, root, base: folder ?? folders.state }, folders);
}

function checkDestination({ key, text }: Destination, context: CompileContext): Problem[] {
  const { env, secrets, own } = context.templates.operatorNames(text);
  const strangers = [
    ...env.map((name) => `env.${name}`),
    ...secrets.map((name) => `secrets.${name}`),
    ...own.filter((name) => name === 'run_id'),
  ];
  const names = strangers.map((name) => `{{${name}}}`).join(', ');
  const unknown = `may not name ${names} where files are uploaded: there are {{file.filename}}, the fields of the form, {{now}}, {{due_at}} and {{trigger_id}}`;
  return [
    ...checkTemplates([{ path: [key], text }], context),
    ...(strangers.length === 0 ? [] : [fault([key], unknown)]),
  ];
}

/** A file that is not to be kept in memory can only be signed in a way that is checked piece by piece. */
function checkSender(auth: CompiledAuth | undefined): readonly Problem[] {
  if (auth === undefined || auth.verifyStream !== undefined) return [];
  const message =
    'cannot be: this sender can only be verified over the whole body in memory. Use bearer, basic, an HMAC or a provider that signs by one';
  return [fault(['accept_multipart'], message)];
}

function checkBody({ action, file_body: body, file_destination: own }: WebhookConfig): readonly Problem[] {
  if (action !== 'file_write' || body === undefined || own !== undefined) return [];
  const message =
    'has no place: with accept_multipart, `file_path` is where the uploaded files go. Add `file_destination` for them, and `file_path` is for this';
  return [fault(['file_body'], message)];
}

/** What was uploaded is in its place when the run begins: `file_write` does not write it again, nor the form around it. */
function withoutWriting({ file_body: body }: WebhookConfig, spec: RunSpec): RunSpec {
  if (spec.action.kind !== 'file_write' || body !== undefined) return spec;
  return { ...spec, action: { ...spec.action, isStored: true } };
}

function idleKeys(config: WebhookConfig): readonly Problem[] {
  const keys = Object.keys(uploadKeys) as ReadonlyArray<keyof typeof uploadKeys>;
  return keys
    .filter((key) => key !== 'accept_multipart' && config[key] !== undefined)
    .map((key) => warning([key], 'without effect: accept_multipart = true reads it'));
}

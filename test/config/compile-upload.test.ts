import { describe, expect, it } from 'vitest';
import type { UploadRules } from '../../src/core/upload.ts';
import type { WebhookTrigger } from '../../src/core/trigger.ts';
import { loaded, said, webhook } from './support/load.ts';

const MULTIPART = 'accept_multipart = true';

async function compiled(text: string): Promise<WebhookTrigger> {
  const { snapshot } = await loaded(text);
  const [hook] = snapshot.webhooks.values();
  if (hook === undefined) throw new Error('there is no webhook');
  return hook;
}

async function rulesOf(...lines: readonly string[]): Promise<UploadRules> {
  const { upload } = await compiled(webhook('a', ...lines));
  if (upload === undefined) throw new Error('it takes no uploads');
  return upload;
}

function writing(...lines: readonly string[]): string {
  return webhook('a', ...lines)
    .replace('action = "command"', 'action = "file_write"')
    .replace('command = ["true"]\n', '');
}

describe('a webhook that takes uploads', () => {
  it('is one only where it says so', async () => {
    expect((await compiled(webhook('a'))).upload).toBeUndefined();
    expect((await compiled(webhook('a', 'accept_multipart = false'))).upload).toBeUndefined();
  });

  it('keeps them in the state folder, ten of 50 MiB each, unless told otherwise', async () => {
    expect(await rulesOf(MULTIPART)).toMatchObject({
      path: 'uploads/{{file.filename}}',
      root: '/var/lib/untether',
      maxFileBytes: 52_428_800,
      maxFiles: 10,
      dependsOnPayload: true,
    });
  });

  it.each([
    [['file_root = "in"', 'file_destination = "{{form.x}}/a"'], '/etc/untether/in', '{{form.x}}/a'],
    [['file_destination = "/srv/in/{{form.x}}/a"'], '/srv/in', '/srv/in/{{form.x}}/a'],
    [['file_destination = "~/up/{{file.filename}}"'], '/home/me/up', '/home/me/up/{{file.filename}}'],
    [['file_destination = "a.bin"'], '/var/lib/untether', 'a.bin'],
  ])('with %j keeps them in %s', async (lines, root, path) => {
    const rules = await rulesOf(MULTIPART, ...lines);
    expect(rules).toMatchObject({ root, path });
    expect(rules.pathOf({ form: { x: 'y' }, file: { filename: 'z' } })).toEqual({
      ok: true,
      text: path.replace('{{form.x}}', 'y').replace('{{file.filename}}', 'z'),
    });
  });

  it('reads file_root, whatever its action, and says nothing of it', async () => {
    expect(await said(webhook('a', MULTIPART, 'file_root = "in"'))).toEqual([]);
    expect(await said(webhook('a', 'file_root = "in"'))).toHaveLength(1);
  });

  it('keeps them in its project', async () => {
    const text = `${webhook('a', MULTIPART, 'project = "p"')}[projects.p]\npath = "/srv/p"\n`;
    expect((await compiled(text)).upload).toMatchObject({ root: '/srv/p' });
  });

  it('and writes files keeps them where it writes, and does not write them again', async () => {
    const { upload, spec } = await compiled(writing(MULTIPART, 'file_path = "in/{{file.filename}}"'));
    expect(upload).toMatchObject({ path: 'in/{{file.filename}}' });
    expect(upload?.spec.action).toMatchObject({ kind: 'file_write', isStored: true });
    expect(spec.action).not.toHaveProperty('isStored');
  });

  it('and writes a file beside them keeps them where they are to go, and writes that', async () => {
    const { upload, spec } = await compiled(
      writing(MULTIPART, 'file_destination = "in/a"', 'file_path = "note"', 'file_body = "{{files}}"'),
    );
    expect(upload).toMatchObject({ path: 'in/a' });
    expect(upload?.spec).toEqual(spec);
  });

  it('and does anything else does with them what it does with all', async () => {
    const { upload, spec } = await compiled(webhook('a', MULTIPART));
    expect(upload?.spec).toEqual(spec);
  });
});

describe('what is said of its keys', () => {
  it.each([
    [
      webhook('a', 'file_destination = "x"', 'max_files = 2'),
      [
        '7:1 (warning) triggers.webhooks[0].file_destination: without effect: accept_multipart = true reads it',
        '8:1 (warning) triggers.webhooks[0].max_files: without effect: accept_multipart = true reads it',
      ],
    ],
    [
      webhook('a', MULTIPART, 'file_destination = "/{{form.x}}"'),
      ['1:12 triggers.webhooks[0].file_root: is missing: without it a form could choose any folder'],
    ],
    [
      webhook('a', MULTIPART, 'file_destination = "{{secrets.x}}/{{run_id}}"', '[secrets]', 'x = "y"'),
      [
        '8:1 triggers.webhooks[0].file_destination: may not name {{secrets.x}}, {{run_id}} where files are uploaded: there are {{file.filename}}, the fields of the form, {{now}}, {{due_at}} and {{trigger_id}}',
      ],
    ],
    [
      writing(MULTIPART, 'file_path = "{{run_id}}"'),
      [
        '7:1 triggers.webhooks[0].file_path: may not name {{run_id}} where files are uploaded: there are {{file.filename}}, the fields of the form, {{now}}, {{due_at}} and {{trigger_id}}',
      ],
    ],
    [
      writing(MULTIPART, 'file_path = "a"', 'file_body = "b"'),
      [
        '8:1 triggers.webhooks[0].file_body: has no place: with accept_multipart, `file_path` is where the uploaded files go. Add `file_destination` for them, and `file_path` is for this',
      ],
    ],
    [
      webhook('a', 'provider = "twilio"', 'secret = "s"', MULTIPART),
      [
        '8:1 triggers.webhooks[0].accept_multipart: cannot be: this sender can only be verified over the whole body in memory. Use bearer, basic, an HMAC or a provider that signs by one',
      ],
    ],
    [
      webhook('a', MULTIPART, 'max_file_size_bytes = 1', 'max_files = 0'),
      [
        '8:1 triggers.webhooks[0].max_file_size_bytes: expected a whole number from 1024 to 1099511627776',
        '9:1 triggers.webhooks[0].max_files: expected a whole number from 1 to 1000',
      ],
    ],
  ])('%s', async (text, issues) => {
    expect(await said(text)).toEqual(issues);
  });
});

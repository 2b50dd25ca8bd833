import { describe, expect, it } from 'vitest';
import { documentOf } from '../../../src/server/upload/document.ts';

const file = { field: 'a', filename: 'a.txt', content_type: 'text/plain', size: 1, sha256: '00' };
const other = { ...file, field: 'b', filename: 'b.txt' };

describe('the document of an upload', () => {
  it('holds each field at the top and in the form, and the first file by itself', () => {
    expect(documentOf([['batch', '7']], [file, other])).toEqual({
      batch: '7',
      form: { batch: '7' },
      file,
      files: [file, other],
    });
  });

  it('makes a list of a field that came again', () => {
    expect(
      documentOf(
        [
          ['tag', 'x'],
          ['other', ''],
          ['tag', 'y'],
        ],
        [],
      ),
    ).toEqual({
      tag: ['x', 'y'],
      other: '',
      form: { tag: ['x', 'y'], other: '' },
      files: [],
    });
  });

  it.each(['form', 'file', 'files'])('lets no field called %s stand for what is its own', (name) => {
    const { form, ...top } = documentOf([[name, '/etc/passwd']], [file]);
    expect(form).toEqual({ [name]: '/etc/passwd' });
    expect(top).toEqual({ file, files: [file] });
  });

  it('keeps a field with an odd name one like any other', () => {
    const text = JSON.stringify(
      documentOf(
        [
          ['__proto__', 'x'],
          ['', 'y'],
        ],
        [],
      ),
    );
    expect(text).toBe('{"__proto__":"x","":"y","form":{"__proto__":"x","":"y"},"files":[]}');
  });
});

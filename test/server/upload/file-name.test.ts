import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbered, safeName } from '../../../src/server/upload/file-name.ts';

const character = fc.oneof(
  fc.constantFrom('.', '/', '\\', '-', '_', ' ', '\0'),
  fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)),
);

describe('the name of an uploaded file', () => {
  it.each([
    ['report.txt', 'report.txt'],
    ['a b.txt', 'a_b.txt'],
    ['a   b.txt', 'a_b.txt'],
    ['A-1_x.tar.gz', 'A-1_x.tar.gz'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\x\\My File.doc', 'My_File.doc'],
    ['/etc/cron.d/job', 'job'],
    ['Übergröße é.pdf', 'Ubergro_e_e.pdf'],
    ['报告.pdf', '_.pdf'],
    ['ﬁle.txt', 'file.txt'],
    ['.env', 'env'],
    ['...hidden', 'hidden'],
    ['-rf', 'rf'],
    ['--x.sh', 'x.sh'],
    ['name.', 'name'],
    ['a\0b', 'a_b'],
    ['a\r\nb', 'a_b'],
    ['x$(reboot).sh', 'x_reboot_.sh'],
    ['con', '_con'],
    ['NUL.txt', '_NUL.txt'],
    ['console.log', 'console.log'],
    ['', 'upload.bin'],
    [undefined, 'upload.bin'],
    ['.', 'upload.bin'],
    ['..', 'upload.bin'],
    ['../', 'upload.bin'],
    ['\0', 'upload.bin'],
    ['?', 'upload.bin'],
    ['__proto__', '__proto__'],
  ])('%j is kept as %s', (sent, kept) => {
    expect(safeName(sent)).toBe(kept);
  });

  it('is cut where it is long, and keeps its extension', () => {
    expect(safeName(`${'x'.repeat(500)}.json`)).toBe(`${'x'.repeat(195)}.json`);
    expect(safeName(`a.${'x'.repeat(500)}`)).toHaveLength(200);
  });

  it('is harmless whatever was sent, and stays what it is', () => {
    fc.assert(
      fc.property(fc.array(character, { maxLength: 40 }), (sent) => {
        const name = safeName(sent.join(''));
        expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/);
        expect(safeName(name)).toBe(name);
      }),
    );
  });
});

it('numbers a name that is taken before its extension', () => {
  expect([0, 1, 12].map((number) => numbered('/in/a.tar.gz', number))).toEqual([
    '/in/a.tar.gz',
    '/in/a.tar_1.gz',
    '/in/a.tar_12.gz',
  ]);
  expect(numbered('/in/plain', 1)).toBe('/in/plain_1');
});

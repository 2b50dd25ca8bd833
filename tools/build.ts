/** Decides what the published program is: a few bundles in `dist`, with every package they need inside. */
import { readFile, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Metafile, Plugin } from 'esbuild';

/** What Node starts: the name in `dist` (without `.js`) and the source it is made of. */
export type EntryPoints = Readonly<Record<string, string>>;

export const ENTRY_POINTS: EntryPoints = {
  main: 'src/cli/main.ts',
  'launcher-helper': 'src/launcher/helper.ts',
  'plugin-process': 'src/plugins/process.ts',
  'plugin-worker': 'src/plugins/worker.ts',
  plugin: 'src/plugins/contract.ts',
};

/** Packages in CommonJS find these three missing in an ES module. */
const COMMONJS_NAMES = [
  `import { createRequire as __createRequire } from 'node:module';`,
  `const require = __createRequire(import.meta.url);`,
  `const __filename = import.meta.filename;`,
  `const __dirname = import.meta.dirname;`,
].join('\n');

const STARTED_BY_URL = /new URL\(\s*'(\.[^']+)',\s*import\.meta\.url,?\s*\)/g;

/** Bundles the entry points of the program under `root` into a folder, by default its `dist`, which is emptied first. */
export async function buildProgram(
  root: string,
  entryPoints: EntryPoints,
  outdir = join(root, 'dist'),
): Promise<Metafile> {
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entryPoints).map(([out, source]) => ({ in: source, out })),
    outdir,
    bundle: true,
    // What is imported lazily stays a file of its own, read only when its feature is configured.
    splitting: true,
    chunkNames: 'chunk-[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: false,
    // Native, and not there on every machine.
    external: ['koffi'],
    keepNames: true,
    banner: { js: COMMONJS_NAMES },
    plugins: [startedByUrl(root, entryPoints)],
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

/**
 * A program that is started by its place, `new URL('./helper.ts', import.meta.url)`, lies elsewhere in `dist`: names
 * there the bundle made of it. One that is no entry point stops the build, since it would be missing at run time.
 */
function startedByUrl(root: string, entryPoints: EntryPoints): Plugin {
  const outputs = new Map(Object.entries(entryPoints).map(([out, source]) => [resolve(root, source), out]));
  return {
    name: 'started-by-url',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (relative(root, path).startsWith('node_modules')) return undefined;
        const missing: string[] = [];
        const contents = (await readFile(path, 'utf8')).replace(STARTED_BY_URL, (_, place: string) => {
          const out = outputs.get(resolve(dirname(path), place));
          if (out === undefined) missing.push(place);
          return `new URL('./${out}.js', import.meta.url)`;
        });
        const errors = missing.map((place) => ({
          text: `${place} is no entry point of the build`,
          location: { file: path },
        }));
        return { loader: 'ts', contents, errors };
      });
    },
  };
}

/** One line a file, largest first. */
function report(metafile: Metafile): string {
  const files = Object.entries(metafile.outputs).sort(([, a], [, b]) => b.bytes - a.bytes);
  return files.map(([path, { bytes }]) => `${(bytes / 1024).toFixed(0).padStart(6)} KiB  ${path}`).join('\n');
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  process.stdout.write(`${report(await buildProgram(root, ENTRY_POINTS))}\n`);
}

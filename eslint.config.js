// Decides what the linter refuses: type-aware rules for every TypeScript file, and the project's own list of
// things that belong in one place or in no file at all.
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const TYPESCRIPT = ['**/*.ts'];
const TESTS_AND_TOOLS = ['test/**', 'bench/**', 'tools/**', '*.config.*'];

/** Syntax refused in every TypeScript file, ours and the tests'. */
const nowhere = [
  refuse('TSEnumDeclaration', 'No enums (type stripping refuses them): an `as const` object or a union.'),
  refuse('TSModuleDeclaration:not([declare=true])', 'No namespaces: a module is the name space.'),
  refuse('TSParameterProperty', 'No parameter properties (type stripping refuses them): declare the field.'),
  refuse('Decorator', 'No decorators: Node cannot run them.'),
  refuse('TSExportAssignment, TSImportEqualsDeclaration', 'ES modules only.'),
  refuse('MemberExpression[property.name="setInterval"]', 'No setInterval: one timer per loop, set again.'),
  refuse(
    'ImportDeclaration[source.value=/^(node:)?timers/] ImportSpecifier[imported.name="setInterval"]',
    'No setInterval: one timer per loop, set again.',
  ),
];

/** What only some places may use: `name` is how a place is granted it, below. */
const restrictions = [
  {
    name: 'default-export',
    syntax: [
      refuse('ExportDefaultDeclaration', 'No default exports: a name is the same wherever it is imported.'),
      refuse('ExportSpecifier[exported.name="default"]', 'No default exports.'),
    ],
  },
  {
    name: 'error',
    syntax: [
      refuse(
        ':matches(NewExpression, CallExpression)[callee.name=/^(Error|TypeError|RangeError|SyntaxError|AggregateError)$/]',
        'Throw an AppError with a code from the catalogue (src/core/errors.ts).',
      ),
    ],
  },
  {
    name: 'clock',
    syntax: [
      refuse(
        'MemberExpression[object.name=/^(Date|DateTime|performance)$/][property.name="now"]',
        'Take the time from a Clock (src/core/clock.ts).',
      ),
      refuse('NewExpression[callee.name="Date"][arguments.length=0]', 'Take the time from a Clock.'),
      refuse('CallExpression[callee.name="Date"]', 'Take the time from a Clock.'),
    ],
  },
  {
    name: 'env',
    syntax: [
      refuse('MemberExpression[object.name="process"][property.name="env"]', 'Take settings as arguments.'),
      refuse(
        'VariableDeclarator[init.name="process"] > ObjectPattern > Property[key.name="env"]',
        'Take settings as arguments.',
      ),
      refuse(
        'ImportDeclaration[source.value=/^(node:)?process$/] ImportSpecifier[imported.name="env"]',
        'Take settings as arguments.',
      ),
    ],
  },
  {
    name: 'console',
    syntax: [refuse('MemberExpression[object.name="console"]', 'Use the log port; only the CLI prints.')],
  },
  {
    name: 'load-time-work',
    syntax: [
      refuse(
        'Program > :matches(ExpressionStatement:not([directive]), IfStatement, ForStatement, ForOfStatement, ForInStatement, WhileStatement, TryStatement)',
        'Loading a module does nothing: put it in a function.',
      ),
      refuse('AwaitExpression:not(:function AwaitExpression)', 'Loading a module waits for nothing.'),
    ],
  },
  {
    name: 'module-state',
    syntax: [
      refuse(
        ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind!="const"]',
        'No mutable state in a module: it belongs to something with a lifetime.',
      ),
      refuse(
        ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator > NewExpression[callee.name=/^(Map|Set|WeakMap|WeakSet)$/][arguments.length=0]',
        'No mutable state in a module: it belongs to something with a lifetime.',
      ),
    ],
  },
  {
    name: 'class-shape',
    syntax: [
      refuse(
        ':matches(PropertyDefinition, MethodDefinition)[accessibility]',
        'Use #private; public is the default.',
      ),
      refuse('ClassDeclaration[superClass!=null]:not([superClass.name=/Error$/])', 'Only errors inherit.'),
    ],
  },
  packageOnlyIn('node:sqlite', 'src/ledger/sqlite/database.ts and src/service/lock.ts'),
  packageOnlyIn('croner', 'src/scheduler/calendar.ts'),
  packageOnlyIn('hono', 'src/server and src/service'),
  packageOnlyIn('node:child_process', 'src/launcher, src/cli and src/plugins/threads.ts'),
  packageOnlyIn('undici', 'src/net'),
];

/** Which places are granted what; of the zones that match a file, the last one decides. */
const zones = [
  { files: ['src/**/*.ts'], granted: [] },
  { files: ['src/core/clock.ts'], granted: ['clock'] },
  // A frozen map refuses with the error the language itself throws for a frozen object.
  { files: ['src/core/freeze.ts'], granted: ['error'] },
  { files: ['src/config/**/*.ts'], granted: ['env'] },
  { files: ['src/scheduler/calendar.ts'], granted: ['croner'] },
  { files: ['src/ledger/sqlite/database.ts'], granted: ['node:sqlite'] },
  { files: ['src/net/**/*.ts'], granted: ['undici'] },
  { files: ['src/launcher/**/*.ts'], granted: ['node:child_process'] },
  { files: ['src/launcher/helper.ts'], granted: ['node:child_process', 'load-time-work'] },
  { files: ['src/plugins/threads.ts'], granted: ['node:child_process'] },
  { files: ['src/plugins/{process,worker}.ts'], granted: ['load-time-work'] },
  { files: ['src/server/**/*.ts', 'src/service/**/*.ts'], granted: ['hono'] },
  { files: ['src/service/lock.ts'], granted: ['hono', 'node:sqlite'] },
  { files: ['src/cli/**/*.ts'], granted: ['env', 'console', 'node:child_process'] },
  { files: ['src/cli/main.ts'], granted: ['env', 'console', 'node:child_process', 'load-time-work'] },
  { files: ['test/**/*.ts', 'bench/**/*.ts', 'tools/**/*.ts'], granted: everythingBut('default-export') },
  { files: ['test/fixtures/**/*.ts', '*.config.ts'], granted: everythingBut() },
];

export default defineConfig(
  globalIgnores([
    'dist/',
    'coverage/',
    '.untether/',
    '**/*.d.mts',
    // Programs and plugins that tests run, some of them broken on purpose.
    'test/fixtures/**/*.{js,mjs,cjs}',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { args: 'all', argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/prefer-readonly': 'error',
      'max-params': ['error', 3],
      'no-restricted-globals': [
        'error',
        { name: 'setInterval', message: 'No setInterval: one timer per loop, set again.' },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      eqeqeq: 'error',
      // A port's implementation may answer at once where the port promises a promise.
      '@typescript-eslint/require-await': 'off',
      // `void` in a union is how a callback says that it may be synchronous.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // Type parameters used once still name what a port carries.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
    },
  },
  zones.map(({ files, granted }) => ({ files, rules: rulesFor(granted) })),
  {
    files: TESTS_AND_TOOLS,
    rules: {
      // Tests hand broken values to the program on purpose, and read what the types cannot know.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['bin/*.mjs'],
    // What Node 12 can parse: the check for a Node that is too old runs on that Node.
    languageOptions: { ecmaVersion: 2020, globals: { process: 'readonly', URL: 'readonly' } },
    rules: {
      'no-restricted-syntax': [
        'error',
        refuse('ChainExpression', 'Node 12 cannot parse it.'),
        refuse('LogicalExpression[operator="??"]', 'Node 12 cannot parse it.'),
        refuse('ImportDeclaration[source.value=/^node:/]', 'Node 12 does not know the prefix.'),
      ],
    },
  },
);

function refuse(selector, message) {
  return { selector, message };
}

function packageOnlyIn(name, place) {
  return { name, imports: { name, message: `Only ${place} may import ${name}.` } };
}

function everythingBut(...names) {
  return restrictions.map(({ name }) => name).filter((name) => !names.includes(name));
}

/** The two rules that hold the restrictions; a later zone replaces an earlier one's whole list. */
function rulesFor(granted) {
  const kept = restrictions.filter(({ name }) => !granted.includes(name));
  const refusedImports = kept.flatMap(({ imports }) => (imports ? [imports] : []));
  return {
    'no-restricted-syntax': ['error', ...nowhere, ...kept.flatMap(({ syntax }) => syntax ?? [])],
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        paths: refusedImports,
        patterns: refusedImports.map(({ name, message }) => ({ group: [`${name}/*`], message })),
      },
    ],
  };
}

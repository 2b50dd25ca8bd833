/** Decides which filters are measured: what people write, each as an expression and as the same in plain JavaScript. */

/** A condition, twice. */
export interface FilterCase {
  readonly what: string;
  readonly expression: string;
  readonly plain: (body: typeof pullRequest) => boolean;
}

/** A delivery of some 1 KB, of the shape that GitHub sends. */
export const pullRequest = {
  action: 'opened',
  number: 1_347,
  pull_request: {
    draft: false,
    title: 'Amazing new feature',
    head: { ref: 'feature/new', sha: '6dcb09b5b57875f334f61aebed695e2e4193db5e' },
    base: { ref: 'main', sha: 'c3d0be41ecbe669545ee3e94d31ed9a4bc91ee3c' },
    labels: ['bug', 'area: triggers', 'good first issue'].map((name, id) => ({ id, name, colour: 'f29513' })),
    body: 'It does what it says. '.repeat(20),
  },
  repository: { full_name: 'octocat/Hello-World', private: false },
  sender: { login: 'octocat', type: 'User' },
};

export const filterCases: readonly FilterCase[] = [
  {
    what: 'three fields compared',
    expression: "body.action == 'opened' && !body.pull_request.draft && body.pull_request.base.ref == 'main'",
    plain: ({ action, pull_request: { draft, base } }) =>
      action === 'opened' && !draft && base.ref === 'main',
  },
  {
    what: 'a list gone through, a number, a word in a list',
    expression:
      "body.action in ['opened', 'reopened'] && body.number > 1000 && body.pull_request.labels.exists(l, l.name == 'good first issue')",
    plain: ({ action, number, pull_request: { labels } }) =>
      ['opened', 'reopened'].includes(action) &&
      number > 1_000 &&
      labels.some(({ name }) => name === 'good first issue'),
  },
  {
    what: 'a pattern',
    expression: "body.pull_request.head.ref.matches('^(feature|fix)/[a-z-]+$')",
    plain: ({ pull_request: { head } }) => /^(feature|fix)\/[a-z-]+$/.test(head.ref),
  },
];

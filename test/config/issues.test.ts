import { describe, expect, it, test } from 'vitest';
import { cron, said, webhook } from './support/load.ts';

/** What is wrong in a file, and what is said about it. */
const faulty: ReadonlyArray<readonly [what: string, text: string, ...issues: readonly string[]]> = [
  [
    'a string that is not closed',
    'a = "x\n',
    '1:7 : not valid TOML: control characters are not allowed in strings',
  ],
  ['a value that is missing', 'watch_config =\n', '1:15 : not valid TOML: invalid value'],
  [
    'a key that is written twice',
    'transport = "a"\ntransport = "b"\n',
    '2:1 : not valid TOML: trying to redefine an already defined table or value',
  ],
  [
    'an unknown table',
    '[trigers]\nenabled = true\n',
    '1:2 trigers: there is no such key; did you mean "triggers"?',
  ],
  [
    'an unknown key',
    '[triggers.server]\nprot = 1\n',
    '2:1 triggers.server.prot: there is no such key; did you mean "port"?',
  ],
  [
    'an unknown key in an inline table',
    '[triggers]\nserver = { host = "::1", prot = 1 }\n',
    '2:26 triggers.server.prot: there is no such key; did you mean "port"?',
  ],
  [
    'an unknown key of a trigger',
    `${cron('a')}\n${cron('b', 'overlapp = "skip"')}`,
    '12:1 triggers.crons[1].overlapp: there is no such key; did you mean "overlap"?',
  ],
  [
    'a key that is called otherwise elsewhere',
    cron('a', 'tz = "UTC"', 'time_zone = "UTC"').replace('schedule', 'cron'),
    '1:12 triggers.crons[0]: `schedule` is missing: write `schedule`, `every` or `at`',
    '3:1 triggers.crons[0].cron: there is no such key; did you mean "schedule"?',
    '6:1 triggers.crons[0].tz: there is no such key; did you mean "timezone"?',
    '7:1 triggers.crons[0].time_zone: there is no such key; did you mean "timezone"?',
  ],
  [
    'two more of them',
    `${cron('a').replace('schedule', 'cron_expression')}${cron('b').replace('schedule', 'interval')}`,
    '1:12 triggers.crons[0]: `schedule` is missing: write `schedule`, `every` or `at`',
    '3:1 triggers.crons[0].cron_expression: there is no such key; did you mean "schedule"?',
    '6:12 triggers.crons[1]: `schedule` is missing: write `schedule`, `every` or `at`',
    '8:1 triggers.crons[1].interval: there is no such key; did you mean "every"?',
  ],
  [
    'the zone of all crons, called like that of one',
    'timezone = "UTC"\n',
    '1:1 timezone: there is no such key; did you mean "default_timezone"?',
  ],
  [
    'a list of crons in the singular',
    cron('a').replace('crons', 'cron'),
    '1:12 triggers.cron: there is no such key; did you mean "crons"?',
  ],
  [
    'a list of webhooks in the singular',
    webhook('a').replace('webhooks', 'webhook'),
    '1:12 triggers.webhook: there is no such key; did you mean "webhooks"?',
  ],
  ['an unknown key that is like no other', 'zzzzzzzz = 1\n', '1:1 zzzzzzzz: there is no such key'],
  [
    'a number in quotes',
    '[triggers.server]\nport = "9876"\n',
    '2:1 triggers.server.port: expected a whole number from 0 to 65535, not a string',
  ],
  [
    'a number that is too large',
    '[triggers.server]\nport = 65536\n',
    '2:1 triggers.server.port: expected a whole number from 0 to 65535',
  ],
  [
    'a number that is not whole',
    '[limits]\nmax_concurrent = 1.5\n',
    '2:1 limits.max_concurrent: expected a whole number from 1 to 10000, not a fraction',
  ],
  ['a perhaps', 'watch_config = "perhaps"\n', '1:1 watch_config: expected true or false, not a string'],
  [
    'a word of a list',
    '[log]\nlevel = "warning"\n',
    '2:1 log.level: expected "trace", "debug", "info", "warn", "error", "fatal" or "silent"',
  ],
  [
    'a mistyped word of a list',
    cron('a', 'overlap = "quene"'),
    '6:1 triggers.crons[0].overlap: expected "skip", "queue", "allow" or "replace"; did you mean "queue"?',
  ],
  [
    'a duration without a unit',
    cron('a', 'timeout = "30"'),
    '6:1 triggers.crons[0].timeout: expected a length of time with its unit, such as "30s", "1h30m" or "2d"',
  ],
  [
    'a duration that is a number',
    cron('a', 'timeout = 30'),
    '6:1 triggers.crons[0].timeout: expected a length of time such as "30s", not a whole number',
  ],
  [
    'a table in place of a list',
    '[triggers.crons]\nid = "a"\n',
    '1:11 triggers.crons: expected a list of tables: write [[triggers.crons]]',
  ],
  ['a value in place of a table', 'triggers = 1\n', '1:1 triggers: expected a table'],
  [
    'an id that is missing',
    '[[triggers.crons]]\nschedule = "@daily"\nprompt = "x"\n',
    '1:12 triggers.crons[0].id: is missing: expected a string',
  ],
  [
    'a schedule that is missing',
    '[[triggers.crons]]\nid = "a"\nprompt = "x"\n',
    '1:12 triggers.crons[0]: `schedule` is missing: write `schedule`, `every` or `at`',
  ],
  [
    'two schedules',
    cron('a', 'every = "5m"'),
    '6:1 triggers.crons[0].every: there is `schedule` already: one of them is enough',
  ],
  [
    'no prompt',
    '[[triggers.crons]]\nid = "a"\nschedule = "@daily"\n',
    '1:12 triggers.crons[0]: `prompt` or `prompt_template` is missing: the action "agent_run" needs it',
  ],
  [
    'a command without an action',
    '[[triggers.crons]]\nid = "a"\nschedule = "@daily"\ncommand = ["date"]\n',
    '4:1 triggers.crons[0].command: says what to do only with an action: add action = "command"',
  ],
  [
    'a command that is a line',
    cron('a').replace('["true"]', '"rm -rf"'),
    '5:1 triggers.crons[0].command: expected a list of strings: ["program", "argument"], not a string',
  ],
  [
    'an element that is no string',
    cron('a').replace('["true"]', '["sleep", 5]'),
    '5:21 triggers.crons[0].command[1]: expected a string, not a whole number',
  ],
  [
    'an empty command',
    cron('a').replace('["true"]', '[]'),
    '5:1 triggers.crons[0].command: must not be empty',
  ],
  [
    'a program that is a template',
    cron('a').replace('["true"]', '["{{x}}"]'),
    '5:12 triggers.crons[0].command[0]: the program itself is no template',
  ],
  [
    'a shell line with a template',
    cron('a', 'shell = true').replace('["true"]', '["echo {{x}}"]'),
    '5:12 triggers.crons[0].command[0]: a shell command holds no template: use variables such as $UNTETHER_PAYLOAD',
  ],
  [
    'a template that does not parse',
    cron('a').replace('["true"]', '["echo", "{{x"]'),
    expect.stringMatching(
      /^5:20 triggers\.crons\[0\]\.command\[1\]: the template cannot be read: /,
    ) as string,
  ],
  [
    'a schedule that cannot be read',
    cron('a').replace('0 9 * * *', '61 9 * * *'),
    expect.stringMatching(/^3:1 triggers\.crons\[0\]\.schedule: minute: 61 is out of range/) as string,
  ],
  [
    'four fields',
    cron('a').replace('0 9 * * *', '0 9 * *'),
    expect.stringMatching(/^3:1 triggers\.crons\[0\]\.schedule: /) as string,
  ],
  [
    'bounds that are no dates',
    cron('a', 'start = "tomorrow"', 'end = "2026-02-30"'),
    '6:1 triggers.crons[0].start: "tomorrow" is not a date such as 2026-12-24T18:00',
    '7:1 triggers.crons[0].end: "2026-02-30" is on no calendar: that month has the days 1 to 28',
  ],
  [
    'an end before the start',
    cron('a', 'start = "2026-12-24"', 'end = "2026-12-23"'),
    '7:1 triggers.crons[0].end: is before `start`: nothing would be due between them',
  ],
  [
    'a blackout that is no list',
    cron('a', 'blackout = "22:00-06:00"'),
    '6:1 triggers.crons[0].blackout: expected a list such as ["22:00-06:00", "2026-12-24/2026-12-26"], not a string',
  ],
  [
    'parts of a blackout that cannot be read',
    cron('a', 'blackout = ["22:00-06:00", "nights", "12:00-12:00", "2026-12-26/2026-12-24"]'),
    '6:28 triggers.crons[0].blackout[1]: "nights" is no stretch of time: write "22:00-06:00", "2026-12-24", "2026-12-24/2026-12-26" or "2026-12-24T18:00/2026-12-26T08:00"',
    '6:38 triggers.crons[0].blackout[2]: "12:00-12:00" covers no time: it ends at the minute in which it begins',
    '6:53 triggers.crons[0].blackout[3]: "2026-12-26/2026-12-24" covers no time: its end must come after its beginning',
  ],
  [
    'a blackout that leaves nothing',
    cron('a', 'blackout = ["22:00-06:00", "06:00-22:00"]'),
    '6:1 triggers.crons[0].blackout: covers every minute of the day: it would never fire; leave some time',
  ],
  [
    'bounds of a single moment',
    cron('a', 'start = "2026-12-24"', 'end = "soon"', 'blackout = ["22:00-06:00"]').replace(
      'schedule = "0 9 * * *"',
      'at = "2026-12-24T18:00"',
    ),
    '6:1 triggers.crons[0].start: `at` is one moment already: leave this key out',
    '7:1 triggers.crons[0].end: `at` is one moment already: leave this key out',
    '8:1 triggers.crons[0].blackout: `at` is one moment already: leave this key out',
  ],
  [
    'bounds of each start of the service',
    cron('a', 'end = "2026-12-24"', 'blackout = ["22:00-06:00"]').replace('0 9 * * *', '@reboot'),
    '6:1 triggers.crons[0].end: `@reboot` has no moment to bound: leave this key out',
    '7:1 triggers.crons[0].blackout: `@reboot` has no moment to bound: leave this key out',
  ],
  [
    'bounds, an expression and a zone at once',
    cron('a', 'timezone = "Nowhere"', 'end = "soon"').replace('0 9 * * *', '61 9 * * *'),
    expect.stringMatching(/^3:1 triggers\.crons\[0\]\.schedule: minute: 61/) as string,
    expect.stringMatching(/^6:1 triggers\.crons\[0\]\.timezone: /) as string,
    '7:1 triggers.crons[0].end: "soon" is not a date such as 2026-12-24T18:00',
  ],
  [
    'an unknown zone of a cron',
    cron('a', 'timezone = "Europe/Atlantis"'),
    expect.stringMatching(
      /^6:1 triggers\.crons\[0\]\.timezone: there is no time zone "Europe\/Atlantis"/,
    ) as string,
  ],
  [
    'an unknown zone of all crons',
    `default_timezone = "Europe/Belrin"\n${cron('a')}`,
    '1:1 default_timezone: there is no time zone "Europe/Belrin"; did you mean "Europe/Berlin"?; write an IANA name such as Europe/Berlin or UTC',
  ],
  [
    'an unknown project',
    `${cron('a', 'project = "appp"')}[projects.app]\npath = "."\n`,
    '6:1 triggers.crons[0].project: there is no project "appp"; did you mean "app"?',
  ],
  [
    'an unknown engine',
    cron('a', 'engine = "claud"'),
    '6:1 triggers.crons[0].engine: there is no engine "claud"; did you mean "claude"?',
  ],
  [
    'an unknown engine of all',
    'default_engine = "codecs"\n',
    '1:1 default_engine: there is no engine "codecs"; did you mean "codex"?',
  ],
  [
    'an engine without a command',
    '[engines.mine]\noutput = "text"\n',
    '1:10 engines.mine: `command` is missing: there is no built-in engine of this name',
  ],
  [
    'an id that is taken',
    `${cron('a')}\n${cron('a')}`,
    '8:1 triggers.crons[1].id: "a" is taken by triggers.crons[0]',
  ],
  [
    'a path that is taken',
    `${webhook('a')}\n${webhook('b').replace('/b', '/a')}`,
    '10:1 triggers.webhooks[1].path: "/a" is taken by triggers.webhooks[0]',
  ],
  ...['/health', '/ready/', '/Metrics', '/-/runs', '/-'].map((path): readonly [string, string, string] => [
    `the path ${path}`,
    webhook('a').replace('"/a"', `"${path}"`),
    '3:1 triggers.webhooks[0].path: is kept for the service itself: /health, /ready, /metrics and all under /-/',
  ]),
  [
    'a path with ..',
    webhook('a').replace('"/a"', '"/a/../b"'),
    '3:1 triggers.webhooks[0].path: holds a "." or ".." segment, which no client sends as it is',
  ],
  [
    'a path without a slash',
    webhook('a').replace('"/a"', '"a"'),
    '3:1 triggers.webhooks[0].path: expected "/" and then letters, digits, "/", "_", "." or "-"',
  ],
  [
    'a path that is only a slash',
    webhook('a').replace('"/a"', '"/"'),
    '3:1 triggers.webhooks[0].path: expected "/" and then letters, digits, "/", "_", "." or "-"',
  ],
  [
    'no secret',
    webhook('a', 'auth = "hmac-sha256"'),
    '1:12 triggers.webhooks[0]: `secret` is missing: auth = "hmac-sha256" needs it',
  ],
  [
    'an empty secret',
    webhook('a', 'secret = ""'),
    '6:1 triggers.webhooks[0].secret: a secret must not be empty',
  ],
  [
    'an empty secret in a list',
    webhook('a', 'secret = ["good", ""]'),
    '6:19 triggers.webhooks[0].secret[1]: a secret must not be empty',
  ],
  [
    'a variable that is not set',
    webhook('a', 'secret = { env = "NOPE" }'),
    '6:1 triggers.webhooks[0].secret: the environment variable NOPE is not set',
  ],
  [
    'a credential without systemd',
    webhook('a', 'secret = { credential = "x" }'),
    expect.stringMatching(/^6:1 triggers\.webhooks\[0\]\.secret: there are no credentials/) as string,
  ],
  [
    'a credential that is a path',
    webhook('a', 'secret = { credential = "../x" }'),
    '6:12 triggers.webhooks[0].secret.credential: the name of a credential holds no path',
  ],
  [
    'a provider nobody knows',
    webhook('a', 'provider = "gihub"', 'secret = "x"'),
    expect.stringMatching(
      /^6:1 triggers\.webhooks\[0\]\.provider: expected .*did you mean "github"\?$/,
    ) as string,
  ],
  [
    'a provider and an auth',
    webhook('a', 'provider = "github"', 'auth = "bearer"', 'secret = "x"'),
    '7:1 triggers.webhooks[0].auth: there is provider = "github" already, which says how the sender proves itself',
  ],
  [
    'a secret that is no base64',
    webhook('a', 'provider = "standard-webhooks"', 'secret = "whsec_*"'),
    '7:1 triggers.webhooks[0].secret: this secret must be base64, usually after "whsec_"',
  ],
  [
    'a user name that is missing',
    webhook('a', 'auth = "basic"', 'secret = "x"'),
    '1:12 triggers.webhooks[0]: `username` is missing: auth = "basic" needs it',
  ],
  [
    'a variable of a header that is not set',
    webhook('a')
      .replace(
        'action = "command"',
        'action = "http_forward"\nforward_url = "https://example.com"\nforward_headers = { X-A = "{{env.NOPE}}" }',
      )
      .replace('command = ["true"]\n', ''),
    '7:21 triggers.webhooks[0].forward_headers.X-A: the environment variable NOPE is not set',
  ],
  [
    'a secret of a header that nobody declared',
    `${webhook('a').replace('action = "command"', 'action = "http_forward"\nforward_url = "https://example.com"\nforward_headers = { X-A = "{{secrets.tokn}}" }').replace('command = ["true"]\n', '')}[secrets]\ntoken = "x"\n`,
    '7:21 triggers.webhooks[0].forward_headers.X-A: there is no tokn in [secrets]; did you mean "token"?',
  ],
  [
    'an address that is not HTTP',
    cron('a')
      .replace('"command"', '"http_forward"\nforward_url = "ftp://example.com"')
      .replace('command = ["true"]\n', ''),
    '5:1 triggers.crons[0].forward_url: expected an address that begins with http:// or https://',
  ],
  [
    'a range that is none',
    '[triggers.server]\ntrusted_proxies = ["10.0.0.0/40"]\n',
    '2:20 triggers.server.trusted_proxies[0]: expected an address or a range, written in full: "10.0.0.0/8", "192.0.2.7" or "2001:db8::/32"',
  ],
  [
    'ranges that are not written in full',
    '[triggers.server]\ntrusted_proxies = ["10", "10.1", "0x7f.1/8"]\n',
    ...[20, 26, 34].map(
      (column, index) =>
        `2:${column} triggers.server.trusted_proxies[${index}]: expected an address or a range, written in full: "10.0.0.0/8", "192.0.2.7" or "2001:db8::/32"`,
    ),
  ],
  [
    'an ending after which there is no further attempt',
    cron('a', 'retry_on = [75, "timeout", "cancel"]'),
    '6:28 triggers.crons[0].retry_on[2]: expected an exit code or "timeout"; what follows a crash is on_crash, other endings are final',
  ],
  [
    'a prompt below the header of fetch',
    `[[triggers.crons]]\nid = "a"\nschedule = "@daily"\n[triggers.crons.fetch]\ntype = "http_get"\nurl = "https://example.com"\nprompt_template = "x"\n`,
    '7:1 triggers.crons[0].fetch.prompt_template: is no key of fetch; it belongs to the trigger: write it above the header of the fetch table',
  ],
  [
    'a fetch without an address',
    cron('a', '[triggers.crons.fetch]', 'type = "http_get"'),
    '6:17 triggers.crons[0].fetch.url: is missing: type "http_get" needs it',
  ],
  [
    'a window that is missing',
    webhook('a', 'coalesce = { key = "{{n}}" }'),
    '7:1 triggers.webhooks[0].coalesce.window: is missing: expected a length of time such as "30s"',
  ],
  [
    'a plugin without any time',
    '[plugins.a]\ntimeout = "0s"\n',
    '2:1 plugins.a.timeout: must be longer than nothing',
  ],
  [
    'a plugin that a save would wait for',
    '[plugins.a]\nstart_timeout = "2m"\n',
    '2:1 plugins.a.start_timeout: must be longer than nothing, and 1m at most',
  ],
  [
    'a heap in which nothing would run',
    '[plugins.a]\nmax_memory_mb = 1\n',
    '2:1 plugins.a.max_memory_mb: expected a whole number from 16 to 4096',
  ],
  [
    'a window that is nothing',
    webhook('a', 'coalesce = { window = "0s" }'),
    '7:14 triggers.webhooks[0].coalesce.window: must be longer than nothing',
  ],
  [
    'a longest wait that is shorter than the window',
    webhook('a', 'coalesce = { window = "1m 30s", max_wait = "1m" }'),
    '7:33 triggers.webhooks[0].coalesce.max_wait: is shorter than `window`, so that no delivery could wait that long: write 1m 30s or more',
  ],
  [
    'a window in place of the table',
    webhook('a', 'coalesce = "30s"'),
    '7:1 triggers.webhooks[0].coalesce: expected a table such as { key = "{{pull_request.number}}", window = "30s" }, not a string',
  ],
  [
    'a key of a burst that cannot be read',
    webhook('a', 'coalesce = { key = "{{n", window = "30s" }'),
    '7:14 triggers.webhooks[0].coalesce.key: the template cannot be read: output "{{n" not closed, line:1, col:1',
  ],
  [
    'a key of a burst that names what no sender delivers',
    webhook('a', 'coalesce = { key = "{{n}}{{env.HOME}}{{secrets.x}}{{run_id}}", window = "30s" }'),
    '7:14 triggers.webhooks[0].coalesce.key: may not name {{env.HOME}}, {{secrets.x}}, {{run_id}}, which no sender delivers: a key is made of what is delivered, such as "{{pull_request.number}}"',
  ],
  [
    'a key of a burst without a placeholder',
    webhook('a', 'coalesce = { key = "pull_request.number", window = "30s" }'),
    '7:14 triggers.webhooks[0].coalesce.key: names nothing that is delivered, so that all deliveries would be one burst: write a placeholder such as "{{pull_request.number}}", or leave `key` out',
  ],
  [
    'a ping that is no address',
    cron('a', 'ping = { success = "hc-ping.com/x" }'),
    '6:10 triggers.crons[0].ping.success: expected an address that begins with http:// or https://',
  ],
  [
    'a secret of a ping that is no address',
    cron('a', 'ping = { success = { env = "PATH" } }'),
    '6:10 triggers.crons[0].ping.success: the secret is no address that begins with http:// or https://, without a user name in it',
  ],
  [
    'a ping whose payload would say where it goes',
    webhook('a', 'ping = { start = "https://example.com/{{url}}" }'),
    '7:10 triggers.webhooks[0].ping.start: may name {{run_id}}, {{trigger_id}}, {{secrets.NAME}} and {{env.NAME}} alone: where runs are told of is not for their payload to say',
  ],
  [
    'a ping that names a secret that there is not',
    cron('a', 'ping = { start = "https://example.com/{{secrets.key}}" }'),
    '6:10 triggers.crons[0].ping.start: there is no key in [secrets]',
  ],
  [
    'a ping that tells nobody',
    cron('a', 'ping = { allow_private = ["10.0.0.0/8"] }'),
    '6:1 triggers.crons[0].ping: tells nobody: add `start`, `success` or `failure`',
  ],
  [
    'a range of a ping that is none',
    cron('a', 'ping = { success = "https://example.com", allow_private = ["10.0/8"] }'),
    expect.stringMatching(
      /^6:\d+ triggers\.crons\[0\]\.ping\.allow_private\[0\]: expected an address or a range/,
    ) as string,
  ],
  [
    'an answer that there is not',
    webhook('a', 'response = "sync"'),
    '7:1 triggers.webhooks[0].response: expected "ack", "wait", "stream" or "callback"',
  ],
  [
    'a sender that waits for a run that may be replaced',
    webhook('a', 'response = "wait"', 'coalesce = { window = "30s" }'),
    '7:1 triggers.webhooks[0].response: a sender cannot wait for a run that a newer delivery may take the place of: leave out `coalesce`, or use response = "callback"',
  ],
  [
    'a wait of no time',
    webhook('a', 'response = "wait"', 'response_timeout = "0s"'),
    '8:1 triggers.webhooks[0].response_timeout: must be longer than nothing; response = "ack" answers at once',
  ],
  [
    'a status for no exit code',
    webhook('a', 'response = "wait"', 'response_status = { "256" = 500, suceeded = 200 }'),
    '8:21 triggers.webhooks[0].response_status.256: expected an exit code from 0 to 255, or "succeeded", "failed", "cancelled", "skipped", "missed" or "superseded"',
    '8:34 triggers.webhooks[0].response_status.suceeded: expected an exit code from 0 to 255, or "succeeded", "failed", "cancelled", "skipped", "missed" or "superseded"',
  ],
  [
    'a status that no answer has',
    webhook('a', 'response = "wait"', 'response_status = { "0" = 99 }'),
    '8:21 triggers.webhooks[0].response_status.0: expected a whole number from 200 to 599',
  ],
  [
    'a type that is none',
    webhook('a', 'response = "stream"', 'response_type = "json"'),
    '8:1 triggers.webhooks[0].response_type: expected a type such as "application/json"',
  ],
  [
    'a callback without its keys',
    webhook('a', 'response = "callback"'),
    '1:12 triggers.webhooks[0]: `callback_url` is missing: response = "callback" needs it',
    '1:12 triggers.webhooks[0]: `callback_secret` is missing: response = "callback" signs what it posts; make one with `echo "whsec_$(openssl rand -base64 32)"` and give it to the receiver',
  ],
  [
    'a callback that nothing can be sent to, nor signed for',
    webhook(
      'a',
      'response = "callback"',
      'callback_url = "ftp://example.com"',
      'callback_secret = "no base64!"',
    ),
    '8:1 triggers.webhooks[0].callback_url: expected an address that begins with http:// or https://',
    '9:1 triggers.webhooks[0].callback_secret: this secret must be base64, usually after "whsec_"',
  ],
  [
    'a permission mode that claude does not have',
    '[[triggers.crons]]\nid = "a"\nschedule = "@daily"\nprompt = "x"\nengine = "Claude"\npermission_mode = "acceptEdit"\n',
    '6:1 triggers.crons[0].permission_mode: expected "default", "plan", "auto", "acceptEdits" or "bypassPermissions" for the engine claude; did you mean "acceptEdits"?',
  ],
  [
    'a permission mode of the default engine',
    'default_engine = "claude"\n[[triggers.webhooks]]\nid = "a"\npath = "/a"\nsecret = "s"\nprompt_template = "x"\npermission_mode = "Plan"\n',
    expect.stringMatching(
      /^7:1 triggers\.webhooks\[0\]\.permission_mode: .*did you mean "plan"\?$/,
    ) as string,
  ],
  [
    'a blank secret',
    webhook('a', 'secret = " \\t"'),
    '6:1 triggers.webhooks[0].secret: a secret must not be empty',
  ],
  ['a blank secret in [secrets]', '[secrets]\nx = "  "\n', '2:1 secrets.x: a secret must not be empty'],
  [
    'a list without a secret',
    webhook('a', 'secret = []'),
    '6:1 triggers.webhooks[0].secret: must not be empty',
  ],
  [
    'a filter without an event',
    webhook('a', 'event_filter = []'),
    '7:1 triggers.webhooks[0].event_filter: must not be empty',
  ],
  [
    'a mistyped form of a secret',
    webhook('a', 'secret = { evn = "X" }'),
    '6:12 triggers.webhooks[0].secret.evn: there is no such key; did you mean "env"?',
  ],
  [
    'a mistyped form in a list of secrets',
    webhook('a', 'secret = ["good", { fil = "X" }]'),
    '6:21 triggers.webhooks[0].secret[1].fil: there is no such key; did you mean "file"?',
  ],
  [
    'a mistyped form of a secret in a header',
    webhook('a', 'env = { A = { crdential = "x" } }'),
    '7:15 triggers.webhooks[0].env.A.crdential: there is no such key; did you mean "credential"?',
  ],
  [
    'secrets that no header carries',
    webhook('a', 'secret = ["good", "schl\u00fcssel", "a\\u0007b"]'),
    ...[
      [1, 19],
      [2, 32],
    ].map(
      ([index, column]) =>
        `6:${column} triggers.webhooks[0].secret[${index}]: no HTTP header can carry this secret: one that is sent as it stands is ASCII without control characters, and no space begins or ends it`,
    ),
  ],
  [
    'a whole number that is something else',
    `${cron('a', 'chat_id = "x"')}[projects.p]\npath = "."\nchat_id = 1.5\n`,
    '6:1 triggers.crons[0].chat_id: expected a whole number, not a string',
    '9:1 projects.p.chat_id: expected a whole number, not a fraction',
  ],
  [
    'limits of what is not there',
    '[limits]\nper_engine = { cluade = 1, CODEX = 2 }\nper_project = { ap = 1 }\n[projects.app]\npath = "."\n',
    '2:16 limits.per_engine.cluade: there is no engine "cluade"; did you mean "claude"?',
    '3:17 limits.per_project.ap: there is no project "ap"; did you mean "app"?',
  ],
  [
    'mistyped keys of Telegram',
    '[transports.telegram]\nchatid = 1\n[transports.telegram.files]\noutbox_dri = "x"\n',
    '2:1 transports.telegram.chatid: there is no such key; did you mean "chat_id"?',
    '4:1 transports.telegram.files.outbox_dri: there is no such key; did you mean "outbox_dir"?',
  ],
  [
    'PostgreSQL',
    '[store]\nurl = "postgres://localhost/x"\n',
    '2:1 store.url: PostgreSQL comes in a later release: write a file name, or leave it out',
  ],
  [
    'a secret with a name that templates use',
    '[secrets]\n_x = "y"\n',
    expect.stringMatching(/^2:1 secrets\._x: expected a name that begins with a letter/) as string,
  ],
  [
    'a timeout of nothing',
    cron('a', 'timeout = "0s"'),
    '6:1 triggers.crons[0].timeout: must be longer than nothing',
  ],
  [
    'an expectation of nothing',
    webhook('a', 'expect = { every = "0s" }'),
    '7:12 triggers.webhooks[0].expect.every: must be longer than nothing, such as "1d"',
  ],
  [
    'an expectation without its time',
    webhook('a', 'expect = { grace = "30m" }'),
    '7:1 triggers.webhooks[0].expect.every: is missing: expected a length of time such as "30s"',
  ],
  [
    'an expectation that is no table',
    webhook('a', 'expect = "1d"'),
    '7:1 triggers.webhooks[0].expect: expected a table such as { every = "1d", grace = "30m" }, not a string',
  ],
  [
    'an expectation of a cron, which fires by itself',
    cron('a', 'expect = { every = "1d" }'),
    '6:1 triggers.crons[0].expect: there is no such key',
  ],
  [
    'a file that a payload could put anywhere',
    webhook('a')
      .replace('action = "command"', 'action = "file_write"\nfile_path = "/{{p}}"')
      .replace('command = ["true"]\n', ''),
    '1:12 triggers.webhooks[0].file_root: is missing: without it a placeholder could choose any folder',
  ],
];

/** Addresses that hold a user. */
function withUser(password: string): readonly string[] {
  const forward = (url: string): string =>
    cron('a')
      .replace('"command"', `"http_forward"\nforward_url = "${url}"`)
      .replace('command = ["true"]\n', '');
  return [
    forward(`https://user:${password}@example.com/`),
    forward(`https://${password}@example.com/{{event}}`),
    forward(`https://{{a}}:${password}@{{host}}/`),
    cron('a', `fetch = { type = "http_get", url = "https://user:${password}@example.com" }`),
  ];
}

describe('a file that is wrong', () => {
  it.each(withUser('pw'))('may not keep a password in an address: %s', async (text) => {
    expect(await said(text)).toEqual([
      expect.stringMatching(
        /\.(forward_url|fetch\.url): holds a user name or a password: .*Authorization header/,
      ),
    ]);
  });

  it('may have an "@" behind the host of an address', async () => {
    const url = 'https://example.com/@me?to=a@b';
    expect(await said(cron('a', `fetch = { type = "http_get", url = "${url}" }`))).toEqual([]);
  });

  test.each(faulty)('%s is said with its place', async (_what, text, ...issues) => {
    const errors = (await said(text)).filter((line) => !line.includes('(warning)'));
    expect(errors).toEqual(issues);
  });

  it('is told everything at once, in the order of the file', async () => {
    const text = [
      'watch_config = 1',
      '[log]',
      'level = 3',
      '[limits]',
      'max = 1',
      cron('a', 'retries = -1'),
      webhook('b', 'dedupe = "x"'),
    ].join('\n');
    expect((await said(text)).map((line) => line.split(' ')[0])).toEqual([
      '1:1',
      '3:1',
      '5:1',
      '11:1',
      '19:1',
    ]);
  });

  it('keeps secrets out of every message', async () => {
    const secret = 'SUPERSECRETVALUE';
    const texts = [
      `[[triggers.webhooks]]\nid = 1\nsecret = { file = ["${secret}"] }\nauth = "${secret}"\nprovider = "${secret}"\n`,
      `[secrets]\nx = ["${secret}"]\n`,
      `[secrets]\nx = "${secret}\n`,
      `[transports.telegram]\nbot_token = { env = "x", token = "${secret}" }\n`,
      webhook('a', `provider = "standard-webhooks"`, `secret = "whsec_${secret}*"`),
      webhook('a', `secret = "${secret}\u00fc"`),
      ...withUser(secret),
    ];
    for (const text of texts) expect((await said(text)).join('\n')).not.toMatch(new RegExp(secret, 'i'));
  });

  it('has its places right with CRLF', async () => {
    expect(await said('[log]\r\nlevel = 1\r\n')).toEqual([expect.stringMatching(/^2:1 log\.level/)]);
  });

  it('finds the place of a trigger that stands behind a string which looks like a header', async () => {
    const tricky = cron('a').replace('["true"]', '["true", """\n[[triggers.crons]]\n"""]');
    expect(await said(`${tricky}${cron('b', 'nope = 1')}`)).toEqual([
      '13:1 triggers.crons[1].nope: there is no such key',
    ]);
  });
});

describe('a file that is odd', () => {
  it('is empty, and loads', async () => {
    expect(await said('')).toEqual([]);
    expect(await said('# nothing\n')).toEqual([]);
  });

  test.each([
    [
      'a schedule that matches no date',
      cron('a').replace('0 9 * * *', '0 0 31 2 *'),
      '3:1 (warning) triggers.crons[0].schedule: no date matches: it never fires',
    ],
    [
      'a moment that is past',
      cron('a').replace('schedule = "0 9 * * *"', 'at = "2020-01-01T00:00"'),
      '3:1 (warning) triggers.crons[0].at: that moment is past: unless it is still to be made up, it never fires again',
    ],
    [
      'a program that is not there',
      cron('a').replace('"true"', '"no-such-program"'),
      '5:1 (warning) triggers.crons[0].command: the program "no-such-program" is not there now; runs will fail until it is',
    ],
    [
      'keys of another action',
      cron('a', 'silent = true', 'file_path = "x"'),
      '7:1 (warning) triggers.crons[0].file_path: without effect: the action "command" does not read `file_path`, `silent`',
    ],
    [
      'a schedule within its blackout',
      cron('a', 'blackout = ["08:00-10:00"]'),
      '6:1 (warning) triggers.crons[0].blackout: holds all that is due: it never fires',
    ],
    [
      'an end that is past',
      cron('a', 'end = "2025-12-31"'),
      '6:1 (warning) triggers.crons[0].end: that is past: it never fires again',
    ],
    [
      'an end that comes too soon',
      cron('a', 'end = "2026-01-01T08:00"'),
      '6:1 (warning) triggers.crons[0].end: nothing is due any more until then: it never fires',
    ],
    [
      'a start after the last moment',
      cron('a', 'start = "2027-01-01"').replace('0 9 * * *', '0 0 9 * * * 2026'),
      '6:1 (warning) triggers.crons[0].start: nothing is due after it: it never fires',
    ],
    [
      'an expression without dates, whatever its bounds',
      cron('a', 'end = "2025-12-31"', 'blackout = ["08:00-10:00"]').replace('0 9 * * *', '0 9 31 2 *'),
      '3:1 (warning) triggers.crons[0].schedule: no date matches: it never fires',
    ],
    [
      'an open route that will not be served',
      `[triggers.server]\nhost = "0.0.0.0"\n${webhook('a', 'auth = "none"')}`,
      expect.stringMatching(/^8:1 \(warning\) triggers\.webhooks\[0\]\.auth: will not be served/) as string,
    ],
    [
      'a chat of a cron that nothing else names',
      `[projects.app]\npath = "."\nchat_id = 60\n${cron('a', 'chat_id = 61')}`,
      '9:1 (warning) triggers.crons[0].chat_id: no chat 61 is configured: neither [transports.telegram] nor a project names it, so look at the number again',
    ],
    [
      'a chat for the notices of a cron that nothing else names',
      cron('a', 'notify = { on = ["failure"], chat = 61 }'),
      '6:30 (warning) triggers.crons[0].notify.chat: no chat 61 is configured: neither [transports.telegram] nor a project names it, so look at the number again',
    ],
    [
      'a secret that has no effect',
      webhook('a', 'auth = "none"', 'secret = "x"'),
      '7:1 (warning) triggers.webhooks[0].secret: without effect: auth = "none" asks for none',
    ],
    [
      'a variable of a prompt that is not set',
      '[[triggers.crons]]\nid = "a"\nschedule = "@daily"\nengine = "t"\nprompt_template = "{{env.NOPE}}"\n[engines.t]\ncommand = ["true"]\n',
      '5:1 (warning) triggers.crons[0].prompt_template: the environment variable NOPE is not set',
    ],
    [
      'a moment that the clock skips',
      cron('a', 'timezone = "Europe/Berlin"').replace('schedule = "0 9 * * *"', 'at = "2027-03-28T02:30"'),
      '3:1 (warning) triggers.crons[0].at: 02:30 does not exist on 2027-03-28 in Europe/Berlin: it fires at 03:00; write another time, or an offset such as +01:00',
    ],
    [
      'a moment that the clock shows twice',
      cron('a', 'timezone = "Europe/Berlin"').replace('schedule = "0 9 * * *"', 'at = "2027-10-31 02:30"'),
      '3:1 (warning) triggers.crons[0].at: 02:30 is shown twice on 2027-10-31 in Europe/Berlin: it fires the first time; write an offset to say which, +02:00 or +01:00',
    ],
    [
      'a jitter longer than the time between fires, where nothing may wait',
      cron('a', 'jitter = "6s"', 'overlap = "skip"').replace('schedule = "0 9 * * *"', 'every = "5s"'),
      '6:1 (warning) triggers.crons[0].jitter: is longer than the 5s between fires: some will find the place taken; write 5s at most',
    ],
    [
      'a jitter of moments of which one runs and one waits',
      cron('a', 'jitter = "11s"').replace('schedule = "0 9 * * *"', 'every = "5s"'),
      '6:1 (warning) triggers.crons[0].jitter: is longer than the 10s in which 3 fires come: some will find every place taken; write 10s at most',
    ],
    [
      'a jitter of moments of which more may run and wait',
      cron('a', 'jitter = "26s"', 'max_concurrent = 2', 'max_queued = 3').replace(
        'schedule = "0 9 * * *"',
        'every = "5s"',
      ),
      '6:1 (warning) triggers.crons[0].jitter: is longer than the 25s in which 6 fires come: some will find every place taken; write 25s at most',
    ],
    [
      'a jitter of moments that replace each other',
      cron('a', 'jitter = "5m"', 'overlap = "replace"').replace('0 9', '* *'),
      '6:1 (warning) triggers.crons[0].jitter: is longer than the 1m between fires: some will be replaced before they run; write 1m at most',
    ],
    [
      'a jitter of moments of which the last is made up',
      cron('a', 'jitter = "5m"', 'missed_when = { overlap = "last" }').replace('0 9', '* *'),
      '6:1 (warning) triggers.crons[0].jitter: is longer than the 1m between fires: some will be replaced before they run; write 1m at most',
    ],
    [
      'a jitter longer than some of the time between fires',
      cron('a', 'jitter = "2h"', 'overlap = "skip"').replace('0 9', '0 9,10'),
      '6:1 (warning) triggers.crons[0].jitter: is longer than the 1h between fires: some will find the place taken; write 1h at most',
    ],
    [
      'a queue of a cron that has none',
      cron('a', 'overlap = "skip"', 'max_queued = 2'),
      '7:1 (warning) triggers.crons[0].max_queued: without effect: overlap = "skip" does not read it; overlap = "queue" does',
    ],
    [
      'a rule for runs in the way where none is',
      cron('a', 'overlap = "allow"', 'missed_when = { overlap = "all" }'),
      '7:17 (warning) triggers.crons[0].missed_when.overlap: without effect: with overlap = "allow" no run is in the way; overlap = "skip" and "queue" read it',
    ],
    [
      'a rule for clock changes of a length of time',
      cron('a', 'dst = "vixie"').replace('schedule = "0 9 * * *"', 'every = "5s"'),
      '6:1 (warning) triggers.crons[0].dst: without effect: a length of time between fires is real time, which no clock change touches',
    ],
    [
      'a rule for clock changes of one moment',
      cron('a', 'dst = "both"').replace('schedule = "0 9 * * *"', 'at = "2027-03-28T02:30"'),
      '6:1 (warning) triggers.crons[0].dst: without effect: of a time that its zone shows twice, `at` takes the first, unless an offset says otherwise',
    ],
    [
      'a rule for clock changes of each start',
      cron('a', 'dst = "skip"').replace('0 9 * * *', '@reboot'),
      '6:1 (warning) triggers.crons[0].dst: without effect: `@reboot` follows no clock',
    ],
    [
      'a rule for clock changes of each hour of some',
      cron('a', 'dst = "skip"').replace('0 9 * * *', '30 1-5 * * *'),
      '6:1 (warning) triggers.crons[0].dst: without effect: only a plain minute and hour are a time of day; `*`, ranges and steps in them follow real time',
    ],
  ])('%s is a warning', async (_what, text, warning) => {
    expect(await said(text)).toEqual([warning]);
  });

  test.each([
    [
      'a jitter as long as the time between fires',
      cron('a', 'jitter = "1h"', 'overlap = "skip"').replace('0 9', '0 9,10'),
    ],
    ['one that fills the queue and no more', cron('a', 'jitter = "2h"').replace('0 9', '0 9,10')],
    [
      'one of moments that are all made up',
      cron('a', 'jitter = "21m"', 'missed_when = { overlap = "all" }').replace('0 9', '* *'),
    ],
    ['one where runs may meet', cron('a', 'overlap = "allow"', 'jitter = "5m"').replace('0 9', '* *')],
    ['one of a cron that fires once', cron('a', 'run_once = true', 'jitter = "5m"').replace('0 9', '* *')],
    ['a queue', cron('a', 'max_queued = 2', 'missed_when = { overlap = "all" }', 'dst = "skip"')],
    [
      'a moment with its offset',
      cron('a', 'timezone = "Europe/Berlin"').replace(
        'schedule = "0 9 * * *"',
        'at = "2027-10-31T02:30+01:00"',
      ),
    ],
  ])('%s is nothing to warn of', async (_what, text) => {
    expect(await said(text)).toEqual([]);
  });

  it('has keys that nothing reads yet, which one warning names', async () => {
    const text = `transport = "telegram"\n[transports.telegram]\nmessage_overflow = "split"\n[progress]\nverbosity = "verbose"\n[projects.app]\npath = "."\nworktree_base = "main"\n`;
    expect(await said(text)).toEqual([
      '1:1 (warning) transport: accepted without effect, nothing reads it yet: transport, transports.telegram.message_overflow, progress, projects.*.worktree_base',
    ]);
  });

  it('holds a literal secret and may be read by everybody', async () => {
    const message =
      '4:1 (warning) triggers.webhooks[0].secret: this secret stands in a file that every user may read: chmod 600, or name a variable or a file';
    expect(await said(webhook('a'), { mode: 0o644 })).toEqual([message]);
    expect(await said(webhook('a'), { mode: 0o640 })).toEqual([]);
    expect(
      await said(webhook('a', 'secret = { env = "S" }'), {
        mode: 0o644,
        env: { S: 'x', PATH: '/bin:/usr/bin' },
      }),
    ).toEqual([]);
  });
});

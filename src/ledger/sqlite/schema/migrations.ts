/** Decides what the tables of an embedded ledger are: every version's step from the one before, never edited again. */

const runsAndTheirKin = `
  CREATE TABLE specs (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    json TEXT NOT NULL
  ) STRICT;

  CREATE TABLE runs (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    trigger TEXT NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    due_at INTEGER NOT NULL,
    ready_at INTEGER,
    admitted_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    revision INTEGER NOT NULL,
    spec INTEGER NOT NULL REFERENCES specs (id),
    origin TEXT,
    owner TEXT,
    attempt INTEGER NOT NULL DEFAULT 0,
    payload_bytes INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX runs_id ON runs (id);
  CREATE UNIQUE INDEX runs_cron ON runs (trigger, due_at) WHERE source = 'cron';
  CREATE INDEX runs_due ON runs (trigger, due_at) WHERE source <> 'cron';
  CREATE INDEX runs_trigger ON runs (trigger);
  CREATE INDEX runs_spec ON runs (spec);
  CREATE INDEX runs_scheduled ON runs (ready_at) WHERE state = 'scheduled';
  CREATE INDEX runs_queued ON runs (trigger, due_at) WHERE state = 'queued';
  CREATE INDEX runs_running ON runs (trigger) WHERE state = 'running';
  CREATE INDEX runs_ended ON runs (ended_at) WHERE ended_at IS NOT NULL;
  CREATE INDEX runs_outcome ON runs (state) WHERE ended_at IS NOT NULL;
  CREATE INDEX runs_trouble ON runs (trigger, state) WHERE ended_at IS NOT NULL AND state <> 'succeeded';

  CREATE TABLE payloads (
    run INTEGER PRIMARY KEY REFERENCES runs (seq) ON DELETE CASCADE,
    content_type TEXT NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL
  ) STRICT;

  CREATE TABLE attempts (
    run INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    owner TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    exit_code INTEGER,
    ended_by TEXT,
    reason TEXT,
    PRIMARY KEY (run, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY,
    trigger TEXT NOT NULL,
    delivery TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    run TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX deliveries_key ON deliveries (trigger, delivery);
`;

const whatOutlivesSnapshots = `
  CREATE TABLE pauses (
    trigger TEXT NOT NULL PRIMARY KEY,
    since INTEGER NOT NULL,
    until INTEGER,
    by TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE cron_states (
    trigger TEXT NOT NULL PRIMARY KEY,
    arm_hash TEXT NOT NULL,
    armed_at INTEGER NOT NULL,
    spent INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE boots (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    started_at INTEGER NOT NULL,
    alive_at INTEGER NOT NULL,
    stopped_at INTEGER,
    version TEXT NOT NULL
  ) STRICT;

  CREATE TABLE revisions (
    revision INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value INTEGER
  ) STRICT, WITHOUT ROWID;
`;

const whatBecameOfDeliveries = `
  CREATE TABLE delivery_counts (
    seq INTEGER PRIMARY KEY,
    trigger TEXT NOT NULL,
    day TEXT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX delivery_counts_key ON delivery_counts (day, trigger, verdict, reason);
  CREATE INDEX delivery_counts_trigger ON delivery_counts (trigger, day);
`;

const chatsAndAgents = `
  ALTER TABLE runs ADD COLUMN chat TEXT;
  CREATE INDEX runs_chat ON runs (chat) WHERE chat IS NOT NULL;
  CREATE INDEX runs_chat_live ON runs (chat, state) WHERE chat IS NOT NULL AND ended_at IS NULL;
  CREATE INDEX runs_chat_trouble ON runs (chat, state)
    WHERE chat IS NOT NULL AND ended_at IS NOT NULL AND state <> 'succeeded';

  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    bot TEXT NOT NULL,
    chat INTEGER NOT NULL,
    thread INTEGER,
    kind TEXT NOT NULL,
    run TEXT,
    content TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    message_id INTEGER,
    attempts INTEGER NOT NULL,
    reason TEXT,
    created_at INTEGER NOT NULL,
    sent_at INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX outbox_key ON outbox (key);
  CREATE INDEX outbox_run ON outbox (run) WHERE run IS NOT NULL;
  CREATE INDEX outbox_receipt ON outbox (bot, chat, message_id) WHERE message_id IS NOT NULL;
  CREATE INDEX outbox_waiting ON outbox (bot, chat) WHERE state = 'waiting';
  CREATE INDEX outbox_sending ON outbox (bot) WHERE state = 'sending';
  CREATE INDEX outbox_trouble ON outbox (state) WHERE state IN ('failed', 'unknown');
  CREATE INDEX outbox_created ON outbox (created_at);

  CREATE TABLE updates (
    account TEXT NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE memories (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE agent_attempts (
    seq INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    trigger TEXT NOT NULL,
    lane TEXT NOT NULL,
    triggered INTEGER NOT NULL,
    engine TEXT NOT NULL,
    model TEXT,
    session TEXT,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_usd REAL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX agent_attempts_key ON agent_attempts (run, attempt);
  CREATE INDEX agent_attempts_ended ON agent_attempts (ended_at);
  CREATE INDEX agent_attempts_lane ON agent_attempts (lane, ended_at);
  CREATE INDEX agent_attempts_session ON agent_attempts (lane, engine) WHERE session IS NOT NULL;
  CREATE INDEX agent_attempts_told ON agent_attempts (session) WHERE session IS NOT NULL;
`;

const burstsAndHeldMoments = `
  ALTER TABLE runs ADD COLUMN burst TEXT;
  ALTER TABLE runs ADD COLUMN burst_since INTEGER;
  CREATE INDEX runs_burst ON runs (trigger, burst)
    WHERE burst IS NOT NULL AND started_at IS NULL AND ended_at IS NULL;

  ALTER TABLE runs ADD COLUMN held TEXT;
  ALTER TABLE runs ADD COLUMN rule TEXT;
  CREATE INDEX runs_scheduled_of ON runs (trigger, due_at) WHERE state = 'scheduled';
  DROP INDEX runs_ended;
  CREATE INDEX runs_ended_begun ON runs (ended_at) WHERE ended_at IS NOT NULL AND started_at IS NOT NULL;
  CREATE INDEX runs_ended_unbegun ON runs (ended_at) WHERE ended_at IS NOT NULL AND started_at IS NULL;
  CREATE INDEX runs_missed ON runs (ended_at, trigger, due_at) WHERE state = 'missed';
  CREATE INDEX runs_missed_chat ON runs (chat, ended_at) WHERE state = 'missed' AND chat IS NOT NULL;
`;

const deadLetters = `
  ALTER TABLE runs ADD COLUMN repeated INTEGER;
  UPDATE runs SET repeated = 1 WHERE id IN
    (SELECT origin FROM runs WHERE origin IS NOT NULL AND source IN ('retry', 'replay') AND state <> 'skipped');
  CREATE INDEX runs_dead ON runs (state) WHERE state = 'failed' AND repeated IS NULL;
  CREATE INDEX runs_dead_of ON runs (trigger) WHERE state = 'failed' AND repeated IS NULL;
  CREATE INDEX runs_dead_chat ON runs (chat) WHERE chat IS NOT NULL AND state = 'failed' AND repeated IS NULL;
`;

const whatIsOwedToTheOutside = `
  CREATE TABLE reports (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    lane TEXT NOT NULL,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX reports_lane ON reports (lane, next_at);
`;

const reportsInVain = `
  CREATE INDEX reports_tried ON reports (lane) WHERE attempts > 0;
`;

const reportsGivenUp = `
  CREATE TABLE lost_reports (
    seq INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX lost_reports_run ON lost_reports (run);
`;

/** Step n brings a file of version n to version n + 1. A step that was published is never changed: add one. */
export const migrations: readonly string[] = [
  runsAndTheirKin + whatOutlivesSnapshots,
  whatBecameOfDeliveries,
  chatsAndAgents,
  burstsAndHeldMoments,
  deadLetters,
  whatIsOwedToTheOutside,
  reportsInVain,
  reportsGivenUp,
];

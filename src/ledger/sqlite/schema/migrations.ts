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

/** Step n brings a file of version n to version n + 1. A step that was published is never changed: add one. */
export const migrations: readonly string[] = [
  runsAndTheirKin + whatOutlivesSnapshots,
  whatBecameOfDeliveries,
];

-- Sources, cursors, pending builds, receipts. The same tables as the embedded host's state.db, and the leases.
-- Instants are ticks of 100 ns since 1970 UTC; leases are on the server's own clock.
CREATE TABLE granary.source(
    id text COLLATE "C" PRIMARY KEY,
    name text COLLATE "C" NOT NULL CONSTRAINT source_name UNIQUE,
    definition text NOT NULL);

-- A number for each source that ever had a row; it stays when the source is removed, for its receipts and its version.
CREATE TABLE granary.origin(
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    version bigint NOT NULL DEFAULT 0,
    open integer NOT NULL DEFAULT 0,
    pending integer NOT NULL DEFAULT 0,
    newest_seen bigint,
    newest_indexed bigint,
    complete bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    expired bigint NOT NULL DEFAULT 0,
    purged bigint NOT NULL DEFAULT 0,
    lines bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0);

CREATE TABLE granary.cursor(
    source integer PRIMARY KEY REFERENCES granary.origin,
    taken text NOT NULL DEFAULT '',
    filter_key text NOT NULL DEFAULT '',
    last_poll bigint,
    last_error text,
    last_error_at bigint);

CREATE TABLE granary.open(
    source integer NOT NULL REFERENCES granary.origin,
    id text COLLATE "C" NOT NULL,
    attempt integer NOT NULL,
    finished bigint,
    version text NOT NULL,
    seen bigint NOT NULL,
    expires bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (source, id, attempt));
CREATE INDEX open_seen ON granary.open(source, seen);

CREATE TABLE granary.pending(
    source integer NOT NULL REFERENCES granary.origin,
    id text COLLATE "C" NOT NULL,
    attempt integer NOT NULL,
    finished bigint,
    version text NOT NULL,
    attempts integer NOT NULL,
    next_try bigint NOT NULL,
    generation integer NOT NULL,
    normaliser integer NOT NULL,
    masking integer NOT NULL,
    index_day integer NOT NULL,
    read_before boolean NOT NULL,
    error text,
    body bytea NOT NULL,
    checkpoint bytea,
    lease_epoch bigint NOT NULL DEFAULT 0,
    lease_until timestamptz,
    PRIMARY KEY (source, id, attempt));
CREATE INDEX pending_finished ON granary.pending(source, finished DESC NULLS LAST);

CREATE TABLE granary.receipt(
    source integer NOT NULL REFERENCES granary.origin,
    id text COLLATE "C" NOT NULL,
    attempt integer NOT NULL,
    finished bigint,
    version text NOT NULL,
    status smallint NOT NULL,
    generation integer NOT NULL,
    lines bigint NOT NULL,
    bytes bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (source, id, attempt));
CREATE INDEX receipt_finished ON granary.receipt(finished DESC NULLS LAST);

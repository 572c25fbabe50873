-- What Microsoft Orleans' ADO.NET providers (membership, reminders, grain storage) expect of a database: they read their
-- statements from orleansquery, and fix the names of parameters and of result columns, not the tables.
-- https://learn.microsoft.com/dotnet/orleans/host/configuration-guide/adonet-configuration
CREATE TABLE orleansquery(
    querykey varchar(64) PRIMARY KEY,
    querytext varchar(8000) NOT NULL);

CREATE TABLE granary.membership_version(
    deployment text PRIMARY KEY,
    version integer NOT NULL DEFAULT 0);

CREATE TABLE granary.membership(
    deployment text NOT NULL REFERENCES granary.membership_version,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name text NOT NULL,
    host_name text NOT NULL,
    status integer NOT NULL,
    proxy_port integer,
    suspect_times text,
    start_time timestamptz NOT NULL,
    alive_time timestamptz NOT NULL,
    PRIMARY KEY (deployment, address, port, generation));

CREATE TABLE granary.reminder(
    service text NOT NULL,
    grain text NOT NULL,
    name text NOT NULL,
    start_time timestamptz NOT NULL,
    period bigint NOT NULL,
    grain_hash integer NOT NULL,
    version integer NOT NULL DEFAULT 0,
    PRIMARY KEY (service, grain, name));
CREATE INDEX reminder_hash ON granary.reminder(service, grain_hash);

CREATE TABLE granary.grain_state(
    service text NOT NULL,
    type text NOT NULL,
    n0 bigint NOT NULL,
    n1 bigint NOT NULL,
    extension text NOT NULL,
    payload bytea,
    modified timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL,
    PRIMARY KEY (service, type, n0, n1, extension));

-- Membership: every change raises the version by one, and only from the version that the silo has read. Both or neither: the
-- second part of each statement works on what the first one returned.
INSERT INTO orleansquery VALUES
('InsertMembershipVersionKey', '
WITH added AS (
    INSERT INTO granary.membership_version(deployment) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
SELECT EXISTS (SELECT FROM added)'),
('InsertMembershipKey', '
WITH raised AS (
    UPDATE granary.membership_version SET version = version + 1
    WHERE deployment = @DeploymentId AND version = @Version AND NOT EXISTS (
        SELECT FROM granary.membership m WHERE m.deployment = @DeploymentId AND m.address = @Address
            AND m.port = @Port AND m.generation = @Generation)
    RETURNING deployment),
added AS (
    INSERT INTO granary.membership(
        deployment, address, port, generation, silo_name, host_name, status, proxy_port, start_time, alive_time)
    SELECT deployment, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM raised RETURNING 1)
SELECT EXISTS (SELECT FROM added)'),
('UpdateMembershipKey', '
WITH raised AS (
    UPDATE granary.membership_version SET version = version + 1
    WHERE deployment = @DeploymentId AND version = @Version AND EXISTS (
        SELECT FROM granary.membership m WHERE m.deployment = @DeploymentId AND m.address = @Address
            AND m.port = @Port AND m.generation = @Generation)
    RETURNING deployment),
changed AS (
    UPDATE granary.membership m SET status = @Status, suspect_times = @SuspectTimes, alive_time = @IAmAliveTime
    FROM raised r WHERE m.deployment = r.deployment AND m.address = @Address AND m.port = @Port
        AND m.generation = @Generation RETURNING 1)
SELECT EXISTS (SELECT FROM changed)'),
('UpdateIAmAlivetimeKey', '
UPDATE granary.membership SET alive_time = @IAmAliveTime
WHERE deployment = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation'),
('MembershipReadRowKey', '
SELECT v.deployment AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation,
    m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort,
    m.suspect_times AS SuspectTimes, m.start_time AS StartTime, m.alive_time AS IAmAliveTime, v.version AS Version
FROM granary.membership_version v LEFT JOIN granary.membership m
    ON m.deployment = v.deployment AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
WHERE v.deployment = @DeploymentId'),
('MembershipReadAllKey', '
SELECT v.deployment AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation,
    m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort,
    m.suspect_times AS SuspectTimes, m.start_time AS StartTime, m.alive_time AS IAmAliveTime, v.version AS Version
FROM granary.membership_version v LEFT JOIN granary.membership m ON m.deployment = v.deployment
WHERE v.deployment = @DeploymentId'),
('DeleteMembershipTableEntriesKey', '
DELETE FROM granary.membership WHERE deployment = @DeploymentId;
DELETE FROM granary.membership_version WHERE deployment = @DeploymentId'),
('CleanupDefunctSiloEntriesKey', '
DELETE FROM granary.membership WHERE deployment = @DeploymentId AND alive_time < @IAmAliveTime AND status <> 3'),
('GatewaysQueryKey', '
SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation FROM granary.membership
WHERE deployment = @DeploymentId AND status = @Status AND proxy_port > 0');

INSERT INTO orleansquery VALUES
('UpsertReminderRowKey', '
INSERT INTO granary.reminder AS r (service, grain, name, start_time, period, grain_hash)
VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash)
ON CONFLICT (service, grain, name) DO UPDATE SET
    start_time = excluded.start_time, period = excluded.period, grain_hash = excluded.grain_hash, version = r.version + 1
RETURNING version AS Version'),
('ReadReminderRowsKey', '
SELECT grain AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
FROM granary.reminder WHERE service = @ServiceId AND grain = @GrainId'),
('ReadReminderRowKey', '
SELECT grain AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
FROM granary.reminder WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName'),
('ReadRangeRows1Key', '
SELECT grain AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
FROM granary.reminder WHERE service = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash'),
('ReadRangeRows2Key', '
SELECT grain AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
FROM granary.reminder WHERE service = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)'),
('DeleteReminderRowKey', '
WITH gone AS (
    DELETE FROM granary.reminder
    WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version RETURNING 1)
SELECT EXISTS (SELECT FROM gone)'),
('DeleteReminderRowsKey', 'DELETE FROM granary.reminder WHERE service = @ServiceId');

-- Grain state: a write from a version that is not the stored one returns no new version, and the provider then throws
-- InconsistentStateException.
INSERT INTO orleansquery VALUES
('ReadFromStorageKey', '
SELECT payload AS PayloadBinary, now() AS ModifiedOn, version AS Version FROM granary.grain_state
WHERE service = @ServiceId AND type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
    AND extension = coalesce(@GrainIdExtensionString, '''')'),
('WriteToStorageKey', '
WITH changed AS (
    UPDATE granary.grain_state SET payload = @PayloadBinary, modified = now(), version = version + 1
    WHERE service = @ServiceId AND type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
        AND extension = coalesce(@GrainIdExtensionString, '''') AND version = @GrainStateVersion
    RETURNING version),
added AS (
    INSERT INTO granary.grain_state(service, type, n0, n1, extension, payload, version)
    SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''''), @PayloadBinary, 1
    WHERE @GrainStateVersion IS NULL
    ON CONFLICT DO NOTHING
    RETURNING version)
SELECT coalesce((SELECT version FROM changed), (SELECT version FROM added), @GrainStateVersion) AS NewGrainStateVersion'),
('ClearStorageKey', '
UPDATE granary.grain_state SET payload = NULL, modified = now(), version = version + 1
WHERE service = @ServiceId AND type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
    AND extension = coalesce(@GrainIdExtensionString, '''') AND version = @GrainStateVersion
   
RETURNING version AS NewGrainStateVersion'),
('DeleteStorageKey', '
DELETE FROM granary.grain_state
WHERE service = @ServiceId AND type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
    AND extension = coalesce(@GrainIdExtensionString, '''') AND version = @GrainStateVersion
   
RETURNING version + 1 AS NewGrainStateVersion');

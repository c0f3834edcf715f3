-- The login of `firedrill source`: it reads, and it writes one row a minute into a table of its own.
-- Run it as the master user, connected to the database under test, then give the login a password:
--   ALTER ROLE firedrill_source PASSWORD '…';
-- Running it again is safe.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'firedrill_source') THEN
    CREATE ROLE firedrill_source LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT CONNECTION LIMIT 4;
  END IF;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO firedrill_source', current_database());
END
$$;

-- A baseline must never hold up the application.
ALTER ROLE firedrill_source SET statement_timeout = '10min';
ALTER ROLE firedrill_source SET lock_timeout = '5s';

-- Reading: what there is, and what will be added.
GRANT USAGE ON SCHEMA public TO firedrill_source;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO firedrill_source;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO firedrill_source;

-- Opting in to sentinels: leave this part out to keep the login read-only, and declare `newestRow` in the catalog.
CREATE SCHEMA IF NOT EXISTS firedrill;
CREATE TABLE IF NOT EXISTS firedrill.firedrill_sentinel (
  resource text NOT NULL,
  counter bigint NOT NULL,
  writer_time timestamptz NOT NULL,
  database_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (resource, counter)
);
GRANT USAGE ON SCHEMA firedrill TO firedrill_source;
GRANT SELECT, INSERT ON firedrill.firedrill_sentinel TO firedrill_source;

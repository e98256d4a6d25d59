grant select on transactions.schema_migrations to app

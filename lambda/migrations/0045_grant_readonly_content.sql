grant select on all tables in schema transactions to readonly

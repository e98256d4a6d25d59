grant usage on schema transactions to review, audit, notify

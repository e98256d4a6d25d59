grant usage on schema transactions to app, relay, consumer, readonly

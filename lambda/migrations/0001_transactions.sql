-- Four decimals, although two are allowed now: DSQL cannot change the type of a column.
create table if not exists transactions.transactions (
    transaction_id text primary key,
    amount numeric(19, 4) not null check (amount > 0),
    region text not null,
    event_id uuid not null,
    created_at timestamptz not null
)

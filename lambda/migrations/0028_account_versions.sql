create table if not exists transactions.account_versions (
    consumer text not null,
    account_id text not null,
    version bigint not null,
    transaction_id text not null,
    seen_at timestamptz not null,
    primary key (consumer, account_id)
)

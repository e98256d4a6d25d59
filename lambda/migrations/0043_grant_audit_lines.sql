grant insert on transactions.audit_lines to audit

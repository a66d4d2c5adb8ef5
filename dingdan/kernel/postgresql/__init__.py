"""Django's PostgreSQL backend with composite keys: (tenant_id, id) for every row that has a tenant."""

-- The tables of Dingdan, made by `make tables` from the migrations that are noted at the end. Not to be edited.
SET LOCAL search_path = '';
SET LOCAL check_function_bodies = false;

CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);

CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);

CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);

CREATE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$;

CREATE FUNCTION public.catalog_pairs(words text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT coalesce(array_agg(DISTINCT substr(lower(words), at, long)), '{}')
    FROM generate_series(1, length(words)) AS at, (VALUES (1), (2)) AS part (long) WHERE at + long <= length(words) + 1
$$;

CREATE FUNCTION public.pgtrigger_allowance_lines_are_never_edited_42e64() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_allowance_lines_are_never_truncated_06941() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'allowance lines are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_allowances_are_never_edited_06a1d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_allowances_are_never_truncated_87f4c() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'allowances are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_cash_counts_are_never_edited_10f24() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_cash_counts_are_never_truncated_944d4() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'cash counts are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_closed_entries_are_never_edited_710c6() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_component_weights_are_never_edited_6abc0() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_component_weights_are_never_truncated_41236() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'component weights are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_costs_are_never_edited_6cd1b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_costs_are_never_truncated_90c28() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'costs are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_credit_note_lines_are_never_edited_d2eef() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_credit_note_lines_are_never_truncated_08cc5() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'credit note lines are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_credit_notes_are_never_edited_86c92() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_credit_notes_are_never_truncated_2010e() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'credit notes are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_day_balances_are_never_edited_4acda() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_day_balances_are_never_truncated_63ab3() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'day balances are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_day_movements_are_never_edited_86138() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_day_movements_are_never_truncated_1539d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'day movements are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_day_points_are_never_edited_838b3() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_day_points_are_never_truncated_34edc() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'day points are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_decisions_are_never_edited_db1fb() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_decisions_are_never_truncated_73d1f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'decisions are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_entries_are_never_truncated_0776e() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'entries are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_entry_subjects_are_never_edited_481fa() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_entry_subjects_are_never_truncated_32bec() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'entry subjects are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_feed_items_are_never_edited_90707() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_feed_items_are_never_truncated_be27a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'feed items are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_findings_are_never_edited_91b88() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_findings_are_never_truncated_74bc0() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'findings are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_gradings_are_never_edited_fde1a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_gradings_are_never_truncated_262ca() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'gradings are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_invoice_lines_are_never_edited_2fad8() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_invoice_lines_are_never_truncated_64e15() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'invoice lines are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_invoices_are_never_edited_623bb() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_invoices_are_never_truncated_59ddb() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'invoices are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_moves_are_never_edited_a807b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_moves_are_never_truncated_a1368() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'moves are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_postings_are_never_edited_5ec6b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_postings_are_never_truncated_a7b28() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'postings are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_profiles_are_never_edited_b1c84() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_profiles_are_never_truncated_a2e60() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'profiles are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_rule_versions_are_never_edited_c85ff() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_rule_versions_are_never_truncated_944f0() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'rule versions are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_wording_versions_are_never_edited_31506() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_wording_versions_are_never_truncated_0b1cb() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wording versions are history and are never truncated';
                END;
            $$;

CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;


CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);

CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id integer NOT NULL
);

ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);

ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.aftersales_allowance (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    total bigint NOT NULL,
    reason character varying(200) NOT NULL,
    given_at timestamp with time zone NOT NULL,
    order_id uuid NOT NULL,
    CONSTRAINT an_allowance_gives_something CHECK ((total > 0))
);

CREATE TABLE public.aftersales_allowanceline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    amount bigint NOT NULL,
    allowance_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    CONSTRAINT an_allowance_line_gives_something CHECK ((amount > 0))
);

CREATE TABLE public.aftersales_attachment (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name character varying(120) NOT NULL,
    media_type character varying(40) NOT NULL,
    size integer NOT NULL,
    digest character varying(64) NOT NULL,
    content bytea,
    attached_at timestamp with time zone NOT NULL,
    erased_at timestamp with time zone,
    claim_id uuid,
    rma_id uuid,
    line_id uuid,
    parcel_id uuid,
    CONSTRAINT a_photo_hangs_on_one_thing CHECK ((((claim_id IS NULL) AND (parcel_id IS NULL) AND (rma_id IS NOT NULL)) OR ((claim_id IS NOT NULL) AND (parcel_id IS NULL) AND (rma_id IS NULL)) OR ((claim_id IS NULL) AND (parcel_id IS NOT NULL) AND (rma_id IS NULL)))),
    CONSTRAINT a_photo_has_bytes_until_it_is_erased CHECK ((((content IS NOT NULL) AND (erased_at IS NULL)) OR ((content IS NULL) AND (erased_at IS NOT NULL) AND ((name)::text = ''::text)))),
    CONSTRAINT a_photo_is_of_sensible_size CHECK (((size >= 1) AND (size <= 8388608))),
    CONSTRAINT a_photo_of_a_line_hangs_on_its_return CHECK (((line_id IS NULL) OR (rma_id IS NOT NULL))),
    CONSTRAINT photos_are_of_safe_kinds CHECK ((media_type IN ('image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/heif', 'application/pdf')))
);

CREATE TABLE public.aftersales_claim (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    number character varying(32) NOT NULL,
    state character varying(10) NOT NULL,
    resolution character varying(12) NOT NULL,
    note character varying(2000) NOT NULL,
    answer character varying(200) NOT NULL,
    filed_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    thanked_at timestamp with time zone,
    follow_up_id uuid,
    order_id uuid NOT NULL,
    CONSTRAINT a_resolved_claim_says_how CHECK (((NOT (state IN ('replacing', 'resolved'))) OR (NOT ((resolution)::text = ''::text)))),
    CONSTRAINT claim_resolutions_are_real CHECK ((resolution IN ('', 'refund', 'replacement', 'keep'))),
    CONSTRAINT claim_states_are_real CHECK ((state IN ('filed', 'replacing', 'resolved', 'denied', 'withdrawn')))
);

CREATE TABLE public.aftersales_claimline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    settled bigint NOT NULL,
    refund bigint NOT NULL,
    fee bigint NOT NULL,
    reason character varying(40) NOT NULL,
    claim_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    why_id uuid,
    CONSTRAINT a_claim_line_claims_something CHECK ((quantity > 0)),
    CONSTRAINT claim_amounts_are_never_negative CHECK (((refund >= 0) AND (fee >= 0))),
    CONSTRAINT never_settle_more_than_was_claimed CHECK (((settled >= 0) AND (settled <= quantity)))
);

CREATE TABLE public.aftersales_componentweight (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    weight bigint NOT NULL,
    demand_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    CONSTRAINT every_component_weighs_something CHECK ((weight > 0))
);

CREATE TABLE public.aftersales_examination (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    quantity bigint NOT NULL,
    examiner character varying(80) NOT NULL,
    at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    lot_id uuid,
    piece_id uuid NOT NULL,
    CONSTRAINT an_examination_is_of_something CHECK ((quantity > 0))
);

CREATE TABLE public.aftersales_exchangeline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    variant_id uuid NOT NULL,
    rma_id uuid NOT NULL,
    CONSTRAINT an_exchange_line_wants_something CHECK ((quantity > 0))
);

CREATE TABLE public.aftersales_grading (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    goes_to character varying(10) NOT NULL,
    given_back numeric(9,6) NOT NULL,
    quantity bigint NOT NULL,
    grade_id uuid,
    piece_id uuid NOT NULL,
    CONSTRAINT a_grade_is_given_to_something CHECK ((quantity > 0)),
    CONSTRAINT graded_goods_go_somewhere_real CHECK ((goes_to IN ('stock', 'damaged', 'refurbish', 'scrap', 'supplier')))
);

CREATE TABLE public.aftersales_interception (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    state character varying(10) NOT NULL,
    reason character varying(200) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    rma_id uuid,
    shipment_id uuid NOT NULL,
    CONSTRAINT interception_states_are_real CHECK ((state IN ('asked', 'stopped', 'missed'))),
    CONSTRAINT what_was_stopped_comes_back_by_a_return CHECK ((((rma_id IS NOT NULL) AND ((state)::text = 'stopped'::text)) OR ((NOT ((state)::text = 'stopped'::text)) AND (rma_id IS NULL))))
);

CREATE TABLE public.aftersales_return (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    number character varying(32) NOT NULL,
    external_number character varying(64) NOT NULL,
    state character varying(10) NOT NULL,
    authorized_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone,
    inspected_at timestamp with time zone,
    closed_at timestamp with time zone,
    follow_up_id uuid,
    node_id uuid NOT NULL,
    order_id uuid NOT NULL,
    carrier character varying(60) NOT NULL,
    due_back_at timestamp with time zone,
    is_ahead boolean NOT NULL,
    label_url character varying(500) NOT NULL,
    override_reason character varying(200) NOT NULL,
    refund_at character varying(10) NOT NULL,
    scanned_at timestamp with time zone,
    shipping_fee bigint NOT NULL,
    tracking_number character varying(80) NOT NULL,
    arrived_at timestamp with time zone,
    CONSTRAINT return_states_are_real CHECK ((state IN ('authorized', 'received', 'inspected', 'closed', 'canceled', 'lapsed'))),
    CONSTRAINT returns_are_refunded_at_a_known_time CHECK ((refund_at IN ('scan', 'inspection'))),
    CONSTRAINT the_way_back_never_costs_less_than_nothing CHECK ((shipping_fee >= 0)),
    CONSTRAINT what_left_ahead_is_due_back_some_day CHECK (((NOT is_ahead) OR (due_back_at IS NOT NULL)))
);

CREATE TABLE public.aftersales_returnline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    accepted bigint NOT NULL,
    refund bigint NOT NULL,
    fee bigint NOT NULL,
    reason character varying(40) NOT NULL,
    order_line_id uuid NOT NULL,
    rma_id uuid NOT NULL,
    condition character varying(10) NOT NULL,
    grades_count boolean NOT NULL,
    override character varying(200) NOT NULL,
    restocking bigint NOT NULL,
    restocking_each bigint NOT NULL,
    restocking_rate numeric(9,6) NOT NULL,
    rule_id uuid,
    shipping bigint NOT NULL,
    wear bigint NOT NULL,
    why_id uuid,
    component_id uuid,
    CONSTRAINT a_fee_is_never_less_than_its_parts CHECK (((restocking >= 0) AND (shipping >= 0) AND (wear >= 0) AND (fee >= ((wear + restocking) + shipping)))),
    CONSTRAINT a_return_line_brings_something CHECK ((quantity > 0)),
    CONSTRAINT conditions_of_returns_are_real CHECK ((condition IN ('', 'unopened', 'opened', 'used'))),
    CONSTRAINT never_accept_more_than_was_authorized CHECK (((accepted >= 0) AND (accepted <= quantity))),
    CONSTRAINT return_amounts_are_never_negative CHECK (((refund >= 0) AND (fee >= 0)))
);

CREATE TABLE public.aftersales_returnpiece (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    received bigint NOT NULL,
    restocked bigint NOT NULL,
    damaged bigint NOT NULL,
    scrapped bigint NOT NULL,
    demand_id uuid NOT NULL,
    line_id uuid NOT NULL,
    refurbished bigint NOT NULL,
    sent_back bigint NOT NULL,
    CONSTRAINT never_receive_more_than_was_authorized CHECK (((received >= 0) AND (received <= quantity))),
    CONSTRAINT never_sort_more_than_was_received CHECK (((restocked >= 0) AND (damaged >= 0) AND (scrapped >= 0) AND (refurbished >= 0) AND (sent_back >= 0) AND (received >= ((((restocked + damaged) + scrapped) + refurbished) + sent_back))))
);

CREATE TABLE public.aftersales_strayparcel (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    number character varying(32) NOT NULL,
    code character varying(80) NOT NULL,
    note character varying(2000) NOT NULL,
    state character varying(10) NOT NULL,
    answer character varying(200) NOT NULL,
    parked_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    node_id uuid NOT NULL,
    rma_id uuid,
    CONSTRAINT a_joined_parcel_is_of_a_return CHECK ((((rma_id IS NOT NULL) AND ((state)::text = 'joined'::text)) OR ((NOT ((state)::text = 'joined'::text)) AND (rma_id IS NULL)))),
    CONSTRAINT parcel_states_are_real CHECK ((state IN ('parked', 'joined', 'settled')))
);

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_user (
    id integer NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    username character varying(150) NOT NULL,
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    email character varying(254) NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);

CREATE TABLE public.auth_user_groups (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    group_id integer NOT NULL
);

ALTER TABLE public.auth_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.auth_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_user_user_permissions (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.automation_importrow (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    line integer NOT NULL,
    name character varying(200) NOT NULL,
    cells jsonb NOT NULL,
    changes jsonb NOT NULL,
    seen character varying(32) NOT NULL,
    outcome character varying(10) NOT NULL,
    detail character varying(400) NOT NULL,
    of_id uuid NOT NULL,
    CONSTRAINT outcomes_of_rows_are_real CHECK ((outcome IN ('waiting', 'new', 'changed', 'same', 'refused', 'added', 'saved')))
);

CREATE TABLE public.automation_notice (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    kind character varying(20) NOT NULL,
    about_id uuid NOT NULL,
    language character varying(16) NOT NULL,
    state character varying(10) NOT NULL,
    message_id character varying(200) NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    attempts integer NOT NULL,
    error character varying(100) NOT NULL,
    entry_id uuid NOT NULL,
    order_id uuid,
    ticket_id uuid,
    way character varying(10) NOT NULL,
    wish_id uuid,
    reference character varying(100) NOT NULL,
    CONSTRAINT a_notice_is_about_one_thing CHECK ((((order_id IS NOT NULL) AND (ticket_id IS NULL) AND (wish_id IS NULL)) OR ((order_id IS NULL) AND (ticket_id IS NOT NULL) AND (wish_id IS NULL)) OR ((order_id IS NULL) AND (ticket_id IS NULL) AND (wish_id IS NOT NULL)))),
    CONSTRAINT a_sent_notice_has_its_time CHECK ((((sent_at IS NOT NULL) AND ((state)::text = 'sent'::text)) OR ((NOT ((state)::text = 'sent'::text)) AND (sent_at IS NULL)))),
    CONSTRAINT notice_kinds_are_real CHECK ((kind IN ('order_confirmed', 'payment_received', 'shipped', 'delivered', 'refunded', 'order_canceled', 'order_changed', 'ticket_opened', 'ticket_answered', 'ticket_solved', 'return_lapsed', 'payment_link', 'order_link', 'payment_reminder', 'account_statement', 'gift_card', 'back_in_stock'))),
    CONSTRAINT notice_languages_are_ours CHECK ((language IN ('en', 'zh-Hant', 'zh-Hans'))),
    CONSTRAINT notice_states_are_real CHECK ((state IN ('queued', 'unknown', 'sent', 'failed', 'skipped'))),
    CONSTRAINT ways_of_notices_are_real CHECK ((way IN ('mail', 'sms', 'line', 'wechat', 'push')))
);

CREATE TABLE public.automation_registerimport (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    register character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    rows integer NOT NULL,
    ignored character varying(500) NOT NULL,
    state character varying(10) NOT NULL,
    actor_kind character varying(10) NOT NULL,
    actor character varying(64) NOT NULL,
    language character varying(16) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT an_import_has_rows CHECK ((rows >= 1)),
    CONSTRAINT states_of_imports_are_real CHECK ((state IN ('looking', 'looked', 'running', 'finished', 'stopped')))
);

CREATE TABLE public.automation_reportmail (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    user_id bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    state character varying(10) NOT NULL,
    message_id character varying(200) NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    attempts integer NOT NULL,
    error character varying(100) NOT NULL,
    schedule_id uuid NOT NULL,
    CONSTRAINT a_sent_report_has_its_time CHECK ((((sent_at IS NOT NULL) AND ((state)::text = 'sent'::text)) OR ((NOT ((state)::text = 'sent'::text)) AND (sent_at IS NULL)))),
    CONSTRAINT report_mail_states_are_real CHECK ((state IN ('queued', 'sent', 'failed', 'skipped')))
);

CREATE TABLE public.automation_reportschedule (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    report character varying(40) NOT NULL,
    period character varying(20) NOT NULL,
    currency character varying(3) NOT NULL,
    channel character varying(40) NOT NULL,
    file_format character varying(4) NOT NULL,
    language character varying(16) NOT NULL,
    rhythm character varying(8) NOT NULL,
    hour smallint NOT NULL,
    weekday smallint NOT NULL,
    month_day smallint NOT NULL,
    readers bigint[] NOT NULL,
    user_id bigint,
    state character varying(10) NOT NULL,
    next_at timestamp with time zone NOT NULL,
    last_sent_at timestamp with time zone,
    last_failed_at timestamp with time zone,
    error character varying(100) NOT NULL,
    CONSTRAINT a_scheduled_report_has_readers CHECK ((
CASE
    WHEN (readers IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(readers, 1), 0)
END >= 1)),
    CONSTRAINT report_schedule_languages_are_ours CHECK ((language IN ('en', 'zh-Hant', 'zh-Hans'))),
    CONSTRAINT report_schedule_states_are_real CHECK ((state IN ('active', 'paused', 'retired'))),
    CONSTRAINT report_schedules_have_a_rhythm CHECK ((rhythm IN ('daily', 'weekly', 'monthly'))),
    CONSTRAINT reports_are_due_at_an_hour CHECK (((hour >= 0) AND (hour <= 23))),
    CONSTRAINT reports_are_due_on_a_day CHECK (((month_day >= 1) AND (month_day <= 31))),
    CONSTRAINT reports_are_due_on_a_weekday CHECK (((weekday >= 0) AND (weekday <= 6)))
);

CREATE TABLE public.board_boardcount (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    state character varying(10) NOT NULL,
    payment_status character varying(16) NOT NULL,
    fulfillment_status character varying(20) NOT NULL,
    orders bigint NOT NULL,
    CONSTRAINT a_count_of_orders_is_never_negative CHECK ((orders >= 0))
);

CREATE TABLE public.board_boardrow (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    number character varying(32) NOT NULL,
    external_id character varying(120) NOT NULL,
    channel_id uuid NOT NULL,
    customer_id uuid,
    name character varying(200) NOT NULL,
    country character varying(2) NOT NULL,
    state character varying(10) NOT NULL,
    payment_status character varying(16) NOT NULL,
    fulfillment_status character varying(20) NOT NULL,
    currency character varying(3) NOT NULL,
    total bigint NOT NULL,
    units bigint NOT NULL,
    tags character varying(40)[] NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    promised_at timestamp with time zone,
    tokens character varying(200)[] NOT NULL,
    in_review boolean DEFAULT false NOT NULL,
    waiting bigint DEFAULT 0 NOT NULL
);
ALTER TABLE ONLY public.board_boardrow ALTER COLUMN tokens SET STATISTICS 300;

CREATE TABLE public.catalog_category (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    slug character varying(100) NOT NULL,
    name character varying(200) NOT NULL,
    name_i18n jsonb NOT NULL,
    "position" integer NOT NULL,
    state character varying(10) NOT NULL,
    parent_id uuid,
    CONSTRAINT a_category_is_not_inside_of_itself CHECK (((parent_id IS NULL) OR (NOT ((parent_id = id) AND (parent_id IS NOT NULL))))),
    CONSTRAINT category_has_a_slug_and_a_name CHECK (((NOT ((name)::text = ''::text)) AND (NOT ((slug)::text = ''::text)))),
    CONSTRAINT category_state_is_known CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.catalog_kitcomponent (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    component_id uuid NOT NULL,
    kit_id uuid NOT NULL,
    CONSTRAINT kit_component_quantity_is_positive CHECK ((quantity >= 1)),
    CONSTRAINT kit_does_not_contain_itself CHECK ((NOT (kit_id = component_id)))
);

CREATE TABLE public.catalog_product (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    slug character varying(100) NOT NULL,
    name character varying(300) NOT NULL,
    name_i18n jsonb NOT NULL,
    description text NOT NULL,
    kind character varying(10) NOT NULL,
    tax_class character varying(40) NOT NULL,
    state character varying(10) NOT NULL,
    open_amount boolean DEFAULT false NOT NULL,
    valid_months smallint,
    description_i18n jsonb DEFAULT '{}'::jsonb NOT NULL,
    category_id uuid,
    CONSTRAINT only_gift_cards_are_valid_for_a_time CHECK ((((kind)::text = 'gift_card'::text) OR ((NOT open_amount) AND (valid_months IS NULL)))),
    CONSTRAINT product_has_a_name CHECK ((NOT ((name)::text = ''::text))),
    CONSTRAINT product_kind_is_known CHECK ((kind IN ('goods', 'digital', 'service', 'kit', 'gift_card'))),
    CONSTRAINT product_state_is_known CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.catalog_productimage (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name character varying(120) NOT NULL,
    media_type character varying(40) NOT NULL,
    size integer NOT NULL,
    digest character varying(64) NOT NULL,
    content bytea,
    attached_at timestamp with time zone NOT NULL,
    erased_at timestamp with time zone,
    "position" smallint NOT NULL,
    alt character varying(300) NOT NULL,
    product_id uuid NOT NULL,
    CONSTRAINT a_product_image_has_bytes_until_it_is_erased CHECK ((((content IS NOT NULL) AND (erased_at IS NULL)) OR ((content IS NULL) AND (erased_at IS NOT NULL) AND ((name)::text = ''::text)))),
    CONSTRAINT a_product_image_is_a_picture CHECK ((media_type IN ('image/jpeg', 'image/png', 'image/gif', 'image/webp'))),
    CONSTRAINT a_product_image_is_of_sensible_size CHECK (((size >= 1) AND (size <= 8388608))),
    CONSTRAINT product_images_are_of_safe_kinds CHECK ((media_type IN ('image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/heif', 'application/pdf')))
);

CREATE TABLE public.catalog_variant (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    sku character varying(64) NOT NULL,
    name character varying(300) NOT NULL,
    options jsonb NOT NULL,
    barcode character varying(64) NOT NULL,
    unit character varying(12) NOT NULL,
    weight_grams bigint,
    length_mm bigint,
    width_mm bigint,
    height_mm bigint,
    tax_class character varying(40) NOT NULL,
    tracking character varying(10) NOT NULL,
    needs_stock boolean NOT NULL,
    shortage character varying(10) NOT NULL,
    backorder_limit bigint,
    state character varying(10) NOT NULL,
    product_id uuid NOT NULL,
    CONSTRAINT catalog_variant_backorder_limit_check CHECK ((backorder_limit >= 0)),
    CONSTRAINT catalog_variant_height_mm_check CHECK ((height_mm >= 0)),
    CONSTRAINT catalog_variant_length_mm_check CHECK ((length_mm >= 0)),
    CONSTRAINT catalog_variant_weight_grams_check CHECK ((weight_grams >= 0)),
    CONSTRAINT catalog_variant_width_mm_check CHECK ((width_mm >= 0)),
    CONSTRAINT only_stock_is_tracked_by_lot_or_serial CHECK ((needs_stock OR ((tracking)::text = 'none'::text))),
    CONSTRAINT variant_has_a_sku_and_a_name CHECK (((NOT ((sku)::text = ''::text)) AND (NOT ((name)::text = ''::text)))),
    CONSTRAINT variant_shortage_is_known CHECK ((shortage IN ('deny', 'backorder', 'preorder'))),
    CONSTRAINT variant_state_is_known CHECK ((state IN ('active', 'retired'))),
    CONSTRAINT variant_tracking_is_known CHECK ((tracking IN ('none', 'lot', 'serial'))),
    CONSTRAINT variant_unit_is_known CHECK ((unit IN ('piece', 'pair', 'set', 'g', 'kg', 'ml', 'l', 'mm', 'm', 'm2', 'm3', 'hour')))
);

CREATE TABLE public.changes_bulk (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    state character varying(10) NOT NULL,
    is_dry boolean NOT NULL,
    wishes jsonb NOT NULL,
    refund_to character varying(20) NOT NULL,
    actor_kind character varying(16) NOT NULL,
    actor character varying(80) NOT NULL,
    orders integer NOT NULL,
    done integer NOT NULL,
    changed integer NOT NULL,
    refused integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT a_bulk_change_counts_its_orders CHECK (((done = (changed + refused)) AND (done <= orders))),
    CONSTRAINT bulk_change_states_are_real CHECK ((state IN ('running', 'finished', 'stopped')))
);

CREATE TABLE public.changes_bulkorder (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    "position" integer NOT NULL,
    outcome character varying(16) NOT NULL,
    code character varying(60) NOT NULL,
    detail character varying(300) NOT NULL,
    difference bigint NOT NULL,
    bulk_id uuid NOT NULL,
    order_id uuid NOT NULL,
    change_id uuid,
    CONSTRAINT bulk_outcomes_are_real CHECK ((outcome IN ('waiting', 'changed', 'would_change', 'refused')))
);

CREATE TABLE public.changes_change (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    state character varying(10) NOT NULL,
    kinds jsonb NOT NULL,
    applied_at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    total_before bigint NOT NULL,
    total_after bigint NOT NULL,
    difference bigint NOT NULL,
    head jsonb NOT NULL,
    entry_id uuid NOT NULL,
    order_id uuid NOT NULL,
    along_id uuid,
    CONSTRAINT an_undone_change_says_when CHECK (((((state)::text = 'undone'::text) AND (undone_at IS NOT NULL)) OR ((NOT ((state)::text = 'undone'::text)) AND (undone_at IS NULL)))),
    CONSTRAINT change_states_are_real CHECK ((state IN ('applied', 'undone')))
);

CREATE TABLE public.changes_changedline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    "position" integer NOT NULL,
    effect character varying(10) NOT NULL,
    units bigint NOT NULL,
    kept bigint NOT NULL,
    handed_on boolean NOT NULL,
    change_id uuid NOT NULL,
    line_id uuid NOT NULL,
    replaces_id uuid,
    CONSTRAINT an_effect_is_about_something CHECK (((units > 0) AND (kept >= 0))),
    CONSTRAINT effects_are_real CHECK ((effect IN ('canceled', 'restored', 'added', 'replaced', 'handed', 'taken', 'held', 'resumed', 'sourced', 'turned', 'addressed', 'routed', 'paid_by', 'noted')))
);

CREATE TABLE public.channels_channel (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    kind character varying(12) NOT NULL,
    currency character varying(3) NOT NULL,
    language character varying(16) NOT NULL,
    prices_include_tax boolean NOT NULL,
    default_node_id uuid,
    handling_hours smallint NOT NULL,
    ship_by_hour smallint,
    time_zone character varying(64) NOT NULL,
    state character varying(10) NOT NULL,
    self_service_hours smallint,
    late_money character varying(10) DEFAULT 'refund'::character varying NOT NULL,
    CONSTRAINT channel_currency_is_a_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT channel_has_a_code_and_a_name CHECK (((NOT ((code)::text = ''::text)) AND (NOT ((name)::text = ''::text)))),
    CONSTRAINT channel_kind_is_known CHECK ((kind IN ('storefront', 'marketplace', 'till', 'staff', 'wholesale', 'api'))),
    CONSTRAINT channel_ships_by_an_hour_of_the_day CHECK (((ship_by_hour IS NULL) OR (ship_by_hour <= 23))),
    CONSTRAINT channel_state_is_known CHECK ((state IN ('active', 'retired'))),
    CONSTRAINT channels_channel_handling_hours_check CHECK ((handling_hours >= 0)),
    CONSTRAINT channels_channel_self_service_hours_check CHECK ((self_service_hours >= 0)),
    CONSTRAINT channels_channel_ship_by_hour_check CHECK ((ship_by_hour >= 0)),
    CONSTRAINT late_money_is_revived_or_refunded CHECK ((late_money IN ('refund', 'revive')))
);

CREATE TABLE public.channels_gate (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    every_channel boolean NOT NULL,
    channel_ids uuid[] NOT NULL,
    money_of_every_channel boolean NOT NULL,
    money_of_channel_ids uuid[] NOT NULL
);

CREATE TABLE public.closing_accountmapping (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    target character varying(16) NOT NULL,
    account character varying(32) NOT NULL,
    code character varying(100) NOT NULL,
    name character varying(100) NOT NULL,
    CONSTRAINT a_mapped_account_has_a_code CHECK ((NOT ((code)::text = ''::text))),
    CONSTRAINT programs_of_accountants_are_known CHECK ((target IN ('csv', 'beancount', 'hledger', 'xero', 'quickbooks', 'kingdee')))
);

CREATE TABLE public.closing_bill (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    gateway character varying(32) NOT NULL,
    moved_on date NOT NULL,
    state character varying(10) NOT NULL,
    asked integer NOT NULL,
    error character varying(64) NOT NULL,
    asked_at timestamp with time zone,
    fetched_at timestamp with time zone,
    lines integer NOT NULL,
    account_id uuid NOT NULL,
    CONSTRAINT a_fetched_bill_says_when CHECK ((((fetched_at IS NULL) AND ((state)::text = 'awaited'::text)) OR ((fetched_at IS NOT NULL) AND ((state)::text = 'fetched'::text)))),
    CONSTRAINT bill_states_are_real CHECK ((state IN ('awaited', 'fetched')))
);

CREATE TABLE public.closing_billline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    gateway character varying(32) NOT NULL,
    kind character varying(10) NOT NULL,
    reference character varying(200) NOT NULL,
    payment_reference character varying(200) NOT NULL,
    key character varying(64) NOT NULL,
    amount bigint NOT NULL,
    fee bigint NOT NULL,
    currency character varying(3) NOT NULL,
    at timestamp with time zone NOT NULL,
    payout_reference character varying(200) NOT NULL,
    state character varying(10) NOT NULL,
    expected bigint,
    fee_posted boolean NOT NULL,
    account_id uuid NOT NULL,
    attempt_id uuid,
    bill_id uuid NOT NULL,
    payment_id uuid,
    payout_id uuid,
    CONSTRAINT bill_line_states_are_real CHECK ((state IN ('fetched', 'missing', 'differing', 'matched', 'exchanged', 'noted')))
);

CREATE TABLE public.closing_cashcount (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    number uuid NOT NULL,
    counted_on date NOT NULL,
    currency character varying(3) NOT NULL,
    at timestamp with time zone NOT NULL,
    expected bigint NOT NULL,
    counted bigint NOT NULL,
    difference bigint GENERATED ALWAYS AS ((counted - expected)) STORED,
    entry_id uuid NOT NULL,
    CONSTRAINT what_is_counted_is_never_negative CHECK ((counted >= 0))
);

ALTER TABLE public.closing_cashcount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.closing_cashcount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.closing_daybalance (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    account character varying(32) NOT NULL,
    party character varying(32) NOT NULL,
    opening bigint NOT NULL,
    late bigint NOT NULL,
    debits bigint NOT NULL,
    credits bigint NOT NULL,
    closing bigint NOT NULL,
    close_id uuid NOT NULL,
    CONSTRAINT what_a_day_opened_with_and_moved_is_its_closing CHECK ((closing = (((opening + late) + debits) - credits)))
);

ALTER TABLE public.closing_daybalance ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.closing_daybalance_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.closing_dayclose (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    moved_on date NOT NULL,
    currency character varying(3) NOT NULL,
    state character varying(10) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    "position" bigint NOT NULL,
    behind bigint NOT NULL,
    postings bigint NOT NULL,
    late bigint NOT NULL,
    closed_at timestamp with time zone NOT NULL,
    closed_by_kind character varying(16) NOT NULL,
    closed_by_id character varying(64) NOT NULL,
    reopened_at timestamp with time zone,
    reopened_by_kind character varying(16) NOT NULL,
    reopened_by_id character varying(64) NOT NULL,
    note character varying(500) NOT NULL,
    previous_id uuid,
    CONSTRAINT a_close_leaves_no_gap_behind CHECK ((behind <= ("position" + 1))),
    CONSTRAINT a_closed_day_ends_after_it_starts CHECK ((starts_at < ends_at)),
    CONSTRAINT day_close_states_are_real CHECK ((state IN ('closed', 'reopened')))
);

CREATE TABLE public.closing_daymovement (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    rule character varying(40) NOT NULL,
    method character varying(32) NOT NULL,
    is_late boolean NOT NULL,
    postings bigint NOT NULL,
    amount bigint NOT NULL,
    close_id uuid NOT NULL
);

ALTER TABLE public.closing_daymovement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.closing_daymovement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.closing_daypoint (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    reference character varying(80) NOT NULL,
    note character varying(500) NOT NULL,
    close_id uuid NOT NULL,
    CONSTRAINT an_acknowledged_point_has_a_note CHECK ((NOT ((note)::text = ''::text))),
    CONSTRAINT kinds_of_open_points_are_real CHECK ((kind IN ('unknown_attempt', 'bill_missing', 'bill_line', 'discrepancy', 'statement_line', 'payout_missing', 'cash_not_counted')))
);

ALTER TABLE public.closing_daypoint ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.closing_daypoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.closing_payout (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    gateway character varying(32) NOT NULL,
    reference character varying(200) NOT NULL,
    currency character varying(3) NOT NULL,
    amount bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    state character varying(10) NOT NULL,
    lines_currency character varying(3) NOT NULL,
    lines_total bigint NOT NULL,
    arrived_at timestamp with time zone,
    line_id uuid,
    account_id uuid NOT NULL,
    CONSTRAINT an_arrived_payout_says_when CHECK ((((arrived_at IS NOT NULL) AND ((state)::text = 'arrived'::text)) OR ((NOT ((state)::text = 'arrived'::text)) AND (arrived_at IS NULL)))),
    CONSTRAINT gateway_payout_states_are_real CHECK ((state IN ('announced', 'arrived', 'differing')))
);

CREATE TABLE public.counting_count (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    number character varying(32) NOT NULL,
    state character varying(10) NOT NULL,
    title character varying(200) NOT NULL,
    is_blind boolean NOT NULL,
    tolerance bigint NOT NULL,
    tolerance_percent smallint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    applied_by_id uuid,
    node_id uuid NOT NULL,
    CONSTRAINT count_states_are_real CHECK ((state IN ('open', 'applied', 'abandoned', 'taken_back'))),
    CONSTRAINT only_an_applied_count_corrected_the_books CHECK (((state IN ('applied', 'taken_back')) OR (applied_by_id IS NULL))),
    CONSTRAINT what_is_tolerated_is_not_negative CHECK (((tolerance >= 0) AND (tolerance_percent >= 0) AND (tolerance_percent <= 100)))
);

CREATE TABLE public.counting_countline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    counted bigint,
    books bigint,
    taken bigint NOT NULL,
    "position" bigint NOT NULL,
    difference bigint GENERATED ALWAYS AS ((counted - books)) STORED,
    counted_at timestamp with time zone,
    counted_by character varying(80) NOT NULL,
    times smallint NOT NULL,
    is_found boolean NOT NULL,
    refusal character varying(80) NOT NULL,
    count_id uuid NOT NULL,
    location_id uuid NOT NULL,
    lot_id uuid,
    owner_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    CONSTRAINT a_counted_place_knows_its_books_and_when CHECK ((((books IS NULL) AND (counted IS NULL) AND (counted_at IS NULL) AND (times = 0)) OR ((books IS NOT NULL) AND (counted IS NOT NULL) AND (counted_at IS NOT NULL) AND (times > 0)))),
    CONSTRAINT what_is_counted_is_not_negative CHECK (((counted >= 0) AND (taken >= 0)))
);

CREATE TABLE public.customers_address (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    purpose character varying(10) NOT NULL,
    is_default boolean NOT NULL,
    name character varying(200) NOT NULL,
    company_name character varying(200) NOT NULL,
    country_code character varying(2) NOT NULL,
    country_area character varying(100) NOT NULL,
    city character varying(100) NOT NULL,
    city_area character varying(100) NOT NULL,
    postal_code character varying(20) NOT NULL,
    sorting_code character varying(20) NOT NULL,
    street_address character varying(400) NOT NULL,
    phone character varying(20) NOT NULL,
    retired_at timestamp with time zone,
    customer_id uuid NOT NULL,
    CONSTRAINT address_country_is_a_code CHECK (((country_code)::text ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT address_purpose_is_known CHECK ((purpose IN ('shipping', 'billing', 'both')))
);

CREATE TABLE public.customers_consent (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    purpose character varying(40) NOT NULL,
    source character varying(40) NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    customer_id uuid NOT NULL,
    CONSTRAINT consent_ends_after_it_was_given CHECK (((withdrawn_at IS NULL) OR (withdrawn_at >= granted_at)))
);

CREATE TABLE public.customers_customer (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    number character varying(40) NOT NULL,
    kind character varying(10) NOT NULL,
    language character varying(16) NOT NULL,
    "group" character varying(40) NOT NULL,
    state character varying(10) NOT NULL,
    erased_at timestamp with time zone,
    merged_into_id uuid,
    CONSTRAINT customer_is_not_merged_into_itself CHECK (((merged_into_id IS NULL) OR (NOT ((merged_into_id = id) AND (merged_into_id IS NOT NULL))))),
    CONSTRAINT customer_kind_is_known CHECK ((kind IN ('person', 'company'))),
    CONSTRAINT customer_state_is_known CHECK ((state IN ('active', 'blocked', 'merged'))),
    CONSTRAINT merged_customer_names_who_goes_on CHECK ((((merged_into_id IS NOT NULL) AND ((state)::text = 'merged'::text)) OR ((NOT ((state)::text = 'merged'::text)) AND (merged_into_id IS NULL))))
);

CREATE TABLE public.customers_customercontact (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name character varying(200) NOT NULL,
    company character varying(200) NOT NULL,
    email character varying(254) NOT NULL,
    email_key character varying(254) NOT NULL,
    phone character varying(20) NOT NULL,
    tax_number character varying(40) NOT NULL,
    customer_id uuid NOT NULL,
    tokens character varying(200)[] DEFAULT '{}'::character varying(200)[] NOT NULL
);

CREATE TABLE public.customers_customeridentity (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    source character varying(40) NOT NULL,
    external_id character varying(120) NOT NULL,
    customer_id uuid NOT NULL
);

CREATE TABLE public.customers_customerlogin (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    user_id bigint NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    signed_out_at timestamp with time zone,
    customer_id uuid NOT NULL
);

CREATE TABLE public.customers_customernote (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    text text NOT NULL,
    about character varying(10) NOT NULL,
    is_pinned boolean NOT NULL,
    author character varying(80) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    customer_id uuid NOT NULL,
    CONSTRAINT note_on_a_customer_is_about_something_known CHECK ((about IN ('', 'blocked', 'unblocked')))
);

CREATE TABLE public.customers_customertag (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    tag character varying(40) NOT NULL,
    customer_id uuid NOT NULL
);

CREATE TABLE public.customers_watch (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    part character varying(10) NOT NULL,
    digest character varying(64) NOT NULL,
    hint character varying(80) NOT NULL,
    stance character varying(10) NOT NULL,
    reason character varying(200) NOT NULL,
    until_at timestamp with time zone,
    state character varying(10) NOT NULL,
    CONSTRAINT watch_stance_is_known CHECK ((stance IN ('blocked', 'trusted'))),
    CONSTRAINT watch_state_is_known CHECK ((state IN ('active', 'retired'))),
    CONSTRAINT watched_part_is_known CHECK ((part IN ('email', 'phone', 'address')))
);

CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id integer NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);

ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);

ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);

CREATE TABLE public.dunning_reminder (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    level smallint NOT NULL,
    days smallint NOT NULL,
    reminded_on date NOT NULL,
    open bigint NOT NULL,
    fee bigint NOT NULL,
    currency character varying(3) NOT NULL,
    invoice_id uuid NOT NULL,
    CONSTRAINT a_reminder_costs_nothing_or_more CHECK ((fee >= 0)),
    CONSTRAINT dunning_reminder_days_check CHECK ((days >= 0)),
    CONSTRAINT dunning_reminder_level_check CHECK ((level >= 0)),
    CONSTRAINT only_what_is_open_is_reminded CHECK ((open > 0))
);

CREATE TABLE public.dunning_reminderstop (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    reason character varying(200) NOT NULL,
    stopped_at timestamp with time zone NOT NULL,
    customer_id uuid,
    invoice_id uuid,
    CONSTRAINT reminders_stop_for_a_customer_or_an_invoice CHECK ((((customer_id IS NOT NULL) AND (invoice_id IS NULL)) OR ((customer_id IS NULL) AND (invoice_id IS NOT NULL))))
);

CREATE TABLE public.fulfillment_errand (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    planned bigint NOT NULL,
    picked bigint NOT NULL,
    missing bigint NOT NULL,
    line_id uuid NOT NULL,
    location_id uuid NOT NULL,
    lot_id uuid,
    CONSTRAINT never_pick_more_than_planned CHECK (((picked >= 0) AND (picked <= planned))),
    CONSTRAINT what_is_missing_is_never_negative CHECK ((missing >= 0))
);

CREATE TABLE public.fulfillment_package (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    "position" integer NOT NULL,
    weight_grams bigint,
    length_mm bigint,
    width_mm bigint,
    height_mm bigint,
    tracking_number character varying(80) NOT NULL,
    shipment_id uuid NOT NULL
);

CREATE TABLE public.fulfillment_packedline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    line_id uuid NOT NULL,
    package_id uuid NOT NULL,
    CONSTRAINT a_packed_line_holds_something CHECK ((quantity > 0))
);

CREATE TABLE public.fulfillment_pick (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    picker character varying(80) NOT NULL,
    at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    errand_id uuid NOT NULL,
    CONSTRAINT a_pick_takes_something CHECK ((quantity > 0))
);

CREATE TABLE public.fulfillment_shipment (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    number character varying(32) NOT NULL,
    state character varying(10) NOT NULL,
    carrier character varying(60) NOT NULL,
    tracking_number character varying(80) NOT NULL,
    planned_at timestamp with time zone NOT NULL,
    picked_at timestamp with time zone,
    packed_at timestamp with time zone,
    shipped_at timestamp with time zone,
    delivered_at timestamp with time zone,
    node_id uuid NOT NULL,
    order_id uuid NOT NULL,
    due_at timestamp with time zone,
    gathered_at timestamp with time zone,
    packer character varying(80) DEFAULT ''::character varying NOT NULL,
    tote smallint,
    wave_id uuid,
    CONSTRAINT fulfillment_shipment_tote_check CHECK ((tote >= 0)),
    CONSTRAINT shipment_states_are_real CHECK ((state IN ('planned', 'picking', 'packed', 'shipped', 'delivered', 'canceled'))),
    CONSTRAINT what_was_shipped_has_a_date CHECK (((NOT (state IN ('shipped', 'delivered'))) OR (shipped_at IS NOT NULL)))
);

CREATE TABLE public.fulfillment_shipmentline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    demand_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    shipment_id uuid NOT NULL,
    CONSTRAINT a_shipment_line_is_never_negative CHECK ((quantity >= 0))
);

CREATE TABLE public.fulfillment_wave (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    number character varying(32) NOT NULL,
    state character varying(10) NOT NULL,
    picker character varying(80) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    node_id uuid NOT NULL,
    CONSTRAINT wave_states_are_real CHECK ((state IN ('walking', 'ended', 'stopped')))
);

CREATE TABLE public.inventory_allocation (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    demand_id uuid NOT NULL,
    holding_id uuid NOT NULL,
    CONSTRAINT an_allocation_is_never_negative CHECK ((quantity >= 0))
);

CREATE TABLE public.inventory_backlog (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    owed bigint NOT NULL,
    CONSTRAINT what_is_owed_is_never_negative CHECK ((owed >= 0))
);

CREATE TABLE public.inventory_balance (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    on_hand bigint NOT NULL,
    reserved bigint NOT NULL,
    safety bigint NOT NULL,
    channel_safety jsonb NOT NULL,
    variant_id uuid NOT NULL,
    node_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    CONSTRAINT reserved_never_exceeds_on_hand CHECK (((reserved >= 0) AND (reserved <= on_hand))),
    CONSTRAINT safety_stock_is_not_negative CHECK ((safety >= 0))
);

CREATE TABLE public.inventory_cost (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    unit_cost numeric(20,6) NOT NULL,
    currency character varying(3) NOT NULL,
    at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    CONSTRAINT a_cost_is_not_negative CHECK ((unit_cost >= (0)::numeric))
);

ALTER TABLE public.inventory_cost ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.inventory_cost_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.inventory_demand (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    document_kind character varying(32) NOT NULL,
    document_id uuid NOT NULL,
    line_id uuid NOT NULL,
    quantity bigint NOT NULL,
    per_line_unit bigint NOT NULL,
    canceled bigint NOT NULL,
    pegged bigint NOT NULL,
    issued bigint NOT NULL,
    delivered bigint NOT NULL,
    returned bigint NOT NULL,
    due_at timestamp with time zone,
    expires_at timestamp with time zone,
    variant_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    CONSTRAINT a_demand_asks_for_something CHECK ((quantity > 0)),
    CONSTRAINT never_deliver_more_than_shipped CHECK (((delivered >= 0) AND (delivered <= issued))),
    CONSTRAINT never_ship_more_than_ordered CHECK (((pegged >= 0) AND (issued >= 0) AND (canceled >= 0) AND (quantity >= ((canceled + issued) + pegged)))),
    CONSTRAINT never_take_back_more_than_shipped CHECK (((returned >= 0) AND (returned <= issued)))
);

CREATE TABLE public.inventory_holding (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    on_hand bigint NOT NULL,
    allocated bigint NOT NULL,
    boundless boolean NOT NULL,
    is_serial boolean NOT NULL,
    variant_id uuid NOT NULL,
    location_id uuid NOT NULL,
    lot_id uuid,
    owner_id uuid NOT NULL,
    CONSTRAINT a_place_never_holds_less_than_is_allocated CHECK ((boundless OR ((allocated >= 0) AND (allocated <= on_hand)))),
    CONSTRAINT a_serial_number_is_one_piece CHECK (((NOT is_serial) OR boundless OR (on_hand <= 1)))
);

CREATE TABLE public.inventory_location (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(64) NOT NULL,
    kind character varying(16) NOT NULL,
    active boolean NOT NULL,
    node_id uuid,
    CONSTRAINT location_kinds_are_real CHECK ((kind IN ('stock', 'inspection', 'damaged', 'refurbish', 'transit', 'scrap', 'supplier', 'customer', 'production')))
);

CREATE TABLE public.inventory_lot (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(64) NOT NULL,
    is_serial boolean NOT NULL,
    expires_on date,
    variant_id uuid NOT NULL
);

CREATE TABLE public.inventory_low (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    fallen_at timestamp with time zone NOT NULL,
    node_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    threshold_id uuid NOT NULL
);

CREATE TABLE public.inventory_move (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    quantity bigint NOT NULL,
    reason character varying(32) NOT NULL,
    at timestamp with time zone NOT NULL,
    demand_id uuid,
    entry_id uuid NOT NULL,
    lot_id uuid,
    source_id uuid NOT NULL,
    target_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    supply_id uuid,
    CONSTRAINT a_move_goes_somewhere_else CHECK ((NOT (source_id = target_id))),
    CONSTRAINT a_move_moves_something CHECK ((quantity > 0))
);

ALTER TABLE public.inventory_move ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.inventory_move_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.inventory_node (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(32) NOT NULL,
    name character varying(200) NOT NULL,
    priority integer NOT NULL,
    country character varying(2) NOT NULL,
    active boolean NOT NULL
);

CREATE TABLE public.inventory_owner (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    kind character varying(16) NOT NULL,
    party_id uuid,
    CONSTRAINT an_owner_is_the_shop_or_a_party CHECK (((((kind)::text = 'tenant'::text) AND (party_id IS NULL)) OR ((NOT ((kind)::text = 'tenant'::text)) AND (party_id = id) AND (party_id IS NOT NULL)))),
    CONSTRAINT owner_kinds_are_real CHECK ((kind IN ('tenant', 'seller', 'consignor')))
);

CREATE TABLE public.inventory_peg (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    balance_id uuid,
    demand_id uuid NOT NULL,
    supply_id uuid,
    CONSTRAINT a_peg_has_exactly_one_source CHECK ((((balance_id IS NOT NULL) AND (supply_id IS NULL)) OR ((balance_id IS NULL) AND (supply_id IS NOT NULL)))),
    CONSTRAINT a_peg_is_never_negative CHECK ((quantity >= 0))
);

CREATE TABLE public.inventory_remark (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    text character varying(500) NOT NULL
);

CREATE TABLE public.inventory_supply (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    document_kind character varying(32) NOT NULL,
    document_id uuid NOT NULL,
    quantity bigint NOT NULL,
    received bigint NOT NULL,
    pegged bigint NOT NULL,
    canceled bigint NOT NULL,
    expected_at timestamp with time zone,
    lot_id uuid,
    node_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    CONSTRAINT a_supply_brings_something CHECK ((quantity > 0)),
    CONSTRAINT never_promise_more_than_will_come CHECK (((pegged >= 0) AND (received >= 0) AND (canceled >= 0) AND (quantity >= ((received + canceled) + pegged))))
);

CREATE TABLE public.inventory_tally (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    document_kind character varying(32) NOT NULL,
    demanded bigint NOT NULL,
    canceled bigint NOT NULL,
    issued bigint NOT NULL,
    delivered bigint NOT NULL,
    returned bigint NOT NULL,
    fulfillment_status character varying(20) GENERATED ALWAYS AS (
CASE
    WHEN (demanded = 0) THEN 'nothing_to_ship'::text
    WHEN (demanded = canceled) THEN 'canceled'::text
    WHEN (issued = 0) THEN 'unfulfilled'::text
    WHEN (returned = issued) THEN 'returned'::text
    WHEN (returned > 0) THEN 'partly_returned'::text
    WHEN (issued < (demanded - canceled)) THEN 'partly_shipped'::text
    WHEN (delivered < issued) THEN 'shipped'::text
    ELSE 'delivered'::text
END) STORED,
    CONSTRAINT a_document_never_ships_more_than_it_demands CHECK (((canceled >= 0) AND (issued >= 0) AND (demanded >= (canceled + issued)))),
    CONSTRAINT a_document_never_takes_back_more_than_it_sent CHECK (((returned >= 0) AND (returned <= issued) AND (delivered >= 0) AND (delivered <= issued)))
);

CREATE TABLE public.inventory_threshold (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    low_at bigint,
    user_id bigint,
    role character varying(60) NOT NULL,
    node_id uuid,
    variant_id uuid,
    CONSTRAINT a_person_or_a_role_is_in_charge CHECK (((user_id IS NULL) OR ((role)::text = ''::text))),
    CONSTRAINT a_threshold_is_not_negative CHECK ((low_at >= 0))
);

CREATE TABLE public.inventory_transfer (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    number character varying(32) NOT NULL,
    state character varying(12) NOT NULL,
    dispatched_at timestamp with time zone NOT NULL,
    expected_at timestamp with time zone,
    received_at timestamp with time zone,
    source_id uuid NOT NULL,
    target_id uuid NOT NULL,
    CONSTRAINT a_transfer_goes_somewhere_else CHECK ((NOT (source_id = target_id))),
    CONSTRAINT transfer_states_are_real CHECK ((state IN ('in_transit', 'received')))
);

CREATE UNLOGGED TABLE public.kernel_cache (
    cache_key character varying(255) NOT NULL,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);

CREATE TABLE public.kernel_checkpoint (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    "position" bigint NOT NULL,
    digest bytea NOT NULL,
    proved_at timestamp with time zone NOT NULL,
    marks jsonb NOT NULL
);

CREATE TABLE public.kernel_entrysubject (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    kind character varying(32) NOT NULL,
    subject_id uuid NOT NULL,
    entry_id uuid NOT NULL
);

ALTER TABLE public.kernel_entrysubject ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.kernel_entrysubject_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.kernel_feedcursor (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    consumer character varying(64) NOT NULL,
    "position" bigint NOT NULL
);

CREATE TABLE public.kernel_feedhead (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    "position" bigint NOT NULL,
    digest bytea NOT NULL
);

CREATE TABLE public.kernel_feeditem (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    digest bytea NOT NULL,
    entry_id uuid NOT NULL
);

CREATE TABLE public.kernel_feedpending (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    entry_id uuid NOT NULL
);

ALTER TABLE public.kernel_feedpending ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.kernel_feedpending_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.kernel_guesscount (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    scope character varying(80) NOT NULL,
    tries integer NOT NULL,
    tried_at timestamp with time zone NOT NULL,
    free_at timestamp with time zone NOT NULL
);

CREATE TABLE public.kernel_journalentry (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    command character varying(80) NOT NULL,
    key character varying(200) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    actor_kind character varying(16) NOT NULL,
    actor_id character varying(64) NOT NULL,
    at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    quiet boolean NOT NULL,
    event_kind character varying(80),
    event jsonb
);

CREATE TABLE public.kernel_numberseries (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name character varying(64) NOT NULL,
    prefix character varying(16) NOT NULL,
    next bigint NOT NULL,
    CONSTRAINT document_numbers_start_at_one CHECK ((next >= 1))
);

CREATE TABLE public.kernel_provedsum (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    name character varying(32) NOT NULL,
    key character varying(160) NOT NULL,
    value bigint NOT NULL
);

ALTER TABLE public.kernel_provedsum ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.kernel_provedsum_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.kernel_registerversion (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    version bigint NOT NULL
);

CREATE TABLE public.kernel_tenant (
    id uuid NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(200) NOT NULL,
    currency character varying(3) NOT NULL,
    time_zone character varying(64) NOT NULL,
    language character varying(16) NOT NULL,
    country character varying(2) NOT NULL
);

CREATE TABLE public.messengers_messengeraccount (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    firm character varying(32) NOT NULL,
    way character varying(10) NOT NULL,
    name character varying(200) NOT NULL,
    mode character varying(8) NOT NULL,
    settings jsonb NOT NULL,
    sealed text NOT NULL,
    secrets_known jsonb NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT messenger_states_are_real CHECK ((state IN ('active', 'retired'))),
    CONSTRAINT ways_of_messengers_are_real CHECK ((way IN ('sms', 'line', 'wechat')))
);

CREATE TABLE public.methods_merchantaccount (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    gateway character varying(32) NOT NULL,
    merchant character varying(64) NOT NULL,
    name character varying(200) NOT NULL,
    mode character varying(8) NOT NULL,
    settings jsonb NOT NULL,
    sealed text NOT NULL,
    secrets_known jsonb NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT a_merchant_account_has_firm_and_name CHECK (((NOT ((gateway)::text = ''::text)) AND (NOT ((merchant)::text = ''::text)))),
    CONSTRAINT merchant_account_states_are_real CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.methods_paymentmethod (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    gateway character varying(32) NOT NULL,
    name character varying(200) NOT NULL,
    name_i18n jsonb NOT NULL,
    instructions text NOT NULL,
    instructions_i18n jsonb NOT NULL,
    ways character varying(16)[] NOT NULL,
    icon character varying(20) NOT NULL,
    "position" integer NOT NULL,
    channels character varying(40)[] NOT NULL,
    countries character varying(2)[] NOT NULL,
    currencies character varying(3)[] NOT NULL,
    groups character varying(40)[] NOT NULL,
    "least" bigint,
    most bigint,
    charge_rate numeric(9,6) NOT NULL,
    charge_amount bigint NOT NULL,
    tax_class character varying(40) NOT NULL,
    expires_hours integer,
    net_days smallint,
    net_days_by_group jsonb NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT a_payment_charge_rate_is_a_fraction CHECK (((charge_rate >= ('-1'::integer)::numeric) AND (charge_rate <= (1)::numeric))),
    CONSTRAINT a_payment_method_has_code_and_name CHECK (((NOT ((code)::text = ''::text)) AND (NOT ((name)::text = ''::text)))),
    CONSTRAINT methods_paymentmethod_expires_hours_check CHECK ((expires_hours >= 0)),
    CONSTRAINT methods_paymentmethod_net_days_check CHECK ((net_days >= 0)),
    CONSTRAINT payment_amounts_are_a_range CHECK ((("least" IS NULL) OR (most IS NULL) OR (most >= "least"))),
    CONSTRAINT payment_method_states_are_real CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.methods_reminderlevel (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    level smallint NOT NULL,
    days smallint NOT NULL,
    subject_i18n jsonb NOT NULL,
    text_i18n jsonb NOT NULL,
    fee bigint NOT NULL,
    currency character varying(3) NOT NULL,
    automatic boolean NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT a_reminder_fee_is_not_negative CHECK ((fee >= 0)),
    CONSTRAINT a_reminder_level_is_from_one_to_nine CHECK (((level >= 1) AND (level <= 9))),
    CONSTRAINT methods_reminderlevel_days_check CHECK ((days >= 0)),
    CONSTRAINT methods_reminderlevel_level_check CHECK ((level >= 0)),
    CONSTRAINT reminder_level_states_are_real CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);

ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.orders_cart (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    state character varying(10) NOT NULL,
    wanted jsonb NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    holds_stock boolean NOT NULL,
    channel_id uuid NOT NULL,
    customer_id uuid,
    order_id uuid,
    CONSTRAINT a_placed_cart_names_its_order CHECK ((((order_id IS NOT NULL) AND ((state)::text = 'placed'::text)) OR ((NOT ((state)::text = 'placed'::text)) AND (order_id IS NULL)))),
    CONSTRAINT cart_states_are_real CHECK ((state IN ('open', 'placed', 'expired')))
);

CREATE TABLE public.orders_cartline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    shown_unit_price numeric(20,6),
    cart_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    CONSTRAINT a_cart_line_wants_something CHECK ((quantity > 0))
);

CREATE TABLE public.orders_contact (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name character varying(200) NOT NULL,
    company character varying(200) NOT NULL,
    email character varying(254) NOT NULL,
    phone character varying(20) NOT NULL,
    country character varying(2) NOT NULL,
    address jsonb NOT NULL,
    erased_at timestamp with time zone,
    message character varying(1000) NOT NULL
);

CREATE TABLE public.orders_device (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    endpoint character varying(1000) NOT NULL,
    p256dh character varying(88) NOT NULL,
    auth character varying(24) NOT NULL,
    server_key character varying(88) NOT NULL,
    order_id uuid NOT NULL
);

CREATE TABLE public.orders_formercontact (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    replaced_at timestamp with time zone NOT NULL,
    contact_id uuid NOT NULL,
    order_id uuid NOT NULL
);

CREATE TABLE public.orders_order (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    number character varying(32) NOT NULL,
    external_id character varying(120),
    state character varying(10) NOT NULL,
    hold_reason character varying(200) NOT NULL,
    currency character varying(3) NOT NULL,
    language character varying(16) NOT NULL,
    prices_include_tax boolean NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    promised_at timestamp with time zone,
    shipping_method character varying(40) NOT NULL,
    shipping_name character varying(200) NOT NULL,
    payment_method character varying(40) NOT NULL,
    customer_note character varying(2000) NOT NULL,
    goods bigint NOT NULL,
    discount bigint NOT NULL,
    shipping bigint NOT NULL,
    tax bigint NOT NULL,
    total bigint NOT NULL,
    quiet boolean NOT NULL,
    bill_to_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    customer_id uuid,
    ship_to_id uuid NOT NULL,
    in_review boolean DEFAULT false NOT NULL,
    keep_apart boolean DEFAULT false NOT NULL,
    method_discount bigint DEFAULT 0 NOT NULL,
    net_days smallint,
    promotion_discount bigint DEFAULT 0 NOT NULL,
    CONSTRAINT a_method_discount_is_not_negative CHECK ((method_discount >= 0)),
    CONSTRAINT a_promotion_discount_is_not_negative CHECK ((promotion_discount >= 0)),
    CONSTRAINT an_order_total_is_not_negative CHECK ((total >= 0)),
    CONSTRAINT an_order_total_is_the_sum_of_its_parts CHECK (((prices_include_tax AND (total = ((goods - discount) + shipping))) OR ((NOT prices_include_tax) AND (total = (((goods - discount) + shipping) + tax))))),
    CONSTRAINT order_states_are_real CHECK ((state IN ('placed', 'on_hold', 'closed', 'canceled'))),
    CONSTRAINT orders_order_net_days_check CHECK ((net_days >= 0))
);

CREATE TABLE public.orders_orderline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    "position" integer NOT NULL,
    kind character varying(10) NOT NULL,
    sku character varying(64) NOT NULL,
    name character varying(300) NOT NULL,
    quantity bigint NOT NULL,
    canceled bigint NOT NULL,
    unit_price numeric(20,6) NOT NULL,
    goods bigint NOT NULL,
    discount bigint NOT NULL,
    tax_rate numeric(9,6) NOT NULL,
    tax_base bigint NOT NULL,
    tax bigint NOT NULL,
    tax_name character varying(60) NOT NULL,
    rounding character varying(16) NOT NULL,
    total bigint NOT NULL,
    seller_id uuid,
    order_id uuid NOT NULL,
    variant_id uuid,
    held boolean NOT NULL,
    replaces_id uuid,
    is_charge boolean DEFAULT false NOT NULL,
    gift_to_id uuid,
    CONSTRAINT a_line_orders_something CHECK ((quantity > 0)),
    CONSTRAINT a_line_total_is_the_sum_of_its_parts CHECK (((total = (goods - discount)) OR (total = ((goods - discount) + tax)))),
    CONSTRAINT line_kinds_are_real CHECK ((kind IN ('goods', 'service', 'shipping', 'fee', 'gift_card'))),
    CONSTRAINT never_cancel_more_than_ordered CHECK (((canceled >= 0) AND (canceled <= quantity)))
);

CREATE TABLE public.orders_ordernote (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    to_customer boolean NOT NULL,
    text text NOT NULL,
    written_at timestamp with time zone NOT NULL,
    author character varying(80) NOT NULL,
    order_id uuid NOT NULL
);

CREATE TABLE public.orders_ordertag (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    tag character varying(40) NOT NULL,
    order_id uuid NOT NULL
);

CREATE TABLE public.payments_account (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(32) NOT NULL,
    kind character varying(16) NOT NULL,
    CONSTRAINT account_kinds_are_real CHECK ((kind IN ('asset', 'liability', 'income', 'expense')))
);

CREATE TABLE public.payments_allocation (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    planned bigint NOT NULL,
    held bigint NOT NULL,
    amount bigint NOT NULL,
    refunding bigint NOT NULL,
    refunded bigint NOT NULL,
    payment_id uuid NOT NULL,
    receivable_id uuid NOT NULL,
    CONSTRAINT allocation_amounts_are_never_negative CHECK (((amount >= 0) AND (held >= 0) AND (planned >= 0) AND (refunded >= 0) AND (refunding >= 0))),
    CONSTRAINT allocation_held_never_exceeds_planned CHECK ((planned >= held)),
    CONSTRAINT allocation_refunded_never_exceeds_amount CHECK ((amount >= (refunded + refunding)))
);

CREATE TABLE public.payments_attempt (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    gateway character varying(32) NOT NULL,
    kind character varying(16) NOT NULL,
    state character varying(16) NOT NULL,
    amount bigint NOT NULL,
    key character varying(64) NOT NULL,
    gateway_reference character varying(200) NOT NULL,
    error character varying(64) NOT NULL,
    reason character varying(32) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    allocation_id uuid,
    payment_id uuid NOT NULL,
    CONSTRAINT attempt_amounts_are_positive CHECK ((amount > 0)),
    CONSTRAINT attempt_kinds_are_real CHECK ((kind IN ('authorize', 'capture', 'void', 'refund'))),
    CONSTRAINT attempt_states_are_real CHECK ((state IN ('requested', 'sent', 'waiting', 'unknown', 'succeeded', 'declined', 'withdrawn', 'returned')))
);

CREATE TABLE public.payments_checkout (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    way character varying(16) NOT NULL,
    title character varying(120) NOT NULL,
    language character varying(16) NOT NULL,
    details jsonb NOT NULL,
    keep boolean NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    prompt_kind character varying(16) NOT NULL,
    prompt text NOT NULL,
    attempt_id uuid NOT NULL,
    CONSTRAINT prompt_kinds_are_real CHECK ((((prompt = ''::text) AND ((prompt_kind)::text = ''::text)) OR (prompt_kind IN ('redirect', 'qr', 'form', 'parameters'))))
);

CREATE TABLE public.payments_creditgrant (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    amount bigint NOT NULL,
    used bigint NOT NULL,
    expired bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    payable_id uuid NOT NULL,
    CONSTRAINT a_credit_grant_gives_something CHECK ((amount > 0)),
    CONSTRAINT credit_grants_are_never_negative CHECK (((expired >= 0) AND (used >= 0))),
    CONSTRAINT never_spend_more_than_was_granted CHECK ((amount >= used)),
    CONSTRAINT only_what_was_used_up_can_have_expired CHECK ((used >= expired))
);

CREATE TABLE public.payments_dispute (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    gateway character varying(32) NOT NULL,
    reference character varying(200) NOT NULL,
    state character varying(8) NOT NULL,
    reason character varying(64) NOT NULL,
    amount bigint NOT NULL,
    fee bigint NOT NULL,
    won bigint NOT NULL,
    lost bigint NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    answer_due_at timestamp with time zone,
    closed_at timestamp with time zone,
    payment_id uuid NOT NULL,
    answered_at timestamp with time zone,
    CONSTRAINT a_dispute_has_a_reference CHECK ((NOT ((reference)::text = ''::text))),
    CONSTRAINT a_dispute_is_about_something CHECK ((amount > 0)),
    CONSTRAINT a_dispute_is_over_when_all_is_decided CHECK ((((amount > (won + lost)) AND (closed_at IS NULL) AND ((state)::text = 'open'::text)) OR ((NOT ((state)::text = 'open'::text)) AND (amount = (won + lost)) AND (closed_at IS NOT NULL)))),
    CONSTRAINT dispute_amounts_are_never_negative CHECK (((fee >= 0) AND (lost >= 0) AND (won >= 0))),
    CONSTRAINT dispute_states_are_real CHECK ((state IN ('open', 'won', 'lost', 'divided'))),
    CONSTRAINT no_more_is_decided_than_was_disputed CHECK ((amount >= (won + lost)))
);

CREATE TABLE public.payments_giftcard (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    origin character varying(8) NOT NULL,
    state character varying(8) NOT NULL,
    document_kind character varying(32) NOT NULL,
    document_id uuid,
    line_id uuid,
    face bigint NOT NULL,
    valid_months smallint,
    code_digest character varying(64) NOT NULL,
    last4 character varying(4) NOT NULL,
    sealed_code text NOT NULL,
    issued_at timestamp with time zone,
    expires_at timestamp with time zone,
    payable_id uuid NOT NULL,
    CONSTRAINT a_gift_card_in_use_has_a_code CHECK ((NOT (((code_digest)::text = ''::text) AND ((state)::text = 'active'::text)))),
    CONSTRAINT a_gift_card_is_worth_something CHECK ((face > 0)),
    CONSTRAINT a_sold_card_has_its_line CHECK (((NOT ((origin)::text = 'order'::text)) OR ((document_id IS NOT NULL) AND (line_id IS NOT NULL)))),
    CONSTRAINT gift_card_origins_are_real CHECK ((origin IN ('order', 'favor', 'counter', 'import'))),
    CONSTRAINT gift_card_states_are_real CHECK ((state IN ('sold', 'active', 'voided', 'expired')))
);

CREATE TABLE public.payments_payable (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    kind character varying(16) NOT NULL,
    document_kind character varying(32) NOT NULL,
    document_id uuid NOT NULL,
    party_kind character varying(16) NOT NULL,
    party_id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    amount bigint NOT NULL,
    paid bigint NOT NULL,
    due bigint GENERATED ALWAYS AS ((amount - paid)) STORED,
    CONSTRAINT payable_amounts_are_never_negative CHECK (((amount >= 0) AND (paid >= 0))),
    CONSTRAINT payable_kinds_are_real CHECK ((kind IN ('goodwill', 'credit_note', 'store_credit', 'gift_card', 'seller'))),
    CONSTRAINT payable_paid_never_exceeds_amount CHECK ((amount >= paid))
);

CREATE TABLE public.payments_payment (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    gateway character varying(32) NOT NULL,
    gateway_reference character varying(200) NOT NULL,
    customer_id uuid,
    currency character varying(3) NOT NULL,
    authorizes boolean NOT NULL,
    state character varying(16) NOT NULL,
    requested bigint NOT NULL,
    authorized bigint NOT NULL,
    capturing bigint NOT NULL,
    captured bigint NOT NULL,
    voiding bigint NOT NULL,
    voided bigint NOT NULL,
    applied bigint NOT NULL,
    refunding bigint NOT NULL,
    refunded bigint NOT NULL,
    settled bigint NOT NULL,
    unapplied bigint GENERATED ALWAYS AS ((((captured - applied) - refunding) - refunded)) STORED,
    requested_at timestamp with time zone NOT NULL,
    captured_at timestamp with time zone,
    payable_id uuid,
    account_id uuid,
    means character varying(80) DEFAULT ''::character varying NOT NULL,
    disputed bigint DEFAULT 0 NOT NULL,
    CONSTRAINT authorized_never_exceeds_requested CHECK ((requested >= authorized)),
    CONSTRAINT captured_and_voided_never_exceed_authorized CHECK ((((authorized = 0) AND (NOT authorizes) AND (voided = 0) AND (voiding = 0)) OR (authorized >= (((captured + capturing) + voided) + voiding)))),
    CONSTRAINT captured_never_exceeds_requested CHECK ((requested >= (captured + capturing))),
    CONSTRAINT disputed_money_is_never_negative CHECK ((disputed >= 0)),
    CONSTRAINT payment_amounts_are_never_negative CHECK (((applied >= 0) AND (authorized >= 0) AND (captured >= 0) AND (capturing >= 0) AND (refunded >= 0) AND (refunding >= 0) AND (requested >= 0) AND (settled >= 0) AND (voided >= 0) AND (voiding >= 0))),
    CONSTRAINT payment_settled_never_exceeds_captured CHECK ((captured >= settled)),
    CONSTRAINT payment_states_are_real CHECK ((state IN ('requested', 'authorized', 'captured', 'voided', 'declined'))),
    CONSTRAINT payment_uses_never_exceed_captured CHECK ((captured >= ((applied + refunded) + refunding))),
    CONSTRAINT refunded_never_exceeds_captured CHECK ((captured >= (refunded + refunding))),
    CONSTRAINT what_is_disputed_is_not_refunded_too CHECK ((captured >= ((refunded + refunding) + disputed)))
);

CREATE TABLE public.payments_posting (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    rule character varying(40) NOT NULL,
    amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    credit_id uuid NOT NULL,
    debit_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    payable_id uuid,
    payment_id uuid,
    receivable_id uuid,
    CONSTRAINT a_posting_moves_between_two_accounts CHECK ((NOT (debit_id = credit_id))),
    CONSTRAINT posting_amounts_are_positive CHECK ((amount > 0))
);

ALTER TABLE public.payments_posting ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_posting_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_receivable (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    document_kind character varying(32) NOT NULL,
    document_id uuid NOT NULL,
    customer_id uuid,
    currency character varying(3) NOT NULL,
    terms character varying(16) NOT NULL,
    due_at timestamp with time zone,
    amount bigint NOT NULL,
    invoiced bigint NOT NULL,
    credited bigint NOT NULL,
    written_off bigint NOT NULL,
    authorized bigint NOT NULL,
    allocated bigint NOT NULL,
    refunded bigint NOT NULL,
    settled bigint GENERATED ALWAYS AS (LEAST(((invoiced - credited) - written_off), (allocated - refunded))) STORED,
    due bigint GENERATED ALWAYS AS (((amount - written_off) - (allocated - refunded))) STORED,
    payment_status character varying(16) GENERATED ALWAYS AS (
CASE
    WHEN (amount < (written_off + (allocated - refunded))) THEN 'overpaid'::text
    WHEN ((allocated > refunded) AND (amount > (written_off + (allocated - refunded)))) THEN 'partly_paid'::text
    WHEN (amount > ((written_off + (allocated - refunded)) + authorized)) THEN 'unpaid'::text
    WHEN (amount > (written_off + (allocated - refunded))) THEN 'authorized'::text
    WHEN (written_off > 0) THEN 'written_off'::text
    WHEN ((allocated > refunded) AND (refunded > 0)) THEN 'partly_refunded'::text
    WHEN (allocated > refunded) THEN 'paid'::text
    WHEN (refunded > 0) THEN 'refunded'::text
    ELSE 'nothing_due'::text
END) STORED,
    waits boolean DEFAULT false NOT NULL,
    CONSTRAINT receivable_amounts_are_never_negative CHECK (((allocated >= 0) AND (amount >= 0) AND (authorized >= 0) AND (credited >= 0) AND (invoiced >= 0) AND (refunded >= 0) AND (written_off >= 0))),
    CONSTRAINT receivable_refunded_never_exceeds_allocated CHECK ((allocated >= refunded)),
    CONSTRAINT receivable_relief_never_exceeds_invoiced CHECK ((invoiced >= (credited + written_off))),
    CONSTRAINT receivable_terms_are_real CHECK ((terms IN ('prepaid', 'on_delivery', 'on_account')))
);

CREATE TABLE public.policies_favorterms (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    goodwill_limit bigint NOT NULL,
    bonus_rate numeric(9,6) NOT NULL,
    thank_you bigint NOT NULL,
    credit_days integer,
    declined_to_credit boolean NOT NULL,
    CONSTRAINT favor_terms_are_never_negative CHECK (((bonus_rate >= (0)::numeric) AND (bonus_rate <= (1)::numeric) AND (goodwill_limit >= 0) AND (thank_you >= 0))),
    CONSTRAINT favor_terms_currency_is_a_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT policies_favorterms_credit_days_check CHECK ((credit_days >= 0))
);

CREATE TABLE public.policies_returngrade (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    goes_to character varying(10) NOT NULL,
    given_back numeric(9,6) NOT NULL,
    "position" integer NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT return_grade_gives_back_a_part CHECK (((given_back >= (0)::numeric) AND (given_back <= (1)::numeric))),
    CONSTRAINT return_grade_place_is_known CHECK ((goes_to IN ('stock', 'damaged', 'refurbish', 'scrap', 'supplier'))),
    CONSTRAINT return_grade_state_is_known CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.policies_returnreason (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    name_i18n jsonb NOT NULL,
    fault character varying(10) NOT NULL,
    "position" integer NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT return_reason_fault_is_known CHECK ((fault IN ('customer', 'shop', 'carrier'))),
    CONSTRAINT return_reason_state_is_known CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.policies_returnrule (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    "position" integer NOT NULL,
    channels character varying(40)[] NOT NULL,
    countries character varying(2)[] NOT NULL,
    tax_classes character varying(40)[] NOT NULL,
    skus character varying(64)[] NOT NULL,
    reasons character varying(40)[] NOT NULL,
    currency character varying(3) NOT NULL,
    starts_on date,
    ends_on date,
    allows boolean NOT NULL,
    window_days integer,
    counted_from character varying(10) NOT NULL,
    conditions character varying(10)[] NOT NULL,
    shipping_paid_by character varying(10) NOT NULL,
    shipping_fee bigint NOT NULL,
    restocking_rate numeric(9,6) NOT NULL,
    restocking_fee bigint NOT NULL,
    grades_count boolean NOT NULL,
    refund_at character varying(10) NOT NULL,
    sends_ahead boolean NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT policies_returnrule_window_days_check CHECK ((window_days >= 0)),
    CONSTRAINT return_rule_amounts_have_a_currency CHECK (((NOT ((currency)::text = ''::text)) OR ((restocking_fee = 0) AND (shipping_fee = 0)))),
    CONSTRAINT return_rule_conditions_are_known CHECK ((conditions <@ ARRAY['unopened'::character varying(10), 'opened'::character varying(10), 'used'::character varying(10)])),
    CONSTRAINT return_rule_counts_from_a_known_day CHECK ((counted_from IN ('delivered', 'shipped', 'placed'))),
    CONSTRAINT return_rule_ends_after_it_starts CHECK (((starts_on IS NULL) OR (ends_on IS NULL) OR (ends_on >= starts_on))),
    CONSTRAINT return_rule_fees_are_parts_of_a_price CHECK (((restocking_fee >= 0) AND (restocking_rate >= (0)::numeric) AND (restocking_rate <= (1)::numeric) AND (shipping_fee >= 0))),
    CONSTRAINT return_rule_payer_is_known CHECK ((shipping_paid_by IN ('customer', 'shop'))),
    CONSTRAINT return_rule_state_is_known CHECK ((state IN ('active', 'retired'))),
    CONSTRAINT return_rule_time_of_refund_is_known CHECK ((refund_at IN ('scan', 'inspection')))
);

CREATE TABLE public.pricing_pastlist (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    channel_id uuid,
    customer_group character varying(40) NOT NULL,
    currency character varying(3) NOT NULL,
    starts_on date,
    ends_on date,
    priority integer NOT NULL,
    is_active boolean NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    price_list_id uuid NOT NULL,
    CONSTRAINT a_past_list_ends_after_it_began CHECK (((ended_at IS NULL) OR (ended_at >= began_at)))
);

CREATE TABLE public.pricing_pastprice (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    min_quantity bigint NOT NULL,
    unit_price numeric(20,6) NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    price_list_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    CONSTRAINT a_past_price_ends_after_it_began CHECK (((ended_at IS NULL) OR (ended_at >= began_at)))
);

CREATE TABLE public.pricing_price (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    min_quantity bigint NOT NULL,
    unit_price numeric(20,6) NOT NULL,
    variant_id uuid NOT NULL,
    price_list_id uuid NOT NULL,
    CONSTRAINT price_break_is_an_ordered_quantity CHECK (((min_quantity >= 1) AND (min_quantity <= 1000000000))),
    CONSTRAINT price_is_never_negative CHECK ((unit_price >= (0)::numeric))
);

CREATE TABLE public.pricing_pricelist (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    customer_group character varying(40) NOT NULL,
    currency character varying(3) NOT NULL,
    starts_on date,
    ends_on date,
    priority integer NOT NULL,
    state character varying(10) NOT NULL,
    channel_id uuid,
    CONSTRAINT price_list_currency_is_a_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT price_list_ends_after_it_starts CHECK (((starts_on IS NULL) OR (ends_on IS NULL) OR (ends_on >= starts_on))),
    CONSTRAINT price_list_state_is_known CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.pricing_shippingmethod (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    name_i18n jsonb NOT NULL,
    carrier character varying(40) NOT NULL,
    countries character varying(2)[] NOT NULL,
    tax_class character varying(40) NOT NULL,
    min_days smallint NOT NULL,
    max_days smallint NOT NULL,
    "position" integer NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT pricing_shippingmethod_max_days_check CHECK ((max_days >= 0)),
    CONSTRAINT pricing_shippingmethod_min_days_check CHECK ((min_days >= 0)),
    CONSTRAINT shipping_method_state_is_known CHECK ((state IN ('active', 'retired'))),
    CONSTRAINT shipping_takes_at_most_as_long_as_it_says CHECK ((max_days >= min_days))
);

CREATE TABLE public.pricing_shippingrate (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    zone character varying(60) NOT NULL,
    countries character varying(2)[] NOT NULL,
    regions character varying(100)[] NOT NULL,
    postal_prefixes character varying(20)[] NOT NULL,
    min_weight_grams bigint NOT NULL,
    max_weight_grams bigint,
    min_amount bigint NOT NULL,
    max_amount bigint,
    price bigint NOT NULL,
    method_id uuid NOT NULL,
    CONSTRAINT shipping_amounts_are_a_range CHECK (((min_amount >= 0) AND ((max_amount IS NULL) OR (max_amount > min_amount)))),
    CONSTRAINT shipping_currency_is_a_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT shipping_price_is_never_negative CHECK ((price >= 0)),
    CONSTRAINT shipping_weights_are_a_range CHECK (((min_weight_grams >= 0) AND ((max_weight_grams IS NULL) OR (max_weight_grams >= min_weight_grams))))
);

CREATE TABLE public.pricing_taxrate (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    country character varying(2) NOT NULL,
    region character varying(100) NOT NULL,
    tax_class character varying(40) NOT NULL,
    rate numeric(9,6) NOT NULL,
    name character varying(60) NOT NULL,
    applies_to_shipping boolean NOT NULL,
    rounding character varying(10) NOT NULL,
    starts_on date,
    ends_on date,
    state character varying(10) NOT NULL,
    CONSTRAINT tax_country_is_a_code CHECK (((country)::text ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT tax_rate_ends_after_it_starts CHECK (((starts_on IS NULL) OR (ends_on IS NULL) OR (ends_on >= starts_on))),
    CONSTRAINT tax_rate_is_a_fraction CHECK (((rate >= (0)::numeric) AND (rate <= (2)::numeric))),
    CONSTRAINT tax_rate_state_is_known CHECK ((state IN ('active', 'retired'))),
    CONSTRAINT tax_rounding_is_known CHECK ((rounding IN ('half_up', 'half_even', 'down')))
);

CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);

CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;

CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;

CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);

CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;

CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.promotions_coupon (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    promotion_id uuid NOT NULL
);

CREATE TABLE public.promotions_pastterms (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    terms jsonb NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    promotion_id uuid NOT NULL,
    CONSTRAINT past_terms_end_after_they_began CHECK (((ended_at IS NULL) OR (ended_at >= began_at)))
);

CREATE TABLE public.promotions_promotion (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    name_i18n jsonb NOT NULL,
    gives character varying(16) NOT NULL,
    percent numeric(7,6) NOT NULL,
    amount bigint NOT NULL,
    buy bigint NOT NULL,
    get bigint NOT NULL,
    tiers jsonb NOT NULL,
    bundle jsonb NOT NULL,
    most_off bigint,
    skus character varying(64)[] NOT NULL,
    not_skus character varying(64)[] NOT NULL,
    others character varying(64)[] NOT NULL,
    channels character varying(40)[] NOT NULL,
    currencies character varying(3)[] NOT NULL,
    groups character varying(40)[] NOT NULL,
    tags character varying(40)[] NOT NULL,
    least_amount bigint,
    least_quantity bigint,
    first_order boolean NOT NULL,
    starts_on date,
    ends_on date,
    priority integer NOT NULL,
    exclusive boolean NOT NULL,
    combines character varying(40)[] NOT NULL,
    most_uses bigint,
    most_each bigint,
    used bigint NOT NULL,
    state character varying(10) NOT NULL,
    categories character varying(100)[] NOT NULL,
    CONSTRAINT a_promotion_is_not_used_too_often CHECK (((used >= 0) AND ((most_uses IS NULL) OR (used <= most_uses)))),
    CONSTRAINT promotion_states_are_real CHECK ((state IN ('active', 'retired'))),
    CONSTRAINT what_a_promotion_gives_is_known CHECK ((gives IN ('percent', 'amount', 'amount_each', 'free_shipping', 'buy_get', 'by_quantity', 'by_value', 'bundle', 'any_for')))
);

CREATE TABLE public.promotions_promotionshare (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    line_id uuid NOT NULL,
    amount bigint NOT NULL,
    use_id uuid NOT NULL,
    CONSTRAINT a_share_of_a_promotion_is_something CHECK ((amount > 0))
);

CREATE TABLE public.promotions_promotionuse (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    order_id uuid NOT NULL,
    customer_id uuid,
    coupon character varying(40) NOT NULL,
    amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    place integer,
    used_at timestamp with time zone NOT NULL,
    given_back_at timestamp with time zone,
    stays boolean NOT NULL,
    promotion_id uuid NOT NULL,
    email_key uuid,
    CONSTRAINT a_used_promotion_gives_something CHECK ((amount > 0))
);

CREATE TABLE public.rates_rate (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    base character varying(3) NOT NULL,
    currency character varying(3) NOT NULL,
    value numeric(24,12) NOT NULL,
    valid_on date NOT NULL,
    source character varying(60) NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT a_rate_is_above_zero CHECK ((value > (0)::numeric)),
    CONSTRAINT a_rate_is_between_two_currencies CHECK ((NOT ((base)::text = (currency)::text))),
    CONSTRAINT rate_states_are_real CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.reconciliation_discrepancy (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    kind character varying(24) NOT NULL,
    source character varying(32) NOT NULL,
    reference character varying(200) NOT NULL,
    payment_reference character varying(200) NOT NULL,
    currency character varying(3) NOT NULL,
    amount bigint,
    expected bigint,
    line_id uuid,
    state character varying(10) NOT NULL,
    seen integer NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    resolution character varying(10) NOT NULL,
    note character varying(500) NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by_kind character varying(16) NOT NULL,
    resolved_by_id character varying(64) NOT NULL,
    attempt_id uuid,
    payment_id uuid,
    CONSTRAINT a_discrepancy_was_seen_at_least_once CHECK ((seen >= 1)),
    CONSTRAINT a_resolved_discrepancy_says_how_and_when CHECK (((((resolution)::text = ''::text) AND (resolved_at IS NULL) AND ((state)::text = 'open'::text)) OR ((resolution IN ('booked', 'refunded', 'ignored')) AND (resolved_at IS NOT NULL) AND ((state)::text = 'resolved'::text)))),
    CONSTRAINT discrepancy_kinds_are_known CHECK ((kind IN ('no_such_payment', 'amount_differs', 'currency_differs', 'wrong_merchant', 'reference_reused', 'order_gone', 'fee_differs', 'missing_at_gateway', 'refund_returned', 'missing_in_books', 'overpaid', 'underpaid'))),
    CONSTRAINT discrepancy_states_are_real CHECK ((state IN ('open', 'resolved')))
);

CREATE TABLE public.reconciliation_linematch (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    document_kind character varying(32) NOT NULL,
    document_id uuid,
    amount bigint NOT NULL,
    by_itself boolean NOT NULL,
    signs jsonb NOT NULL,
    matched_at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    attempt_id uuid,
    line_id uuid NOT NULL,
    reverses_id uuid,
    CONSTRAINT a_match_is_of_some_amount CHECK ((amount > 0)),
    CONSTRAINT lines_are_matched_with_known_things CHECK ((kind IN ('document', 'refund', 'reversal')))
);

CREATE TABLE public.reconciliation_statement (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    account character varying(40) NOT NULL,
    currency character varying(3) NOT NULL,
    source character varying(10) NOT NULL,
    digest character varying(64) NOT NULL,
    place integer NOT NULL,
    number character varying(40) NOT NULL,
    from_on date,
    to_on date,
    opening bigint,
    closing bigint,
    moved bigint NOT NULL,
    lines_count integer NOT NULL,
    known_count integer NOT NULL,
    is_whole boolean NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    CONSTRAINT statements_count_their_lines_from_zero CHECK (((known_count >= 0) AND (lines_count >= 0)))
);

CREATE TABLE public.reconciliation_statementline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    account character varying(40) NOT NULL,
    key character varying(40) NOT NULL,
    booked_on date NOT NULL,
    value_on date,
    amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    name character varying(200) NOT NULL,
    payer_account character varying(40) NOT NULL,
    text character varying(1000) NOT NULL,
    end_to_end character varying(40) NOT NULL,
    bank_reference character varying(80) NOT NULL,
    is_reversal boolean NOT NULL,
    state character varying(16) NOT NULL,
    matched bigint NOT NULL,
    score smallint NOT NULL,
    proposals jsonb NOT NULL,
    looked_at timestamp with time zone,
    reason character varying(300) NOT NULL,
    erased_at timestamp with time zone,
    payment_id uuid,
    statement_id uuid NOT NULL,
    CONSTRAINT a_line_is_matched_as_far_as_its_state_says CHECK ((((matched = 0) AND (state IN ('open', 'ignored', 'reversed'))) OR ((matched = amount) AND ((state)::text = 'matched'::text)) OR ((matched = (amount * '-1'::integer)) AND ((state)::text = 'matched'::text)) OR ((matched >= 0) AND (matched < amount) AND (payment_id IS NOT NULL) AND ((state)::text = 'partly_matched'::text)))),
    CONSTRAINT a_statement_line_moves_something CHECK ((NOT (amount = 0))),
    CONSTRAINT an_erased_line_names_nobody CHECK (((erased_at IS NULL) OR (((end_to_end)::text = ''::text) AND ((name)::text = ''::text) AND ((payer_account)::text = ''::text) AND ((text)::text = ''::text)))),
    CONSTRAINT an_ignored_line_says_why CHECK (((NOT ((state)::text = 'ignored'::text)) OR (NOT ((reason)::text = ''::text)))),
    CONSTRAINT reconciliation_statementline_score_check CHECK ((score >= 0)),
    CONSTRAINT statement_line_states_are_real CHECK ((state IN ('open', 'partly_matched', 'matched', 'reversed', 'ignored')))
);

CREATE TABLE public.reconciliation_statementmapping (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(120) NOT NULL,
    state character varying(10) NOT NULL,
    columns jsonb NOT NULL,
    date_format character varying(40) NOT NULL,
    "decimal" character varying(1) NOT NULL,
    delimiter character varying(12) NOT NULL,
    encoding character varying(20) NOT NULL,
    skip_lines smallint NOT NULL,
    account character varying(40) NOT NULL,
    currency character varying(3) NOT NULL,
    debit_words jsonb NOT NULL,
    CONSTRAINT mapping_states_are_real CHECK ((state IN ('active', 'retired'))),
    CONSTRAINT reconciliation_statementmapping_skip_lines_check CHECK ((skip_lines >= 0))
);

CREATE TABLE public.reconciliation_tolerance (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    amounts jsonb NOT NULL
);

CREATE TABLE public.review_decision (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    round integer NOT NULL,
    verdict character varying(10) NOT NULL,
    edition bigint NOT NULL,
    actor_kind character varying(16) NOT NULL,
    actor_id character varying(64) NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    is_last boolean NOT NULL,
    note_id uuid,
    review_id uuid NOT NULL,
    CONSTRAINT verdicts_are_known CHECK ((verdict IN ('passed', 'waits', 'approved', 'rejected', 'asked', 'withdrawn')))
);

ALTER TABLE public.review_decision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.review_decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.review_finding (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    round integer NOT NULL,
    kind character varying(24) NOT NULL,
    follows character varying(10) NOT NULL,
    weight integer NOT NULL,
    is_asked boolean NOT NULL,
    facts jsonb NOT NULL,
    review_id uuid NOT NULL,
    version_id uuid NOT NULL,
    CONSTRAINT only_what_waits_is_asked_about CHECK (((NOT is_asked) OR ((follows)::text = 'wait'::text))),
    CONSTRAINT what_follows_a_finding_is_known CHECK ((follows IN ('wait', 'note', 'pass'))),
    CONSTRAINT what_was_found_has_a_known_kind CHECK ((kind IN ('amount', 'new_customer', 'address_trouble', 'blacklist', 'trusted', 'duplicate', 'remark', 'short_of_stock', 'unusual_quantity', 'price_under_floor', 'risk_score')))
);

ALTER TABLE public.review_finding ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.review_finding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.review_review (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    state character varying(10) NOT NULL,
    round integer NOT NULL,
    edition bigint NOT NULL,
    approvals smallint NOT NULL,
    score integer NOT NULL,
    goods_key character varying(64) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    asked_at timestamp with time zone,
    assignee_id integer,
    order_id uuid NOT NULL,
    CONSTRAINT review_review_approvals_check CHECK ((approvals >= 0)),
    CONSTRAINT review_states_are_real CHECK ((state IN ('waiting', 'passed', 'rejected', 'withdrawn'))),
    CONSTRAINT rounds_of_review_are_counted_from_one CHECK ((round >= 1)),
    CONSTRAINT what_is_decided_has_a_date CHECK ((((decided_at IS NULL) AND ((state)::text = 'waiting'::text)) OR ((NOT ((state)::text = 'waiting'::text)) AND (decided_at IS NOT NULL)))),
    CONSTRAINT what_waits_waits_for_somebody CHECK (((NOT ((state)::text = 'waiting'::text)) OR (approvals >= 1)))
);

CREATE TABLE public.review_rule (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name character varying(120) NOT NULL,
    state character varying(10) NOT NULL,
    kind character varying(24) NOT NULL,
    parameters jsonb NOT NULL,
    channel_ids uuid[] NOT NULL,
    follows character varying(10) NOT NULL,
    approvals smallint NOT NULL,
    holds_money boolean NOT NULL,
    weight integer NOT NULL,
    version integer NOT NULL,
    code character varying(40) NOT NULL,
    CONSTRAINT one_or_two_people_let_an_order_pass CHECK ((approvals = ANY (ARRAY[1, 2]))),
    CONSTRAINT review_rule_approvals_check CHECK ((approvals >= 0)),
    CONSTRAINT rule_kind_is_known CHECK ((kind IN ('amount', 'new_customer', 'address_trouble', 'blacklist', 'trusted', 'duplicate', 'remark', 'short_of_stock', 'unusual_quantity', 'price_under_floor', 'risk_score'))),
    CONSTRAINT rule_states_are_real CHECK ((state IN ('paused', 'active', 'retired'))),
    CONSTRAINT what_a_rule_finds_never_weighs_less_than_nothing CHECK ((weight >= 0)),
    CONSTRAINT what_follows_a_rule_is_known CHECK ((follows IN ('wait', 'note', 'pass')))
);

CREATE TABLE public.review_ruleset (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    edition bigint NOT NULL
);

CREATE TABLE public.review_ruleversion (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name character varying(120) NOT NULL,
    state character varying(10) NOT NULL,
    kind character varying(24) NOT NULL,
    parameters jsonb NOT NULL,
    channel_ids uuid[] NOT NULL,
    follows character varying(10) NOT NULL,
    approvals smallint NOT NULL,
    holds_money boolean NOT NULL,
    weight integer NOT NULL,
    version integer NOT NULL,
    edition bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    rule_id uuid NOT NULL,
    CONSTRAINT review_ruleversion_approvals_check CHECK ((approvals >= 0)),
    CONSTRAINT rule_version_kind_is_known CHECK ((kind IN ('amount', 'new_customer', 'address_trouble', 'blacklist', 'trusted', 'duplicate', 'remark', 'short_of_stock', 'unusual_quantity', 'price_under_floor', 'risk_score'))),
    CONSTRAINT rule_versions_have_real_states CHECK ((state IN ('paused', 'active', 'retired'))),
    CONSTRAINT what_follows_a_rule_version_is_known CHECK ((follows IN ('wait', 'note', 'pass')))
);

CREATE TABLE public.review_trace (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    key character varying(64) NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    review_id uuid NOT NULL
);

ALTER TABLE public.review_trace ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.review_trace_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.rollups_buyer (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    orders smallint NOT NULL,
    last_at timestamp with time zone
);

CREATE TABLE public.rollups_calendar (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    time_zone character varying(64) NOT NULL
);

CREATE TABLE public.rollups_customermonth (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    counted_on date NOT NULL,
    currency character varying(3) NOT NULL,
    canceled bigint NOT NULL,
    units bigint NOT NULL,
    net bigint NOT NULL,
    tax bigint NOT NULL,
    total bigint NOT NULL,
    discount bigint NOT NULL,
    shipping bigint NOT NULL,
    given_back bigint NOT NULL,
    customer_id uuid NOT NULL,
    orders bigint NOT NULL
);

CREATE TABLE public.rollups_fulfillmentday (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    counted_on date NOT NULL,
    node_id uuid NOT NULL,
    person character varying(80) NOT NULL,
    took character varying(8) NOT NULL,
    units bigint NOT NULL,
    late bigint NOT NULL,
    seconds bigint NOT NULL,
    delivered bigint NOT NULL,
    on_the_way bigint NOT NULL,
    shipments bigint NOT NULL
);

CREATE TABLE public.rollups_itemsales (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    grain character varying(5) NOT NULL,
    counted_on date NOT NULL,
    channel_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    orders bigint NOT NULL,
    units bigint NOT NULL,
    net bigint NOT NULL,
    total bigint NOT NULL,
    CONSTRAINT grains_are_real CHECK ((grain IN ('day', 'month')))
);

CREATE TABLE public.rollups_moneyday (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    counted_on date NOT NULL,
    rule character varying(40) NOT NULL,
    method character varying(32) NOT NULL,
    currency character varying(3) NOT NULL,
    times bigint NOT NULL,
    amount bigint NOT NULL
);

CREATE TABLE public.rollups_orderpart (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    counted_on date NOT NULL,
    hour smallint NOT NULL,
    channel_id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    canceled bigint NOT NULL,
    units bigint NOT NULL,
    net bigint NOT NULL,
    tax bigint NOT NULL,
    total bigint NOT NULL,
    discount bigint NOT NULL,
    shipping bigint NOT NULL,
    given_back bigint NOT NULL,
    promised_on date,
    waits boolean NOT NULL,
    variants uuid[] NOT NULL,
    pieces bigint[] NOT NULL,
    nets bigint[] NOT NULL,
    totals bigint[] NOT NULL,
    customer_id uuid
);

CREATE TABLE public.rollups_returnday (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    counted_on date NOT NULL,
    channel_id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    variant_id uuid,
    reason character varying(40) NOT NULL,
    units bigint NOT NULL,
    accepted bigint NOT NULL,
    refund bigint NOT NULL,
    fee bigint NOT NULL,
    lines bigint NOT NULL
);

CREATE TABLE public.rollups_returnpart (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    counted_on date NOT NULL,
    channel_id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    variant_id uuid,
    reason character varying(40) NOT NULL,
    units bigint NOT NULL,
    accepted bigint NOT NULL,
    refund bigint NOT NULL,
    fee bigint NOT NULL,
    order_id uuid NOT NULL
);

CREATE TABLE public.rollups_saleshour (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    counted_on date NOT NULL,
    hour smallint NOT NULL,
    channel_id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    canceled bigint NOT NULL,
    units bigint NOT NULL,
    net bigint NOT NULL,
    tax bigint NOT NULL,
    total bigint NOT NULL,
    discount bigint NOT NULL,
    shipping bigint NOT NULL,
    given_back bigint NOT NULL,
    orders bigint NOT NULL
);

CREATE TABLE public.rollups_shipmentpart (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    counted_on date NOT NULL,
    node_id uuid NOT NULL,
    person character varying(80) NOT NULL,
    took character varying(8) NOT NULL,
    units bigint NOT NULL,
    late bigint NOT NULL,
    seconds bigint NOT NULL,
    delivered bigint NOT NULL,
    on_the_way bigint NOT NULL,
    order_id uuid NOT NULL
);

CREATE TABLE public.rollups_taxday (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    counted_on date NOT NULL,
    channel_id uuid,
    name character varying(60) NOT NULL,
    rate numeric(9,6) NOT NULL,
    currency character varying(3) NOT NULL,
    invoiced_base bigint NOT NULL,
    invoiced_tax bigint NOT NULL,
    credited_base bigint NOT NULL,
    credited_tax bigint NOT NULL
);

CREATE TABLE public.sandbox_charge (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    authorized bigint NOT NULL,
    captured bigint NOT NULL,
    voided bigint NOT NULL,
    refunded bigint NOT NULL,
    CONSTRAINT the_sandbox_keeps_its_own_limits CHECK (((authorized >= (captured + voided)) AND (captured >= refunded) AND (refunded >= 0)))
);

CREATE TABLE public.sandbox_movement (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    key character varying(64) NOT NULL,
    kind character varying(16) NOT NULL,
    amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    state character varying(16) NOT NULL,
    error character varying(64) NOT NULL,
    charge_id uuid,
    CONSTRAINT sandbox_states_are_real CHECK ((state IN ('lost', 'pending', 'done', 'declined')))
);

CREATE TABLE public.sandbox_notice (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    turn bigint NOT NULL,
    movement_id uuid NOT NULL
);

ALTER TABLE public.sandbox_notice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sandbox_notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.sellers_seller (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    legal_name character varying(200) NOT NULL,
    tax_number character varying(40) NOT NULL,
    country character varying(2) NOT NULL,
    email character varying(254) NOT NULL,
    currency character varying(3) NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT seller_currency_is_a_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT seller_has_a_code_and_a_name CHECK (((NOT ((code)::text = ''::text)) AND (NOT ((name)::text = ''::text)))),
    CONSTRAINT seller_state_is_known CHECK ((state IN ('active', 'suspended', 'retired')))
);

CREATE TABLE public.settlement_creditnote (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    number character varying(32) NOT NULL,
    external_number character varying(64) NOT NULL,
    issued_on date NOT NULL,
    currency character varying(3) NOT NULL,
    language character varying(16) NOT NULL,
    prices_include_tax boolean NOT NULL,
    goods bigint NOT NULL,
    discount bigint NOT NULL,
    shipping bigint NOT NULL,
    fees bigint NOT NULL,
    tax bigint NOT NULL,
    total bigint NOT NULL,
    cause character varying(12) NOT NULL,
    reason character varying(200) NOT NULL,
    allowance_id uuid,
    bill_to_id uuid,
    customer_id uuid,
    order_id uuid,
    rma_id uuid,
    invoice_id uuid,
    profile_id bigint NOT NULL,
    claim_id uuid,
    CONSTRAINT a_credit_note_has_an_order_or_stands_alone CHECK (((((cause)::text = 'standalone'::text) AND (order_id IS NULL)) OR ((NOT ((cause)::text = 'standalone'::text)) AND (order_id IS NOT NULL)))),
    CONSTRAINT a_credit_note_is_the_sum_of_its_parts CHECK (((prices_include_tax AND (total = (((goods - discount) + shipping) + fees))) OR ((NOT prices_include_tax) AND (total = ((((goods - discount) + shipping) + fees) + tax))))),
    CONSTRAINT credit_causes_are_real CHECK ((cause IN ('return', 'cancellation', 'claim', 'allowance', 'correction', 'standalone'))),
    CONSTRAINT credit_note_amounts_are_never_negative CHECK (((discount >= 0) AND (fees >= 0) AND (goods >= 0) AND (shipping >= 0) AND (tax >= 0) AND (total >= 0)))
);

CREATE TABLE public.settlement_creditnoteline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    "position" integer NOT NULL,
    kind character varying(10) NOT NULL,
    sku character varying(64) NOT NULL,
    name character varying(300) NOT NULL,
    quantity bigint NOT NULL,
    unit_price numeric(20,6) NOT NULL,
    goods bigint NOT NULL,
    discount bigint NOT NULL,
    tax_rate numeric(9,6) NOT NULL,
    tax_base bigint NOT NULL,
    tax bigint NOT NULL,
    tax_name character varying(60) NOT NULL,
    total bigint NOT NULL,
    credit_note_id uuid NOT NULL,
    order_line_id uuid,
    CONSTRAINT a_credit_line_is_its_base_and_tax CHECK (((discount >= 0) AND (goods >= 0) AND (quantity >= 0) AND (tax >= 0) AND (total >= 0) AND (total = (tax_base + tax)))),
    CONSTRAINT credit_line_kinds_are_real CHECK ((kind IN ('goods', 'service', 'shipping', 'fee', 'gift_card')))
);

CREATE TABLE public.settlement_invoice (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    number character varying(32) NOT NULL,
    external_number character varying(64) NOT NULL,
    issued_on date NOT NULL,
    currency character varying(3) NOT NULL,
    language character varying(16) NOT NULL,
    prices_include_tax boolean NOT NULL,
    goods bigint NOT NULL,
    discount bigint NOT NULL,
    shipping bigint NOT NULL,
    fees bigint NOT NULL,
    tax bigint NOT NULL,
    total bigint NOT NULL,
    bill_to_id uuid,
    customer_id uuid,
    order_id uuid NOT NULL,
    shipment_id uuid,
    profile_id bigint NOT NULL,
    due_on date,
    CONSTRAINT an_invoice_is_the_sum_of_its_parts CHECK (((prices_include_tax AND (total = (((goods - discount) + shipping) + fees))) OR ((NOT prices_include_tax) AND (total = ((((goods - discount) + shipping) + fees) + tax))))),
    CONSTRAINT invoice_amounts_are_never_negative CHECK (((discount >= 0) AND (fees >= 0) AND (goods >= 0) AND (shipping >= 0) AND (tax >= 0) AND (total >= 0)))
);

CREATE TABLE public.settlement_invoiceline (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    "position" integer NOT NULL,
    kind character varying(10) NOT NULL,
    sku character varying(64) NOT NULL,
    name character varying(300) NOT NULL,
    quantity bigint NOT NULL,
    unit_price numeric(20,6) NOT NULL,
    goods bigint NOT NULL,
    discount bigint NOT NULL,
    tax_rate numeric(9,6) NOT NULL,
    tax_base bigint NOT NULL,
    tax bigint NOT NULL,
    tax_name character varying(60) NOT NULL,
    total bigint NOT NULL,
    invoice_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    CONSTRAINT an_invoice_line_is_its_base_and_tax CHECK (((discount >= 0) AND (goods >= 0) AND (quantity >= 0) AND (tax >= 0) AND (total >= 0) AND (total = (tax_base + tax)))),
    CONSTRAINT invoice_line_kinds_are_real CHECK ((kind IN ('goods', 'service', 'shipping', 'fee', 'gift_card')))
);

CREATE TABLE public.shop_profile (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    country character varying(2) NOT NULL,
    legal_name character varying(200) NOT NULL,
    address jsonb NOT NULL,
    email character varying(254) NOT NULL,
    phone character varying(20) NOT NULL,
    website character varying(200) NOT NULL,
    tax_number character varying(40) NOT NULL,
    vat_number character varying(40) NOT NULL,
    registration_number character varying(60) NOT NULL,
    bank_holder character varying(200) NOT NULL,
    bank_name character varying(100) NOT NULL,
    iban character varying(34) NOT NULL,
    account_number character varying(40) NOT NULL,
    bank_code character varying(20) NOT NULL,
    bic character varying(11) NOT NULL,
    footer character varying(300) NOT NULL,
    CONSTRAINT iban_is_plain CHECK ((((iban)::text = ''::text) OR ((iban)::text ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]+$'::text))),
    CONSTRAINT shop_country_is_a_code CHECK (((country)::text ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT shop_has_a_name CHECK ((NOT ((name)::text = ''::text)))
);

ALTER TABLE public.shop_profile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.shop_profile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.shop_storefront (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    title character varying(120) NOT NULL,
    tagline character varying(200) NOT NULL,
    tagline_i18n jsonb NOT NULL,
    country character varying(2) NOT NULL,
    accent character varying(7) NOT NULL,
    font character varying(10) NOT NULL,
    corners character varying(10) NOT NULL,
    state character varying(10) NOT NULL,
    origins character varying(200)[] NOT NULL,
    CONSTRAINT storefront_accent_is_a_color CHECK (((accent)::text ~ '^#[0-9a-f]{6}$'::text)),
    CONSTRAINT storefront_corners_are_known CHECK ((corners IN ('sharp', 'soft', 'round'))),
    CONSTRAINT storefront_font_is_known CHECK ((font IN ('sans', 'serif', 'rounded'))),
    CONSTRAINT storefront_has_a_channel CHECK ((NOT ((code)::text = ''::text))),
    CONSTRAINT storefront_state_is_known CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.shop_storefrontlogo (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name character varying(120) NOT NULL,
    media_type character varying(40) NOT NULL,
    size integer NOT NULL,
    digest character varying(64) NOT NULL,
    content bytea,
    attached_at timestamp with time zone NOT NULL,
    erased_at timestamp with time zone,
    alt character varying(200) NOT NULL,
    storefront_id uuid NOT NULL,
    CONSTRAINT a_storefront_logo_has_bytes_until_it_is_erased CHECK ((((content IS NOT NULL) AND (erased_at IS NULL)) OR ((content IS NULL) AND (erased_at IS NOT NULL) AND ((name)::text = ''::text)))),
    CONSTRAINT a_storefront_logo_is_a_picture CHECK ((media_type IN ('image/png', 'image/jpeg', 'image/webp'))),
    CONSTRAINT a_storefront_logo_is_of_sensible_size CHECK (((size >= 1) AND (size <= 8388608))),
    CONSTRAINT storefront_logos_are_of_safe_kinds CHECK ((media_type IN ('image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/heif', 'application/pdf')))
);

CREATE TABLE public.socialaccount_socialaccount (
    id integer NOT NULL,
    provider character varying(200) NOT NULL,
    uid character varying(191) NOT NULL,
    last_login timestamp with time zone NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    extra_data jsonb NOT NULL,
    user_id integer NOT NULL
);

ALTER TABLE public.socialaccount_socialaccount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialaccount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.socialaccount_socialapp (
    id integer NOT NULL,
    provider character varying(30) NOT NULL,
    name character varying(40) NOT NULL,
    client_id character varying(191) NOT NULL,
    secret character varying(191) NOT NULL,
    key character varying(191) NOT NULL,
    provider_id character varying(200) NOT NULL,
    settings jsonb NOT NULL
);

ALTER TABLE public.socialaccount_socialapp ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialapp_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.socialaccount_socialtoken (
    id integer NOT NULL,
    token text NOT NULL,
    token_secret text NOT NULL,
    expires_at timestamp with time zone,
    account_id integer NOT NULL,
    app_id integer
);

ALTER TABLE public.socialaccount_socialtoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialtoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.staff_apikey (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name character varying(100) NOT NULL,
    prefix character varying(16) NOT NULL,
    digest character varying(64) NOT NULL,
    scopes character varying(80)[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    limits jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT api_key_digest_is_a_sha256 CHECK (((digest)::text ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE public.staff_limituse (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    actor_kind character varying(16) NOT NULL,
    actor character varying(64) NOT NULL,
    used_on date NOT NULL,
    what character varying(16) NOT NULL,
    currency character varying(3) NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT no_less_than_nothing_was_done_of_a_limit CHECK ((amount >= 0))
);

CREATE TABLE public.staff_membership (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    user_id bigint NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT membership_state_is_known CHECK ((state IN ('active', 'suspended')))
);

CREATE TABLE public.staff_membershiprole (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    membership_id uuid NOT NULL,
    role_id uuid NOT NULL
);

CREATE TABLE public.staff_role (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name character varying(60) NOT NULL,
    permissions character varying(80)[] NOT NULL,
    state character varying(10) NOT NULL,
    limits jsonb DEFAULT '[]'::jsonb NOT NULL,
    second_factor boolean DEFAULT false NOT NULL,
    usual_permissions character varying(80)[],
    CONSTRAINT role_has_a_name CHECK ((NOT ((name)::text = ''::text))),
    CONSTRAINT role_state_is_known CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.tickets_answertemplate (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(120) NOT NULL,
    text text NOT NULL,
    language character varying(16) NOT NULL,
    topic character varying(40) NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT answer_template_state_is_known CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.tickets_attachment (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name character varying(120) NOT NULL,
    media_type character varying(40) NOT NULL,
    size integer NOT NULL,
    digest character varying(64) NOT NULL,
    content bytea,
    attached_at timestamp with time zone NOT NULL,
    erased_at timestamp with time zone,
    message_id uuid NOT NULL,
    CONSTRAINT an_attachment_has_bytes_until_it_is_erased CHECK ((((content IS NOT NULL) AND (erased_at IS NULL)) OR ((content IS NULL) AND (erased_at IS NOT NULL) AND ((name)::text = ''::text)))),
    CONSTRAINT an_attachment_is_of_sensible_size CHECK (((size >= 1) AND (size <= 8388608))),
    CONSTRAINT attachments_are_of_safe_kinds CHECK ((media_type IN ('image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/heif', 'application/pdf')))
);

CREATE TABLE public.tickets_message (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    text text NOT NULL,
    author character varying(80) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    erased_at timestamp with time zone,
    ticket_id uuid NOT NULL,
    CONSTRAINT a_message_says_something_until_it_is_erased CHECK ((((erased_at IS NULL) AND (NOT (text = ''::text))) OR ((erased_at IS NOT NULL) AND (text = ''::text)))),
    CONSTRAINT message_kinds_are_real CHECK ((kind IN ('customer', 'staff', 'note')))
);

CREATE TABLE public.tickets_ticket (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    number character varying(32) NOT NULL,
    title character varying(160) NOT NULL,
    topic character varying(40) NOT NULL,
    came_by character varying(12) NOT NULL,
    language character varying(16) NOT NULL,
    about_kind character varying(10) NOT NULL,
    about_id uuid,
    about_number character varying(80) NOT NULL,
    order_id uuid,
    state character varying(20) NOT NULL,
    priority character varying(8) NOT NULL,
    owner_id bigint,
    opened_at timestamp with time zone NOT NULL,
    allowed_seconds bigint NOT NULL,
    answer_by_at timestamp with time zone,
    answered_at timestamp with time zone,
    answer_seconds bigint,
    solve_by_at timestamp with time zone,
    paused_at timestamp with time zone,
    solved_at timestamp with time zone,
    solve_seconds bigint,
    closed_at timestamp with time zone,
    due_at timestamp with time zone,
    level smallint NOT NULL,
    escalates_at timestamp with time zone,
    escalated_at timestamp with time zone,
    messages_count integer NOT NULL,
    files_count integer NOT NULL,
    rating smallint,
    rating_word character varying(1000) NOT NULL,
    rated_at timestamp with time zone,
    erased_at timestamp with time zone,
    customer_id uuid,
    merged_into_id uuid,
    CONSTRAINT a_closed_ticket_has_its_time CHECK ((((closed_at IS NOT NULL) AND ((state)::text = 'closed'::text)) OR ((NOT ((state)::text = 'closed'::text)) AND (closed_at IS NULL)))),
    CONSTRAINT a_merged_ticket_is_closed CHECK (((merged_into_id IS NULL) OR ((state)::text = 'closed'::text))),
    CONSTRAINT a_rating_goes_from_one_to_five CHECK ((((rated_at IS NULL) AND (rating IS NULL)) OR ((rated_at IS NOT NULL) AND ((rating >= 1) AND (rating <= 5))))),
    CONSTRAINT a_solved_ticket_has_its_time CHECK (((NOT ((state)::text = 'solved'::text)) OR (solved_at IS NOT NULL))),
    CONSTRAINT a_ticket_holds_so_many_files CHECK (((files_count >= 0) AND (files_count <= 100))),
    CONSTRAINT a_ticket_holds_so_many_messages CHECK (((messages_count >= 0) AND (messages_count <= 1000))),
    CONSTRAINT a_ticket_is_about_a_known_kind_of_thing CHECK ((((about_id IS NULL) AND ((about_kind)::text = ''::text)) OR ((about_id IS NOT NULL) AND (about_kind IN ('order', 'line', 'shipment', 'return', 'claim'))))),
    CONSTRAINT a_ticket_is_not_merged_into_itself CHECK (((merged_into_id IS NULL) OR (NOT ((merged_into_id = id) AND (merged_into_id IS NOT NULL))))),
    CONSTRAINT a_ticket_pauses_while_it_waits_for_the_customer CHECK ((((paused_at IS NOT NULL) AND ((state)::text = 'waiting_for_customer'::text)) OR ((NOT ((state)::text = 'waiting_for_customer'::text)) AND (paused_at IS NULL)))),
    CONSTRAINT an_erased_ticket_says_nothing CHECK (((erased_at IS NULL) OR (((rating_word)::text = ''::text) AND ((title)::text = ''::text)))),
    CONSTRAINT ticket_priorities_are_real CHECK ((priority IN ('low', 'normal', 'high', 'urgent'))),
    CONSTRAINT ticket_states_are_real CHECK ((state IN ('open', 'waiting_for_us', 'reopened', 'waiting_for_customer', 'solved', 'closed'))),
    CONSTRAINT tickets_come_by_known_ways CHECK ((came_by IN ('mail', 'phone', 'storefront', 'marketplace', 'chat'))),
    CONSTRAINT tickets_ticket_level_check CHECK ((level >= 0)),
    CONSTRAINT tickets_ticket_rating_check CHECK ((rating >= 0)),
    CONSTRAINT what_is_over_is_not_due CHECK (((state IN ('open', 'waiting_for_us', 'reopened', 'waiting_for_customer')) OR (due_at IS NULL)))
);

CREATE TABLE public.tickets_ticketcontact (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name character varying(200) NOT NULL,
    email character varying(254) NOT NULL,
    phone character varying(20) NOT NULL,
    ticket_id uuid NOT NULL
);

CREATE TABLE public.tickets_tickettag (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    tag character varying(40) NOT NULL,
    ticket_id uuid NOT NULL
);

CREATE TABLE public.tickets_topic (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(80) NOT NULL,
    answer_minutes integer NOT NULL,
    solution_minutes integer NOT NULL,
    in_working_time boolean NOT NULL,
    priority character varying(8) NOT NULL,
    owner_id bigint,
    escalates_to_id bigint,
    state character varying(10) NOT NULL,
    CONSTRAINT topic_deadlines_are_not_negative CHECK (((answer_minutes >= 0) AND (solution_minutes >= 0))),
    CONSTRAINT topic_priority_is_known CHECK ((priority IN ('low', 'normal', 'high', 'urgent'))),
    CONSTRAINT topic_state_is_known CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.tickets_workinghours (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    week jsonb NOT NULL,
    days_off date[] NOT NULL,
    days_on date[] NOT NULL
);

CREATE TABLE public.usersessions_usersession (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ip inet NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    session_key character varying(40) NOT NULL,
    user_agent character varying(200) NOT NULL,
    data jsonb NOT NULL,
    user_id integer NOT NULL
);

ALTER TABLE public.usersessions_usersession ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usersessions_usersession_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.views_listlayout (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    list_name character varying(60) NOT NULL,
    user_id bigint NOT NULL,
    columns character varying(60)[] NOT NULL,
    page_size integer NOT NULL,
    default_view character varying(40) NOT NULL,
    pinned character varying(40)[] NOT NULL,
    CONSTRAINT page_size_is_offered CHECK ((page_size = ANY (ARRAY[25, 50, 100])))
);

CREATE TABLE public.views_savedview (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    list_name character varying(60) NOT NULL,
    user_id bigint NOT NULL,
    name character varying(60) NOT NULL,
    query character varying(2000) NOT NULL,
    columns character varying(60)[] NOT NULL,
    is_shared boolean NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT view_has_a_name CHECK ((NOT ((name)::text = ''::text))),
    CONSTRAINT view_state_is_known CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.webhooks_attempt (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    number integer NOT NULL,
    at timestamp with time zone NOT NULL,
    duration_ms integer NOT NULL,
    status integer,
    error character varying(30) NOT NULL,
    delivery_id uuid NOT NULL,
    CONSTRAINT faults_of_tries_are_real CHECK ((error IN ('', 'refused', 'redirected', 'timed_out', 'unknown_host', 'address_not_allowed', 'not_reached', 'certificate_not_trusted', 'broken_answer', 'secret_not_readable')))
);

ALTER TABLE public.webhooks_attempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.webhooks_attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.webhooks_delivery (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    "position" bigint NOT NULL,
    type character varying(100) NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    state character varying(10) NOT NULL,
    due_at timestamp with time zone,
    lease uuid,
    step integer NOT NULL,
    strikes integer NOT NULL,
    attempts integer NOT NULL,
    first_tried_at timestamp with time zone,
    finished_at timestamp with time zone,
    status integer,
    error character varying(30) NOT NULL,
    entry_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    CONSTRAINT a_finished_delivery_has_its_time CHECK ((((finished_at IS NULL) AND ((state)::text = 'waiting'::text)) OR ((NOT ((state)::text = 'waiting'::text)) AND (finished_at IS NOT NULL)))),
    CONSTRAINT a_finished_delivery_is_never_due CHECK ((((state)::text = 'waiting'::text) OR ((due_at IS NULL) AND (lease IS NULL)))),
    CONSTRAINT delivery_faults_are_real CHECK ((error IN ('', 'refused', 'redirected', 'timed_out', 'unknown_host', 'address_not_allowed', 'not_reached', 'certificate_not_trusted', 'broken_answer', 'secret_not_readable'))),
    CONSTRAINT delivery_states_are_real CHECK ((state IN ('waiting', 'delivered', 'given_up')))
);

CREATE TABLE public.webhooks_endpoint (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    url character varying(2000) NOT NULL,
    description character varying(200) NOT NULL,
    types character varying(80)[] NOT NULL,
    state character varying(10) NOT NULL,
    paused_because character varying(10) NOT NULL,
    secret text NOT NULL,
    secret_fingerprint character varying(12) NOT NULL,
    previous_secret text NOT NULL,
    previous_expires_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    delivered_at timestamp with time zone,
    failures integer NOT NULL,
    down_at timestamp with time zone,
    entry_id uuid NOT NULL,
    CONSTRAINT a_paused_endpoint_has_its_reason CHECK ((((paused_because IN ('asked', 'failing', 'gone')) AND ((state)::text = 'paused'::text)) OR ((NOT ((state)::text = 'paused'::text)) AND ((paused_because)::text = ''::text)))),
    CONSTRAINT endpoint_failures_are_counted CHECK ((failures >= 0)),
    CONSTRAINT endpoint_states_are_real CHECK ((state IN ('active', 'paused', 'retired')))
);

CREATE TABLE public.webhooks_place (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    order_id uuid NOT NULL,
    sequence integer NOT NULL,
    "position" bigint NOT NULL,
    is_open boolean NOT NULL,
    delivery_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    CONSTRAINT entries_of_an_order_are_counted_from_one CHECK ((sequence >= 1))
);

CREATE TABLE public.wishes_wish (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    email character varying(254) NOT NULL,
    email_key character varying(254) NOT NULL,
    language character varying(16) NOT NULL,
    state character varying(10) NOT NULL,
    wished_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone,
    forget_at timestamp with time zone NOT NULL,
    channel_id uuid NOT NULL,
    customer_id uuid,
    variant_id uuid NOT NULL,
    CONSTRAINT a_wish_that_was_told_has_its_time CHECK (((((state)::text = 'told'::text) AND (told_at IS NOT NULL)) OR ((NOT ((state)::text = 'told'::text)) AND (told_at IS NULL)))),
    CONSTRAINT who_waits_can_be_told CHECK (((NOT ((state)::text = 'waiting'::text)) OR (NOT ((email)::text = ''::text)))),
    CONSTRAINT wish_states_are_real CHECK ((state IN ('waiting', 'told', 'withdrawn', 'lapsed')))
);

CREATE TABLE public.wording_mailswitch (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    kind character varying(40) NOT NULL,
    is_on boolean NOT NULL
);

CREATE TABLE public.wording_wording (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    kind character varying(40) NOT NULL,
    language character varying(16) NOT NULL,
    subject character varying(300) NOT NULL,
    heading character varying(300) NOT NULL,
    body text NOT NULL,
    closing text NOT NULL,
    version integer NOT NULL,
    state character varying(10) NOT NULL,
    fault character varying(200) NOT NULL,
    failed_at timestamp with time zone,
    way character varying(10) NOT NULL,
    level smallint NOT NULL,
    CONSTRAINT versions_of_wording_count_from_one CHECK ((version >= 1)),
    CONSTRAINT ways_that_are_worded_are_real CHECK ((way IN ('mail', 'sms', 'line', 'wechat', 'push'))),
    CONSTRAINT worded_levels_go_up_to_nine CHECK (((level >= 0) AND (level <= 9))),
    CONSTRAINT wording_languages_are_ours CHECK ((language IN ('en', 'zh-Hant', 'zh-Hans'))),
    CONSTRAINT wording_state_is_known CHECK ((state IN ('active', 'retired')))
);

CREATE TABLE public.wording_wordingversion (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    version integer NOT NULL,
    subject character varying(300) NOT NULL,
    heading character varying(300) NOT NULL,
    body text NOT NULL,
    closing text NOT NULL,
    entry_id uuid NOT NULL,
    wording_id uuid NOT NULL
);

ALTER TABLE public.wording_wordingversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wording_wordingversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);

ALTER TABLE ONLY public.changes_bulkorder
    ADD CONSTRAINT a_bulk_change_names_an_order_once UNIQUE (tenant_id, bulk_id, order_id);

ALTER TABLE ONLY public.orders_cart
    ADD CONSTRAINT a_cart_becomes_one_order UNIQUE (tenant_id, order_id);

ALTER TABLE ONLY public.orders_cartline
    ADD CONSTRAINT a_cart_names_a_variant_once UNIQUE (tenant_id, cart_id, variant_id);

ALTER TABLE ONLY public.closing_cashcount
    ADD CONSTRAINT a_cash_count_has_a_number_of_its_own UNIQUE (tenant_id, number);

ALTER TABLE ONLY public.settlement_creditnote
    ADD CONSTRAINT a_claim_is_credited_once UNIQUE (tenant_id, claim_id);

ALTER TABLE ONLY public.aftersales_claimline
    ADD CONSTRAINT a_claim_names_an_order_line_once UNIQUE (tenant_id, claim_id, order_line_id);

ALTER TABLE ONLY public.aftersales_claim
    ADD CONSTRAINT a_claim_number_is_given_once UNIQUE (tenant_id, number);

ALTER TABLE ONLY public.closing_daymovement
    ADD CONSTRAINT a_close_tells_a_movement_once UNIQUE (tenant_id, close_id, rule, method, is_late);

ALTER TABLE ONLY public.closing_daybalance
    ADD CONSTRAINT a_close_tells_an_account_once UNIQUE (tenant_id, close_id, account, party);

ALTER TABLE ONLY public.aftersales_componentweight
    ADD CONSTRAINT a_component_is_weighed_once UNIQUE (tenant_id, demand_id);

ALTER TABLE ONLY public.kernel_feedcursor
    ADD CONSTRAINT a_consumer_has_one_cursor UNIQUE (tenant_id, consumer);

ALTER TABLE ONLY public.customers_watch
    ADD CONSTRAINT a_contact_is_watched_once UNIQUE (tenant_id, digest);

ALTER TABLE ONLY public.counting_count
    ADD CONSTRAINT a_count_number_is_given_once UNIQUE (tenant_id, number);

ALTER TABLE ONLY public.promotions_coupon
    ADD CONSTRAINT a_coupon_brings_one_promotion UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.settlement_creditnote
    ADD CONSTRAINT a_credit_note_number_is_given_once UNIQUE (tenant_id, number);

ALTER TABLE ONLY public.settlement_creditnoteline
    ADD CONSTRAINT a_credit_position_is_used_once UNIQUE (tenant_id, credit_note_id, "position");

ALTER TABLE ONLY public.rollups_fulfillmentday
    ADD CONSTRAINT a_day_of_fulfillment_is_kept_once UNIQUE (tenant_id, counted_on, node_id, person, took);

ALTER TABLE ONLY public.rollups_moneyday
    ADD CONSTRAINT a_day_of_postings_is_kept_once UNIQUE (tenant_id, counted_on, rule, method, currency);

ALTER TABLE ONLY public.rollups_returnday
    ADD CONSTRAINT a_day_of_returns_is_kept_once UNIQUE NULLS NOT DISTINCT (tenant_id, counted_on, channel_id, currency, variant_id, reason);

ALTER TABLE ONLY public.rollups_taxday
    ADD CONSTRAINT a_day_of_tax_is_kept_once UNIQUE NULLS NOT DISTINCT (tenant_id, counted_on, channel_id, name, rate, currency);

ALTER TABLE ONLY public.webhooks_place
    ADD CONSTRAINT a_delivery_stands_in_a_line_once UNIQUE (tenant_id, delivery_id, order_id);

ALTER TABLE ONLY public.orders_device
    ADD CONSTRAINT a_device_listens_once_to_an_order UNIQUE (tenant_id, order_id, endpoint);

ALTER TABLE ONLY public.payments_dispute
    ADD CONSTRAINT a_dispute_is_opened_once UNIQUE (tenant_id, gateway, reference);

ALTER TABLE ONLY public.payments_receivable
    ADD CONSTRAINT a_document_has_one_receivable UNIQUE (tenant_id, document_kind, document_id);

ALTER TABLE ONLY public.payments_payable
    ADD CONSTRAINT a_document_owes_a_party_once UNIQUE (tenant_id, document_kind, document_id, party_id, currency, kind);

ALTER TABLE ONLY public.reconciliation_statement
    ADD CONSTRAINT a_file_brings_a_statement_once UNIQUE (tenant_id, digest, place);

ALTER TABLE ONLY public.aftersales_return
    ADD CONSTRAINT a_follow_up_order_is_for_one_return UNIQUE (tenant_id, follow_up_id);

ALTER TABLE ONLY public.payments_giftcard
    ADD CONSTRAINT a_gift_card_has_a_balance_of_its_own UNIQUE (tenant_id, payable_id);

ALTER TABLE ONLY public.staff_limituse
    ADD CONSTRAINT a_limit_is_counted_in_one_row UNIQUE (tenant_id, actor_kind, actor, used_on, what, currency);

ALTER TABLE ONLY public.promotions_promotionshare
    ADD CONSTRAINT a_line_bears_a_promotion_once UNIQUE (tenant_id, use_id, line_id);

ALTER TABLE ONLY public.closing_billline
    ADD CONSTRAINT a_line_of_a_bill_is_kept_once UNIQUE (tenant_id, account_id, kind, reference);

ALTER TABLE ONLY public.reconciliation_statementline
    ADD CONSTRAINT a_line_of_an_account_is_kept_once UNIQUE (tenant_id, account, key);

ALTER TABLE ONLY public.views_listlayout
    ADD CONSTRAINT a_list_is_arranged_once_by_each UNIQUE (tenant_id, user_id, list_name);

ALTER TABLE ONLY public.inventory_location
    ADD CONSTRAINT a_location_code_is_used_once UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.inventory_lot
    ADD CONSTRAINT a_lot_code_is_used_once UNIQUE (tenant_id, variant_id, code);

ALTER TABLE ONLY public.wording_mailswitch
    ADD CONSTRAINT a_mail_is_switched_once UNIQUE (tenant_id, kind);

ALTER TABLE ONLY public.methods_merchantaccount
    ADD CONSTRAINT a_merchant_account_is_there_once UNIQUE (tenant_id, gateway, merchant);

ALTER TABLE ONLY public.rollups_customermonth
    ADD CONSTRAINT a_month_of_a_customer_is_kept_once UNIQUE (tenant_id, counted_on, customer_id, currency);

ALTER TABLE ONLY public.inventory_node
    ADD CONSTRAINT a_node_code_is_used_once UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.wording_wording
    ADD CONSTRAINT a_notice_is_worded_once_per_language UNIQUE (tenant_id, kind, language, way, level);

ALTER TABLE ONLY public.kernel_numberseries
    ADD CONSTRAINT a_number_series_has_one_row UNIQUE (tenant_id, name);

ALTER TABLE ONLY public.fulfillment_packedline
    ADD CONSTRAINT a_package_names_a_line_once UNIQUE (tenant_id, package_id, line_id);

ALTER TABLE ONLY public.fulfillment_package
    ADD CONSTRAINT a_package_position_is_used_once UNIQUE (tenant_id, shipment_id, "position");

ALTER TABLE ONLY public.aftersales_interception
    ADD CONSTRAINT a_parcel_is_intercepted_once UNIQUE (tenant_id, shipment_id);

ALTER TABLE ONLY public.aftersales_strayparcel
    ADD CONSTRAINT a_parcel_number_is_given_once UNIQUE (tenant_id, number);

ALTER TABLE ONLY public.payments_allocation
    ADD CONSTRAINT a_payment_pays_a_receivable_in_one_row UNIQUE (tenant_id, payment_id, receivable_id);

ALTER TABLE ONLY public.closing_payout
    ADD CONSTRAINT a_payout_is_written_down_once UNIQUE (tenant_id, account_id, reference);

ALTER TABLE ONLY public.counting_countline
    ADD CONSTRAINT a_place_stands_once_on_a_sheet UNIQUE NULLS NOT DISTINCT (tenant_id, count_id, variant_id, location_id, owner_id, lot_id);

ALTER TABLE ONLY public.closing_daypoint
    ADD CONSTRAINT a_point_is_acknowledged_once UNIQUE (tenant_id, close_id, kind, reference);

ALTER TABLE ONLY public.closing_accountmapping
    ADD CONSTRAINT a_program_names_an_account_once UNIQUE (tenant_id, target, account);

ALTER TABLE ONLY public.rates_rate
    ADD CONSTRAINT a_rate_is_there_once_for_a_day UNIQUE (tenant_id, base, currency, valid_on);

ALTER TABLE ONLY public.methods_reminderlevel
    ADD CONSTRAINT a_reminder_level_is_there_once UNIQUE (tenant_id, level);

ALTER TABLE ONLY public.aftersales_claim
    ADD CONSTRAINT a_replacement_is_for_one_claim UNIQUE (tenant_id, follow_up_id);

ALTER TABLE ONLY public.automation_reportmail
    ADD CONSTRAINT a_report_is_due_once_for_each UNIQUE (tenant_id, schedule_id, user_id, due_at);

ALTER TABLE ONLY public.settlement_creditnote
    ADD CONSTRAINT a_return_is_credited_once UNIQUE (tenant_id, rma_id);

ALTER TABLE ONLY public.aftersales_returnpiece
    ADD CONSTRAINT a_return_line_takes_a_demand_once UNIQUE (tenant_id, line_id, demand_id);

ALTER TABLE ONLY public.aftersales_returnline
    ADD CONSTRAINT a_return_names_an_order_line_once UNIQUE NULLS NOT DISTINCT (tenant_id, rma_id, order_line_id, component_id);

ALTER TABLE ONLY public.aftersales_return
    ADD CONSTRAINT a_return_number_is_given_once UNIQUE (tenant_id, number);

ALTER TABLE ONLY public.sandbox_movement
    ADD CONSTRAINT a_sandbox_key_moves_money_once UNIQUE (tenant_id, key);

ALTER TABLE ONLY public.fulfillment_shipmentline
    ADD CONSTRAINT a_shipment_carries_a_demand_once UNIQUE (tenant_id, shipment_id, demand_id);

ALTER TABLE ONLY public.fulfillment_shipment
    ADD CONSTRAINT a_shipment_number_is_given_once UNIQUE (tenant_id, number);

ALTER TABLE ONLY public.kernel_provedsum
    ADD CONSTRAINT a_sum_is_proved_once UNIQUE (tenant_id, name, key);

ALTER TABLE ONLY public.tickets_tickettag
    ADD CONSTRAINT a_ticket_has_a_tag_once UNIQUE (tenant_id, ticket_id, tag);

ALTER TABLE ONLY public.tickets_ticketcontact
    ADD CONSTRAINT a_ticket_has_one_contact UNIQUE (tenant_id, ticket_id);

ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT a_ticket_number_is_given_once UNIQUE (tenant_id, number);

ALTER TABLE ONLY public.inventory_transfer
    ADD CONSTRAINT a_transfer_number_is_given_once UNIQUE (tenant_id, number);

ALTER TABLE ONLY public.review_ruleversion
    ADD CONSTRAINT a_version_of_a_rule_is_made_once UNIQUE (tenant_id, rule_id, version);

ALTER TABLE ONLY public.fulfillment_wave
    ADD CONSTRAINT a_wave_number_is_given_once UNIQUE (tenant_id, number);

ALTER TABLE ONLY public.wording_wordingversion
    ADD CONSTRAINT a_wording_has_each_version_once UNIQUE (tenant_id, wording_id, version);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.staff_membership
    ADD CONSTRAINT account_is_a_member_once UNIQUE (tenant_id, user_id);

ALTER TABLE ONLY public.aftersales_allowance
    ADD CONSTRAINT aftersales_allowance_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_allowanceline
    ADD CONSTRAINT aftersales_allowanceline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_attachment
    ADD CONSTRAINT aftersales_attachment_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_claim
    ADD CONSTRAINT aftersales_claim_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_claimline
    ADD CONSTRAINT aftersales_claimline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_componentweight
    ADD CONSTRAINT aftersales_componentweight_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_examination
    ADD CONSTRAINT aftersales_examination_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_exchangeline
    ADD CONSTRAINT aftersales_exchangeline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_grading
    ADD CONSTRAINT aftersales_grading_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_interception
    ADD CONSTRAINT aftersales_interception_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_return
    ADD CONSTRAINT aftersales_return_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_returnline
    ADD CONSTRAINT aftersales_returnline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_returnpiece
    ADD CONSTRAINT aftersales_returnpiece_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_strayparcel
    ADD CONSTRAINT aftersales_strayparcel_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.customers_customerlogin
    ADD CONSTRAINT an_account_belongs_to_one_customer UNIQUE (tenant_id, user_id);

ALTER TABLE ONLY public.payments_account
    ADD CONSTRAINT an_account_code_is_used_once UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.closing_bill
    ADD CONSTRAINT an_account_has_one_bill_a_day UNIQUE (tenant_id, account_id, moved_on);

ALTER TABLE ONLY public.settlement_creditnote
    ADD CONSTRAINT an_allowance_is_credited_once UNIQUE (tenant_id, allowance_id);

ALTER TABLE ONLY public.aftersales_allowanceline
    ADD CONSTRAINT an_allowance_names_a_line_once UNIQUE (tenant_id, allowance_id, order_line_id);

ALTER TABLE ONLY public.payments_checkout
    ADD CONSTRAINT an_attempt_has_one_checkout UNIQUE (tenant_id, attempt_id);

ALTER TABLE ONLY public.payments_attempt
    ADD CONSTRAINT an_attempt_key_is_used_once UNIQUE (tenant_id, key);

ALTER TABLE ONLY public.review_ruleversion
    ADD CONSTRAINT an_edition_is_one_change UNIQUE (tenant_id, edition);

ALTER TABLE ONLY public.changes_changedline
    ADD CONSTRAINT an_effect_has_a_place_of_its_own UNIQUE (tenant_id, change_id, "position");

ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT an_endpoint_is_told_of_an_entry_once UNIQUE (tenant_id, endpoint_id, entry_id);

ALTER TABLE ONLY public.kernel_feeditem
    ADD CONSTRAINT an_entry_has_one_position UNIQUE (tenant_id, entry_id);

ALTER TABLE ONLY public.aftersales_exchangeline
    ADD CONSTRAINT an_exchange_names_a_variant_once UNIQUE (tenant_id, rma_id, variant_id);

ALTER TABLE ONLY public.orders_order
    ADD CONSTRAINT an_external_order_comes_in_once UNIQUE (tenant_id, channel_id, external_id);

ALTER TABLE ONLY public.rollups_saleshour
    ADD CONSTRAINT an_hour_of_sales_is_kept_once UNIQUE (tenant_id, counted_on, hour, channel_id, currency);

ALTER TABLE ONLY public.automation_importrow
    ADD CONSTRAINT an_import_has_each_line_once UNIQUE (tenant_id, of_id, line);

ALTER TABLE ONLY public.dunning_reminder
    ADD CONSTRAINT an_invoice_is_reminded_once_at_a_level UNIQUE (tenant_id, invoice_id, level);

ALTER TABLE ONLY public.settlement_invoice
    ADD CONSTRAINT an_invoice_number_is_given_once UNIQUE (tenant_id, number);

ALTER TABLE ONLY public.settlement_invoiceline
    ADD CONSTRAINT an_invoice_position_is_used_once UNIQUE (tenant_id, invoice_id, "position");

ALTER TABLE ONLY public.orders_ordertag
    ADD CONSTRAINT an_order_has_a_tag_once UNIQUE (tenant_id, order_id, tag);

ALTER TABLE ONLY public.review_review
    ADD CONSTRAINT an_order_has_one_review UNIQUE (tenant_id, order_id);

ALTER TABLE ONLY public.orders_order
    ADD CONSTRAINT an_order_number_is_given_once UNIQUE (tenant_id, number);

ALTER TABLE ONLY public.orders_orderline
    ADD CONSTRAINT an_order_position_is_used_once UNIQUE (tenant_id, order_id, "position");

ALTER TABLE ONLY public.promotions_promotionuse
    ADD CONSTRAINT an_order_uses_a_promotion_once UNIQUE (tenant_id, promotion_id, order_id);

ALTER TABLE ONLY public.tickets_answertemplate
    ADD CONSTRAINT answer_template_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.staff_apikey
    ADD CONSTRAINT api_key_prefix_is_unique UNIQUE (tenant_id, prefix);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_group_id_94350c0c_uniq UNIQUE (user_id, group_id);

ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_permission_id_14a6b632_uniq UNIQUE (user_id, permission_id);

ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_username_key UNIQUE (username);

ALTER TABLE ONLY public.automation_importrow
    ADD CONSTRAINT automation_importrow_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.automation_notice
    ADD CONSTRAINT automation_notice_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.automation_registerimport
    ADD CONSTRAINT automation_registerimport_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.automation_reportmail
    ADD CONSTRAINT automation_reportmail_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.automation_reportschedule
    ADD CONSTRAINT automation_reportschedule_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.board_boardcount
    ADD CONSTRAINT board_boardcount_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.board_boardrow
    ADD CONSTRAINT board_boardrow_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.catalog_category
    ADD CONSTRAINT catalog_category_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.catalog_kitcomponent
    ADD CONSTRAINT catalog_kitcomponent_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.catalog_product
    ADD CONSTRAINT catalog_product_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.catalog_productimage
    ADD CONSTRAINT catalog_productimage_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.catalog_variant
    ADD CONSTRAINT catalog_variant_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.catalog_category
    ADD CONSTRAINT category_slug_is_unique UNIQUE (tenant_id, slug);

ALTER TABLE ONLY public.changes_bulk
    ADD CONSTRAINT changes_bulk_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.changes_bulkorder
    ADD CONSTRAINT changes_bulkorder_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.changes_change
    ADD CONSTRAINT changes_change_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.changes_changedline
    ADD CONSTRAINT changes_changedline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.channels_channel
    ADD CONSTRAINT channel_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.channels_channel
    ADD CONSTRAINT channels_channel_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.channels_gate
    ADD CONSTRAINT channels_gate_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.closing_accountmapping
    ADD CONSTRAINT closing_accountmapping_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.closing_bill
    ADD CONSTRAINT closing_bill_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.closing_billline
    ADD CONSTRAINT closing_billline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.closing_cashcount
    ADD CONSTRAINT closing_cashcount_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.closing_daybalance
    ADD CONSTRAINT closing_daybalance_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.closing_dayclose
    ADD CONSTRAINT closing_dayclose_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.closing_daymovement
    ADD CONSTRAINT closing_daymovement_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.closing_daypoint
    ADD CONSTRAINT closing_daypoint_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.closing_payout
    ADD CONSTRAINT closing_payout_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.counting_count
    ADD CONSTRAINT counting_count_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.counting_countline
    ADD CONSTRAINT counting_countline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.customers_customertag
    ADD CONSTRAINT customer_carries_a_tag_once UNIQUE (tenant_id, customer_id, tag);

ALTER TABLE ONLY public.customers_customercontact
    ADD CONSTRAINT customer_has_one_contact UNIQUE (tenant_id, customer_id);

ALTER TABLE ONLY public.customers_customer
    ADD CONSTRAINT customer_number_is_unique UNIQUE (tenant_id, number);

ALTER TABLE ONLY public.customers_address
    ADD CONSTRAINT customers_address_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.customers_consent
    ADD CONSTRAINT customers_consent_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.customers_customer
    ADD CONSTRAINT customers_customer_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.customers_customercontact
    ADD CONSTRAINT customers_customercontact_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.customers_customeridentity
    ADD CONSTRAINT customers_customeridentity_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.customers_customerlogin
    ADD CONSTRAINT customers_customerlogin_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.customers_customernote
    ADD CONSTRAINT customers_customernote_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.customers_customertag
    ADD CONSTRAINT customers_customertag_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.customers_watch
    ADD CONSTRAINT customers_watch_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY public.dunning_reminder
    ADD CONSTRAINT dunning_reminder_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.dunning_reminderstop
    ADD CONSTRAINT dunning_reminderstop_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_journalentry
    ADD CONSTRAINT each_key_happens_once UNIQUE (tenant_id, key);

ALTER TABLE ONLY public.automation_notice
    ADD CONSTRAINT each_thing_is_told_once UNIQUE (tenant_id, kind, order_id, about_id, way);

ALTER TABLE ONLY public.automation_notice
    ADD CONSTRAINT each_thing_of_a_ticket_is_told_once UNIQUE (tenant_id, kind, ticket_id, about_id, way);

ALTER TABLE ONLY public.automation_notice
    ADD CONSTRAINT each_wish_is_told_once UNIQUE (tenant_id, kind, wish_id, way);

ALTER TABLE ONLY public.customers_customeridentity
    ADD CONSTRAINT external_customer_is_one_of_ours UNIQUE (tenant_id, source, external_id);

ALTER TABLE ONLY public.policies_favorterms
    ADD CONSTRAINT favors_are_agreed_once_per_currency UNIQUE (tenant_id, currency);

ALTER TABLE ONLY public.fulfillment_errand
    ADD CONSTRAINT fulfillment_errand_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.fulfillment_package
    ADD CONSTRAINT fulfillment_package_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.fulfillment_packedline
    ADD CONSTRAINT fulfillment_packedline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.fulfillment_pick
    ADD CONSTRAINT fulfillment_pick_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.fulfillment_shipment
    ADD CONSTRAINT fulfillment_shipment_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.fulfillment_shipmentline
    ADD CONSTRAINT fulfillment_shipmentline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.fulfillment_wave
    ADD CONSTRAINT fulfillment_wave_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_guesscount
    ADD CONSTRAINT guesses_are_counted_in_one_row UNIQUE (tenant_id, scope);

ALTER TABLE ONLY public.inventory_allocation
    ADD CONSTRAINT inventory_allocation_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_backlog
    ADD CONSTRAINT inventory_backlog_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_balance
    ADD CONSTRAINT inventory_balance_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_cost
    ADD CONSTRAINT inventory_cost_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_demand
    ADD CONSTRAINT inventory_demand_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_holding
    ADD CONSTRAINT inventory_holding_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_location
    ADD CONSTRAINT inventory_location_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_lot
    ADD CONSTRAINT inventory_lot_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_low
    ADD CONSTRAINT inventory_low_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_move
    ADD CONSTRAINT inventory_move_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_node
    ADD CONSTRAINT inventory_node_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_owner
    ADD CONSTRAINT inventory_owner_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_peg
    ADD CONSTRAINT inventory_peg_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_remark
    ADD CONSTRAINT inventory_remark_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_supply
    ADD CONSTRAINT inventory_supply_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_tally
    ADD CONSTRAINT inventory_tally_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_threshold
    ADD CONSTRAINT inventory_threshold_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.inventory_transfer
    ADD CONSTRAINT inventory_transfer_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_cache
    ADD CONSTRAINT kernel_cache_pkey PRIMARY KEY (cache_key);

ALTER TABLE ONLY public.kernel_checkpoint
    ADD CONSTRAINT kernel_checkpoint_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_entrysubject
    ADD CONSTRAINT kernel_entrysubject_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_feedcursor
    ADD CONSTRAINT kernel_feedcursor_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_feedhead
    ADD CONSTRAINT kernel_feedhead_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_feeditem
    ADD CONSTRAINT kernel_feeditem_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_feedpending
    ADD CONSTRAINT kernel_feedpending_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_guesscount
    ADD CONSTRAINT kernel_guesscount_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_journalentry
    ADD CONSTRAINT kernel_journalentry_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_numberseries
    ADD CONSTRAINT kernel_numberseries_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_provedsum
    ADD CONSTRAINT kernel_provedsum_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_registerversion
    ADD CONSTRAINT kernel_registerversion_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kernel_tenant
    ADD CONSTRAINT kernel_tenant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_kitcomponent
    ADD CONSTRAINT kit_names_each_component_once UNIQUE (tenant_id, kit_id, component_id);

ALTER TABLE ONLY public.reconciliation_statementmapping
    ADD CONSTRAINT mapping_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.staff_membershiprole
    ADD CONSTRAINT member_has_a_role_once UNIQUE (tenant_id, membership_id, role_id);

ALTER TABLE ONLY public.messengers_messengeraccount
    ADD CONSTRAINT messengers_messengeraccount_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.methods_merchantaccount
    ADD CONSTRAINT methods_merchantaccount_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.methods_paymentmethod
    ADD CONSTRAINT methods_paymentmethod_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.methods_reminderlevel
    ADD CONSTRAINT methods_reminderlevel_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.inventory_balance
    ADD CONSTRAINT one_balance_per_variant_node_and_owner UNIQUE (tenant_id, variant_id, node_id, owner_id);

ALTER TABLE ONLY public.fulfillment_errand
    ADD CONSTRAINT one_errand_per_line_place_and_lot UNIQUE NULLS NOT DISTINCT (tenant_id, line_id, location_id, lot_id);

ALTER TABLE ONLY public.inventory_holding
    ADD CONSTRAINT one_holding_per_place_owner_and_lot UNIQUE NULLS NOT DISTINCT (tenant_id, variant_id, location_id, owner_id, lot_id);

ALTER TABLE ONLY public.inventory_threshold
    ADD CONSTRAINT one_threshold_per_article_and_node UNIQUE NULLS NOT DISTINCT (tenant_id, variant_id, node_id);

ALTER TABLE ONLY public.orders_cart
    ADD CONSTRAINT orders_cart_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.orders_cartline
    ADD CONSTRAINT orders_cartline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.orders_contact
    ADD CONSTRAINT orders_contact_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.orders_device
    ADD CONSTRAINT orders_device_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.orders_formercontact
    ADD CONSTRAINT orders_formercontact_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.orders_order
    ADD CONSTRAINT orders_order_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.orders_orderline
    ADD CONSTRAINT orders_orderline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.orders_ordernote
    ADD CONSTRAINT orders_ordernote_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.orders_ordertag
    ADD CONSTRAINT orders_ordertag_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.methods_paymentmethod
    ADD CONSTRAINT payment_method_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.payments_account
    ADD CONSTRAINT payments_account_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.payments_allocation
    ADD CONSTRAINT payments_allocation_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.payments_attempt
    ADD CONSTRAINT payments_attempt_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.payments_checkout
    ADD CONSTRAINT payments_checkout_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.payments_creditgrant
    ADD CONSTRAINT payments_creditgrant_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.payments_dispute
    ADD CONSTRAINT payments_dispute_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.payments_giftcard
    ADD CONSTRAINT payments_giftcard_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.payments_payable
    ADD CONSTRAINT payments_payable_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.payments_payment
    ADD CONSTRAINT payments_payment_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.payments_posting
    ADD CONSTRAINT payments_posting_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.payments_receivable
    ADD CONSTRAINT payments_receivable_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.aftersales_grading
    ADD CONSTRAINT pieces_are_given_a_grade_once UNIQUE (tenant_id, piece_id, code);

ALTER TABLE ONLY public.policies_favorterms
    ADD CONSTRAINT policies_favorterms_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.policies_returngrade
    ADD CONSTRAINT policies_returngrade_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.policies_returnreason
    ADD CONSTRAINT policies_returnreason_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.policies_returnrule
    ADD CONSTRAINT policies_returnrule_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.pricing_price
    ADD CONSTRAINT price_is_given_once_a_break UNIQUE (tenant_id, variant_id, price_list_id, min_quantity);

ALTER TABLE ONLY public.pricing_pricelist
    ADD CONSTRAINT price_list_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.pricing_pastlist
    ADD CONSTRAINT pricing_pastlist_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.pricing_pastprice
    ADD CONSTRAINT pricing_pastprice_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.pricing_price
    ADD CONSTRAINT pricing_price_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.pricing_pricelist
    ADD CONSTRAINT pricing_pricelist_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.pricing_shippingmethod
    ADD CONSTRAINT pricing_shippingmethod_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.pricing_shippingrate
    ADD CONSTRAINT pricing_shippingrate_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.pricing_taxrate
    ADD CONSTRAINT pricing_taxrate_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);

ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_product
    ADD CONSTRAINT product_slug_is_unique UNIQUE (tenant_id, slug);

ALTER TABLE ONLY public.promotions_promotion
    ADD CONSTRAINT promotion_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.promotions_coupon
    ADD CONSTRAINT promotions_coupon_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.promotions_pastterms
    ADD CONSTRAINT promotions_pastterms_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.promotions_promotion
    ADD CONSTRAINT promotions_promotion_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.promotions_promotionshare
    ADD CONSTRAINT promotions_promotionshare_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.promotions_promotionuse
    ADD CONSTRAINT promotions_promotionuse_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.rates_rate
    ADD CONSTRAINT rates_rate_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.reconciliation_discrepancy
    ADD CONSTRAINT reconciliation_discrepancy_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.reconciliation_linematch
    ADD CONSTRAINT reconciliation_linematch_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.reconciliation_statement
    ADD CONSTRAINT reconciliation_statement_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.reconciliation_statementline
    ADD CONSTRAINT reconciliation_statementline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.reconciliation_statementmapping
    ADD CONSTRAINT reconciliation_statementmapping_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.reconciliation_tolerance
    ADD CONSTRAINT reconciliation_tolerance_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.dunning_reminderstop
    ADD CONSTRAINT reminders_of_a_customer_stop_once UNIQUE (tenant_id, customer_id);

ALTER TABLE ONLY public.dunning_reminderstop
    ADD CONSTRAINT reminders_of_an_invoice_stop_once UNIQUE (tenant_id, invoice_id);

ALTER TABLE ONLY public.policies_returngrade
    ADD CONSTRAINT return_grade_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.policies_returnreason
    ADD CONSTRAINT return_reason_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.policies_returnrule
    ADD CONSTRAINT return_rule_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.review_decision
    ADD CONSTRAINT review_decision_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.review_finding
    ADD CONSTRAINT review_finding_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.review_review
    ADD CONSTRAINT review_review_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.review_rule
    ADD CONSTRAINT review_rule_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.review_ruleset
    ADD CONSTRAINT review_ruleset_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.review_ruleversion
    ADD CONSTRAINT review_ruleversion_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.review_trace
    ADD CONSTRAINT review_trace_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.staff_role
    ADD CONSTRAINT role_name_is_unique UNIQUE (tenant_id, name);

ALTER TABLE ONLY public.rollups_buyer
    ADD CONSTRAINT rollups_buyer_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.rollups_calendar
    ADD CONSTRAINT rollups_calendar_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.rollups_customermonth
    ADD CONSTRAINT rollups_customermonth_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.rollups_fulfillmentday
    ADD CONSTRAINT rollups_fulfillmentday_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.rollups_itemsales
    ADD CONSTRAINT rollups_itemsales_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.rollups_moneyday
    ADD CONSTRAINT rollups_moneyday_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.rollups_orderpart
    ADD CONSTRAINT rollups_orderpart_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.rollups_returnday
    ADD CONSTRAINT rollups_returnday_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.rollups_returnpart
    ADD CONSTRAINT rollups_returnpart_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.rollups_saleshour
    ADD CONSTRAINT rollups_saleshour_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.rollups_shipmentpart
    ADD CONSTRAINT rollups_shipmentpart_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.rollups_taxday
    ADD CONSTRAINT rollups_taxday_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.review_rule
    ADD CONSTRAINT rule_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.rollups_itemsales
    ADD CONSTRAINT sales_of_an_item_are_kept_once UNIQUE (tenant_id, grain, counted_on, variant_id, channel_id, currency);

ALTER TABLE ONLY public.sandbox_charge
    ADD CONSTRAINT sandbox_charge_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.sandbox_movement
    ADD CONSTRAINT sandbox_movement_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.sandbox_notice
    ADD CONSTRAINT sandbox_notice_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.sellers_seller
    ADD CONSTRAINT seller_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.sellers_seller
    ADD CONSTRAINT sellers_seller_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.settlement_creditnote
    ADD CONSTRAINT settlement_creditnote_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.settlement_creditnoteline
    ADD CONSTRAINT settlement_creditnoteline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.settlement_invoice
    ADD CONSTRAINT settlement_invoice_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.settlement_invoiceline
    ADD CONSTRAINT settlement_invoiceline_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.pricing_shippingmethod
    ADD CONSTRAINT shipping_method_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.shop_profile
    ADD CONSTRAINT shop_profile_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.shop_storefront
    ADD CONSTRAINT shop_storefront_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.shop_storefrontlogo
    ADD CONSTRAINT shop_storefrontlogo_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_socialaccount_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_socialaccount_provider_uid_fc810c6e_uniq UNIQUE (provider, uid);

ALTER TABLE ONLY public.socialaccount_socialapp
    ADD CONSTRAINT socialaccount_socialapp_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_socialtoken_app_id_account_id_fca4e0ac_uniq UNIQUE (app_id, account_id);

ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_socialtoken_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.staff_apikey
    ADD CONSTRAINT staff_apikey_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.staff_limituse
    ADD CONSTRAINT staff_limituse_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.staff_membership
    ADD CONSTRAINT staff_membership_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.staff_membershiprole
    ADD CONSTRAINT staff_membershiprole_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.staff_role
    ADD CONSTRAINT staff_role_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.shop_storefront
    ADD CONSTRAINT storefront_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.kernel_tenant
    ADD CONSTRAINT tenant_slug_is_unique UNIQUE (slug);

ALTER TABLE ONLY public.board_boardcount
    ADD CONSTRAINT the_orders_of_a_kind_are_counted_once UNIQUE (tenant_id, channel_id, state, payment_status, fulfillment_status);

ALTER TABLE ONLY public.tickets_answertemplate
    ADD CONSTRAINT tickets_answertemplate_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.tickets_attachment
    ADD CONSTRAINT tickets_attachment_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.tickets_message
    ADD CONSTRAINT tickets_message_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.tickets_ticketcontact
    ADD CONSTRAINT tickets_ticketcontact_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.tickets_tickettag
    ADD CONSTRAINT tickets_tickettag_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.tickets_topic
    ADD CONSTRAINT tickets_topic_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.tickets_workinghours
    ADD CONSTRAINT tickets_workinghours_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.tickets_topic
    ADD CONSTRAINT topic_code_is_unique UNIQUE (tenant_id, code);

ALTER TABLE ONLY public.webhooks_attempt
    ADD CONSTRAINT tries_of_a_delivery_are_numbered UNIQUE (tenant_id, delivery_id, number);

ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_session_key_key UNIQUE (session_key);

ALTER TABLE ONLY public.catalog_variant
    ADD CONSTRAINT variant_sku_is_unique UNIQUE (tenant_id, sku);

ALTER TABLE ONLY public.views_listlayout
    ADD CONSTRAINT views_listlayout_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.views_savedview
    ADD CONSTRAINT views_savedview_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.webhooks_attempt
    ADD CONSTRAINT webhooks_attempt_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT webhooks_delivery_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.webhooks_endpoint
    ADD CONSTRAINT webhooks_endpoint_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.webhooks_place
    ADD CONSTRAINT webhooks_place_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.wishes_wish
    ADD CONSTRAINT wishes_wish_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.wording_mailswitch
    ADD CONSTRAINT wording_mailswitch_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.wording_wording
    ADD CONSTRAINT wording_wording_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.wording_wordingversion
    ADD CONSTRAINT wording_wordingversion_pkey PRIMARY KEY (tenant_id, id);

CREATE UNIQUE INDEX a_customer_has_each_place_once ON public.promotions_promotionuse USING btree (tenant_id, promotion_id, customer_id, place) WHERE (given_back_at IS NULL);

CREATE UNIQUE INDEX a_day_is_closed_once ON public.closing_dayclose USING btree (tenant_id, currency, moved_on) WHERE ((state)::text = 'closed'::text);

CREATE UNIQUE INDEX a_discrepancy_is_open_once ON public.reconciliation_discrepancy USING btree (tenant_id, source, kind, reference) WHERE ((state)::text = 'open'::text);

CREATE UNIQUE INDEX a_firm_has_one_account_in_use ON public.methods_merchantaccount USING btree (tenant_id, gateway) WHERE ((state)::text = 'active'::text);

CREATE UNIQUE INDEX a_gateway_reference_happens_once ON public.payments_attempt USING btree (tenant_id, gateway, kind, gateway_reference) WHERE (NOT ((gateway_reference)::text = ''::text));

CREATE UNIQUE INDEX a_gateway_reference_is_paid_once ON public.payments_payment USING btree (tenant_id, gateway, gateway_reference) WHERE (NOT ((gateway_reference)::text = ''::text));

CREATE UNIQUE INDEX a_gift_card_code_opens_one_card ON public.payments_giftcard USING btree (tenant_id, code_digest) WHERE (NOT ((code_digest)::text = ''::text));

CREATE UNIQUE INDEX a_guest_has_each_place_once ON public.promotions_promotionuse USING btree (tenant_id, promotion_id, email_key, place) WHERE ((customer_id IS NULL) AND (given_back_at IS NULL));

CREATE UNIQUE INDEX a_price_is_one_at_a_time ON public.pricing_pastprice USING btree (tenant_id, variant_id, price_list_id, min_quantity) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX a_price_list_says_one_thing_now ON public.pricing_pastlist USING btree (tenant_id, price_list_id) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX a_promotion_says_one_thing_now ON public.promotions_pastterms USING btree (tenant_id, promotion_id) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX a_statement_line_is_one_payout ON public.closing_payout USING btree (tenant_id, line_id) WHERE (line_id IS NOT NULL);

CREATE UNIQUE INDEX a_storefront_has_one_logo ON public.shop_storefrontlogo USING btree (tenant_id, storefront_id) WHERE (erased_at IS NULL);

CREATE UNIQUE INDEX a_way_has_one_messenger_in_use ON public.messengers_messengeraccount USING btree (tenant_id, way) WHERE ((state)::text = 'active'::text);

CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);

CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);

CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);

CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);

CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);

CREATE INDEX addresses_of_a_customer ON public.customers_address USING btree (tenant_id, customer_id);

CREATE INDEX addresses_to_forget ON public.wishes_wish USING btree (tenant_id, forget_at) WHERE (NOT ((email)::text = ''::text));

CREATE INDEX allocation_receivable ON public.payments_allocation USING btree (tenant_id, receivable_id);

CREATE INDEX allowances_of_order ON public.aftersales_allowance USING btree (tenant_id, order_id);

CREATE INDEX allowances_of_order_line ON public.aftersales_allowanceline USING btree (tenant_id, order_line_id);

CREATE UNIQUE INDEX an_address_waits_for_an_article_once ON public.wishes_wish USING btree (tenant_id, variant_id, channel_id, email_key) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX api_key_by_prefix ON public.staff_apikey USING btree (prefix);

CREATE INDEX attachments_of_message ON public.tickets_attachment USING btree (tenant_id, message_id);

CREATE INDEX attempt_open ON public.payments_attempt USING btree (tenant_id, requested_at) WHERE (state IN ('requested', 'sent', 'waiting', 'unknown'));

CREATE INDEX attempt_payment ON public.payments_attempt USING btree (tenant_id, payment_id);

CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);

CREATE INDEX auth_user_groups_group_id_97559544 ON public.auth_user_groups USING btree (group_id);

CREATE INDEX auth_user_groups_user_id_6a12ed8b ON public.auth_user_groups USING btree (user_id);

CREATE INDEX auth_user_user_permissions_permission_id_1fbb5f2c ON public.auth_user_user_permissions USING btree (permission_id);

CREATE INDEX auth_user_user_permissions_user_id_a95ead1b ON public.auth_user_user_permissions USING btree (user_id);

CREATE INDEX auth_user_username_6821ab7c_like ON public.auth_user USING btree (username varchar_pattern_ops);

CREATE INDEX bill_lines_of_an_attempt ON public.closing_billline USING btree (tenant_id, attempt_id) WHERE (attempt_id IS NOT NULL);

CREATE INDEX bill_lines_open ON public.closing_billline USING btree (tenant_id, bill_id) WHERE (state IN ('fetched', 'missing', 'differing'));

CREATE INDEX bill_lines_without_payout ON public.closing_billline USING btree (tenant_id, account_id, payout_reference) WHERE ((payout_id IS NULL) AND (NOT ((payout_reference)::text = ''::text)));

CREATE INDEX bills_awaited ON public.closing_bill USING btree (tenant_id, moved_on) WHERE ((state)::text = 'awaited'::text);

CREATE INDEX bills_newest_first ON public.closing_bill USING btree (tenant_id, moved_on DESC, id DESC);

CREATE INDEX board_by_channel ON public.board_boardrow USING btree (tenant_id, channel_id, placed_at DESC, id DESC);

CREATE INDEX board_by_country ON public.board_boardrow USING btree (tenant_id, country, placed_at DESC, id DESC);

CREATE INDEX board_by_currency ON public.board_boardrow USING btree (tenant_id, currency, placed_at DESC, id DESC);

CREATE INDEX board_by_customer ON public.board_boardrow USING btree (tenant_id, customer_id, placed_at DESC, id DESC);

CREATE INDEX board_by_external_id ON public.board_boardrow USING btree (tenant_id, external_id) WHERE (NOT ((external_id)::text = ''::text));

CREATE INDEX board_by_fulfillment_status ON public.board_boardrow USING btree (tenant_id, fulfillment_status, placed_at DESC, id DESC);

CREATE INDEX board_by_payment_status ON public.board_boardrow USING btree (tenant_id, payment_status, placed_at DESC, id DESC);

CREATE INDEX board_by_state ON public.board_boardrow USING btree (tenant_id, state, placed_at DESC, id DESC);

CREATE INDEX board_by_token ON public.board_boardrow USING gin (tokens) WITH (gin_pending_list_limit='64');

CREATE INDEX board_in_review ON public.board_boardrow USING btree (tenant_id, placed_at DESC, id DESC) WHERE in_review;

CREATE INDEX board_largest_first ON public.board_boardrow USING btree (tenant_id, total DESC, id DESC);

CREATE INDEX board_newest_first ON public.board_boardrow USING btree (tenant_id, placed_at DESC, id DESC);

CREATE INDEX board_promised_first ON public.board_boardrow USING btree (tenant_id, promised_at, id) WHERE ((fulfillment_status IN ('unfulfilled', 'partly_shipped')) AND (promised_at IS NOT NULL) AND (state IN ('placed', 'on_hold')));

CREATE INDEX board_waiting ON public.board_boardrow USING btree (tenant_id, placed_at DESC, id DESC) WHERE (waiting > 0);

CREATE INDEX buyers_by_last_order ON public.rollups_buyer USING btree (tenant_id, last_at, id) WHERE (last_at IS NOT NULL);

CREATE INDEX buyers_by_orders ON public.rollups_buyer USING btree (tenant_id, orders, id DESC);

CREATE INDEX carts_to_expire ON public.orders_cart USING btree (tenant_id, expires_at) WHERE ((state)::text = 'open'::text);

CREATE INDEX cash_counts_of_a_day ON public.closing_cashcount USING btree (tenant_id, counted_on, currency, id DESC);

CREATE INDEX changes_along ON public.changes_change USING btree (tenant_id, along_id) WHERE (along_id IS NOT NULL);

CREATE INDEX changes_of_line ON public.changes_changedline USING btree (tenant_id, line_id);

CREATE INDEX changes_of_order ON public.changes_change USING btree (tenant_id, order_id, id);

CREATE INDEX claims_of_order ON public.aftersales_claim USING btree (tenant_id, order_id);

CREATE INDEX claims_of_order_line ON public.aftersales_claimline USING btree (tenant_id, order_line_id);

CREATE INDEX claims_to_answer ON public.aftersales_claim USING btree (tenant_id, filed_at) WHERE ((state)::text = 'filed'::text);

CREATE UNIQUE INDEX consent_is_given_once_at_a_time ON public.customers_consent USING btree (tenant_id, customer_id, purpose) WHERE (withdrawn_at IS NULL);

CREATE INDEX consents_of_a_customer ON public.customers_consent USING btree (tenant_id, customer_id, purpose);

CREATE INDEX costs_of_variant ON public.inventory_cost USING btree (tenant_id, variant_id, id);

CREATE INDEX counted_lines_of_variant ON public.counting_countline USING btree (tenant_id, variant_id, counted_at);

CREATE INDEX coupons_of_a_promotion ON public.promotions_coupon USING btree (tenant_id, promotion_id);

CREATE INDEX credit_notes_newest_first ON public.settlement_creditnote USING btree (tenant_id, issued_on DESC, id DESC);

CREATE INDEX credit_notes_of_order ON public.settlement_creditnote USING btree (tenant_id, order_id);

CREATE INDEX credit_to_expire ON public.payments_creditgrant USING btree (tenant_id, expires_at) WHERE (used < amount);

CREATE INDEX credited_of_order_line ON public.settlement_creditnoteline USING btree (tenant_id, order_line_id);

CREATE INDEX customer_by_email ON public.customers_customercontact USING btree (tenant_id, email_key) WHERE (NOT ((email_key)::text = ''::text));

CREATE INDEX customer_by_phone ON public.customers_customercontact USING btree (tenant_id, phone) WHERE (NOT ((phone)::text = ''::text));

CREATE INDEX customer_by_token ON public.customers_customercontact USING gin (tokens) WITH (gin_pending_list_limit='64');

CREATE UNIQUE INDEX customer_has_one_default_address_a_purpose ON public.customers_address USING btree (tenant_id, customer_id, purpose) WHERE (is_default AND (retired_at IS NULL));

CREATE INDEX customers_merged_into_one ON public.customers_customer USING btree (tenant_id, merged_into_id) WHERE (merged_into_id IS NOT NULL);

CREATE INDEX customers_of_a_group ON public.customers_customer USING btree (tenant_id, "group", id DESC) WHERE (NOT (("group")::text = ''::text));

CREATE INDEX customers_who_are_blocked ON public.customers_customer USING btree (tenant_id, id DESC) WHERE ((state)::text = 'blocked'::text);

CREATE INDEX customers_who_are_companies ON public.customers_customer USING btree (tenant_id, id DESC) WHERE ((kind)::text = 'company'::text);

CREATE INDEX customers_who_were_forgotten ON public.customers_customer USING btree (tenant_id, id DESC) WHERE (erased_at IS NOT NULL);

CREATE INDEX customers_who_were_merged ON public.customers_customer USING btree (tenant_id, id DESC) WHERE ((state)::text = 'merged'::text);

CREATE INDEX customers_with_a_tag ON public.customers_customertag USING btree (tenant_id, tag, customer_id DESC);

CREATE INDEX decisions_of_a_review ON public.review_decision USING btree (tenant_id, review_id, round);

CREATE INDEX deliveries_due ON public.webhooks_delivery USING btree (tenant_id, endpoint_id, due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX deliveries_newest_first ON public.webhooks_delivery USING btree (tenant_id, "position" DESC, id DESC);

CREATE INDEX deliveries_of_endpoint ON public.webhooks_delivery USING btree (tenant_id, endpoint_id, "position" DESC, id DESC);

CREATE INDEX deliveries_over ON public.webhooks_delivery USING btree (tenant_id, finished_at) WHERE (finished_at IS NOT NULL);

CREATE INDEX demand_of_document ON public.inventory_demand USING btree (tenant_id, document_id);

CREATE INDEX discrepancies_by_state ON public.reconciliation_discrepancy USING btree (tenant_id, state, first_seen_at DESC, id DESC);

CREATE INDEX discrepancies_ignored ON public.reconciliation_discrepancy USING btree (tenant_id, source, reference) WHERE ((resolution)::text = 'ignored'::text);

CREATE INDEX discrepancies_of_a_payment ON public.reconciliation_discrepancy USING btree (tenant_id, payment_id) WHERE (payment_id IS NOT NULL);

CREATE INDEX discrepancies_open ON public.reconciliation_discrepancy USING btree (tenant_id, first_seen_at, id) WHERE ((state)::text = 'open'::text);

CREATE INDEX disputes_of_payment ON public.payments_dispute USING btree (tenant_id, payment_id);

CREATE INDEX disputes_to_answer ON public.payments_dispute USING btree (tenant_id, answer_due_at) WHERE ((state)::text = 'open'::text);

CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);

CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);

CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);

CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);

CREATE INDEX endpoints_in_use ON public.webhooks_endpoint USING btree (tenant_id) WHERE (NOT ((state)::text = 'retired'::text));

CREATE INDEX examinations_of_piece ON public.aftersales_examination USING btree (tenant_id, piece_id);

CREATE INDEX files_of_claim ON public.aftersales_attachment USING btree (tenant_id, claim_id) WHERE (claim_id IS NOT NULL);

CREATE INDEX files_of_parcel ON public.aftersales_attachment USING btree (tenant_id, parcel_id) WHERE (parcel_id IS NOT NULL);

CREATE INDEX files_of_return ON public.aftersales_attachment USING btree (tenant_id, rma_id) WHERE (rma_id IS NOT NULL);

CREATE INDEX findings_of_a_review ON public.review_finding USING btree (tenant_id, review_id, round);

CREATE INDEX former_contacts_of_order ON public.orders_formercontact USING btree (tenant_id, order_id);

CREATE INDEX gift_card_codes_sealed ON public.payments_giftcard USING btree (tenant_id, issued_at) WHERE (NOT (sealed_code = ''::text));

CREATE INDEX gift_cards_of_document ON public.payments_giftcard USING btree (tenant_id, document_id);

CREATE INDEX gift_cards_to_expire ON public.payments_giftcard USING btree (tenant_id, expires_at) WHERE ((state)::text = 'active'::text);

CREATE INDEX grants_of_a_credit ON public.payments_creditgrant USING btree (tenant_id, payable_id);

CREATE INDEX held_lines ON public.orders_orderline USING btree (tenant_id, order_id) WHERE held;

CREATE INDEX holds_to_expire ON public.inventory_demand USING btree (tenant_id, expires_at) WHERE ((expires_at IS NOT NULL) AND (quantity > (canceled + issued)));

CREATE INDEX identities_of_a_customer ON public.customers_customeridentity USING btree (tenant_id, customer_id);

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);

CREATE INDEX images_of_a_product ON public.catalog_productimage USING btree (tenant_id, product_id, "position");

CREATE INDEX invoiced_of_order_line ON public.settlement_invoiceline USING btree (tenant_id, order_line_id);

CREATE INDEX invoices_newest_first ON public.settlement_invoice USING btree (tenant_id, issued_on DESC, id DESC);

CREATE INDEX invoices_of_order ON public.settlement_invoice USING btree (tenant_id, order_id);

CREATE INDEX invoices_on_account ON public.settlement_invoice USING btree (tenant_id, due_on) WHERE (due_on IS NOT NULL);

CREATE INDEX kernel_cache_expires ON public.kernel_cache USING btree (expires);

CREATE INDEX kernel_tenant_slug_c19450cb ON public.kernel_tenant USING btree (slug);

CREATE INDEX kernel_tenant_slug_c19450cb_like ON public.kernel_tenant USING btree (slug varchar_pattern_ops);

CREATE INDEX kits_with_a_component ON public.catalog_kitcomponent USING btree (tenant_id, component_id);

CREATE INDEX line_of_a_payment ON public.reconciliation_statementline USING btree (tenant_id, payment_id) WHERE (payment_id IS NOT NULL);

CREATE INDEX lines_of_a_bill ON public.closing_billline USING btree (tenant_id, bill_id, id);

CREATE INDEX lines_of_a_payout ON public.closing_billline USING btree (tenant_id, payout_id) WHERE (payout_id IS NOT NULL);

CREATE INDEX lines_of_a_statement ON public.reconciliation_statementline USING btree (tenant_id, statement_id, id);

CREATE INDEX lines_of_known_payers ON public.reconciliation_statementline USING btree (tenant_id, payer_account) WHERE (((state)::text = 'matched'::text) AND (NOT ((payer_account)::text = ''::text)));

CREATE INDEX lines_of_variant ON public.orders_orderline USING btree (tenant_id, variant_id);

CREATE INDEX lines_that_wait ON public.reconciliation_statementline USING btree (tenant_id, booked_on, id) WHERE (state IN ('open', 'partly_matched'));

CREATE INDEX logins_of_a_customer ON public.customers_customerlogin USING btree (tenant_id, customer_id);

CREATE INDEX low_stock_of_variant ON public.inventory_low USING btree (tenant_id, variant_id);

CREATE INDEX mails_of_a_report ON public.automation_reportmail USING btree (tenant_id, schedule_id, due_at DESC);

CREATE INDEX matches_of_a_document ON public.reconciliation_linematch USING btree (tenant_id, document_id);

CREATE INDEX matches_of_a_line ON public.reconciliation_linematch USING btree (tenant_id, line_id);

CREATE INDEX members_of_a_role ON public.staff_membershiprole USING btree (tenant_id, role_id);

CREATE INDEX memberships_of_an_account ON public.staff_membership USING btree (user_id);

CREATE INDEX messages_of_ticket ON public.tickets_message USING btree (tenant_id, ticket_id, written_at);

CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);

CREATE INDEX months_of_a_customer ON public.rollups_customermonth USING btree (tenant_id, customer_id);

CREATE INDEX moves_by_time ON public.inventory_move USING btree (tenant_id, at);

CREATE INDEX moves_of_demand ON public.inventory_move USING btree (tenant_id, demand_id) WHERE (demand_id IS NOT NULL);

CREATE INDEX moves_of_supply ON public.inventory_move USING btree (tenant_id, supply_id) WHERE (supply_id IS NOT NULL);

CREATE INDEX moves_of_variant ON public.inventory_move USING btree (tenant_id, variant_id, id);

CREATE UNIQUE INDEX nobody_approves_twice_in_a_round ON public.review_decision USING btree (tenant_id, review_id, round, actor_kind, actor_id) WHERE ((verdict)::text = 'approved'::text);

CREATE INDEX notes_of_order ON public.orders_ordernote USING btree (tenant_id, order_id);

CREATE INDEX notes_on_a_customer ON public.customers_customernote USING btree (tenant_id, customer_id, is_pinned DESC, id DESC);

CREATE INDEX notices_newest_first ON public.automation_notice USING btree (tenant_id, queued_at DESC, id DESC);

CREATE INDEX notices_nobody_knows_of ON public.automation_notice USING btree (tenant_id, queued_at DESC, id DESC) WHERE ((state)::text = 'unknown'::text);

CREATE INDEX notices_of_order ON public.automation_notice USING btree (tenant_id, order_id);

CREATE INDEX notices_that_failed ON public.automation_notice USING btree (tenant_id, queued_at DESC, id DESC) WHERE ((state)::text = 'failed'::text);

CREATE UNIQUE INDEX one_close_goes_on_from_another ON public.closing_dayclose USING btree (tenant_id, previous_id) WHERE ((previous_id IS NOT NULL) AND ((state)::text = 'closed'::text));

CREATE INDEX open_allocation_of_demand ON public.inventory_allocation USING btree (tenant_id, demand_id) WHERE (quantity > 0);

CREATE INDEX open_allocation_of_holding ON public.inventory_allocation USING btree (tenant_id, holding_id) WHERE (quantity > 0);

CREATE INDEX open_peg_of_balance ON public.inventory_peg USING btree (tenant_id, balance_id) WHERE (quantity > 0);

CREATE INDEX open_peg_of_supply ON public.inventory_peg USING btree (tenant_id, supply_id) WHERE (quantity > 0);

CREATE INDEX open_places ON public.webhooks_place USING btree (tenant_id, endpoint_id, order_id, "position") WHERE is_open;

CREATE INDEX open_shipments_by_promise ON public.fulfillment_shipment USING btree (tenant_id, due_at, id) WHERE (state IN ('planned', 'picking', 'packed'));

CREATE INDEX orders_newest_first ON public.orders_order USING btree (tenant_id, placed_at DESC, id DESC);

CREATE INDEX orders_of_customer ON public.orders_order USING btree (tenant_id, customer_id, placed_at DESC);

CREATE INDEX orders_that_wait ON public.changes_bulkorder USING btree (tenant_id, bulk_id, "position") WHERE ((outcome)::text = 'waiting'::text);

CREATE INDEX orders_to_expire ON public.orders_order USING btree (tenant_id, expires_at) WHERE (expires_at IS NOT NULL);

CREATE INDEX orders_with_tag ON public.orders_ordertag USING btree (tenant_id, tag);

CREATE INDEX parcels_to_work_off ON public.aftersales_strayparcel USING btree (tenant_id, parked_at) WHERE ((state)::text = 'parked'::text);

CREATE INDEX parts_by_promise ON public.rollups_orderpart USING btree (tenant_id, promised_on) WHERE (promised_on IS NOT NULL);

CREATE INDEX parts_of_returns_of_order ON public.rollups_returnpart USING btree (tenant_id, order_id);

CREATE INDEX parts_of_shipments_of_order ON public.rollups_shipmentpart USING btree (tenant_id, order_id);

CREATE INDEX parts_that_wait ON public.rollups_orderpart USING btree (tenant_id, id) WHERE waits;

CREATE INDEX past_prices_of_a_list ON public.pricing_pastprice USING btree (tenant_id, price_list_id, variant_id);

CREATE INDEX past_prices_of_a_variant ON public.pricing_pastprice USING btree (tenant_id, variant_id, began_at DESC);

CREATE INDEX payable_party ON public.payments_payable USING btree (tenant_id, party_id);

CREATE INDEX payment_unapplied ON public.payments_payment USING btree (tenant_id, currency) WHERE (unapplied > 0);

CREATE INDEX payments_at_carriers ON public.payments_payment USING btree (tenant_id, currency) WHERE ((captured > settled) AND ((gateway)::text = 'cash_on_delivery'::text));

CREATE INDEX payments_declined ON public.payments_payment USING btree (tenant_id, requested_at) WHERE ((state)::text = 'declined'::text);

CREATE INDEX payments_held ON public.payments_payment USING btree (tenant_id, requested_at) WHERE ((state)::text = 'authorized'::text);

CREATE INDEX payouts_newest_first ON public.closing_payout USING btree (tenant_id, at DESC, id DESC);

CREATE INDEX payouts_on_their_way ON public.closing_payout USING btree (tenant_id, at) WHERE (NOT ((state)::text = 'arrived'::text));

CREATE INDEX peg_of_demand ON public.inventory_peg USING btree (tenant_id, demand_id);

CREATE INDEX picks_by_time ON public.fulfillment_pick USING btree (tenant_id, at) WHERE (undone_at IS NULL);

CREATE INDEX picks_of_errand ON public.fulfillment_pick USING btree (tenant_id, errand_id);

CREATE INDEX places_of_an_order ON public.webhooks_place USING btree (tenant_id, order_id);

CREATE INDEX posting_payable ON public.payments_posting USING btree (tenant_id, payable_id) WHERE (payable_id IS NOT NULL);

CREATE INDEX posting_payment ON public.payments_posting USING btree (tenant_id, payment_id) WHERE (payment_id IS NOT NULL);

CREATE INDEX posting_receivable ON public.payments_posting USING btree (tenant_id, receivable_id) WHERE (receivable_id IS NOT NULL);

CREATE INDEX postings_of_an_entry ON public.payments_posting USING btree (tenant_id, entry_id);

CREATE INDEX prices_of_a_list ON public.pricing_price USING btree (tenant_id, price_list_id, variant_id);

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);

CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);

CREATE INDEX product_by_pairs ON public.catalog_product USING gin (public.catalog_pairs((((name)::text || ' '::text) || (name_i18n)::text)));

CREATE INDEX products_of_a_category ON public.catalog_product USING btree (tenant_id, category_id);

CREATE INDEX promotions_of_a_line ON public.promotions_promotionshare USING btree (tenant_id, line_id);

CREATE INDEX promotions_of_an_order ON public.promotions_promotionuse USING btree (tenant_id, order_id);

CREATE INDEX rates_of_a_shipping_method ON public.pricing_shippingrate USING btree (tenant_id, method_id);

CREATE INDEX receivable_customer ON public.payments_receivable USING btree (tenant_id, customer_id);

CREATE INDEX receivable_due ON public.payments_receivable USING btree (tenant_id, due_at) WHERE (due > 0);

CREATE INDEX receivables_to_collect ON public.payments_receivable USING btree (tenant_id, document_id) WHERE ((due > 0) AND ((terms)::text = 'on_delivery'::text));

CREATE INDEX reports_that_are_due ON public.automation_reportschedule USING btree (tenant_id, next_at) WHERE ((state)::text = 'active'::text);

CREATE INDEX reports_to_send ON public.automation_reportmail USING btree (tenant_id, queued_at) WHERE ((state)::text = 'queued'::text);

CREATE INDEX return_by_tracking ON public.aftersales_return USING btree (tenant_id, tracking_number) WHERE (NOT ((tracking_number)::text = ''::text));

CREATE INDEX returns_of_demand ON public.aftersales_returnpiece USING btree (tenant_id, demand_id);

CREATE INDEX returns_of_order ON public.aftersales_return USING btree (tenant_id, order_id);

CREATE INDEX returns_of_order_line ON public.aftersales_returnline USING btree (tenant_id, order_line_id);

CREATE INDEX returns_to_do ON public.aftersales_return USING btree (tenant_id, node_id, authorized_at) WHERE (state IN ('authorized', 'received'));

CREATE INDEX returns_to_lapse ON public.aftersales_return USING btree (tenant_id, due_back_at) WHERE ((due_back_at IS NOT NULL) AND ((state)::text = 'authorized'::text));

CREATE INDEX reviews_by_state ON public.review_review USING btree (tenant_id, state, opened_at DESC, id DESC);

CREATE INDEX reviews_that_wait ON public.review_review USING btree (tenant_id, opened_at, id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX rows_of_an_import ON public.automation_importrow USING btree (tenant_id, of_id, outcome, line);

CREATE INDEX shipment_by_tracking ON public.fulfillment_shipment USING btree (tenant_id, tracking_number) WHERE (NOT ((tracking_number)::text = ''::text));

CREATE INDEX shipment_lines_of_demand ON public.fulfillment_shipmentline USING btree (tenant_id, demand_id);

CREATE INDEX shipments_by_promise ON public.fulfillment_shipment USING btree (tenant_id, node_id, due_at, id) WHERE (state IN ('planned', 'picking', 'packed'));

CREATE INDEX shipments_of_order ON public.fulfillment_shipment USING btree (tenant_id, order_id);

CREATE INDEX shipments_of_wave ON public.fulfillment_shipment USING btree (tenant_id, wave_id) WHERE (wave_id IS NOT NULL);

CREATE INDEX shipments_that_left ON public.fulfillment_shipment USING btree (tenant_id, shipped_at) WHERE (shipped_at IS NOT NULL);

CREATE INDEX socialaccount_socialaccount_user_id_8146e70c ON public.socialaccount_socialaccount USING btree (user_id);

CREATE INDEX socialaccount_socialtoken_account_id_951f210e ON public.socialaccount_socialtoken USING btree (account_id);

CREATE INDEX socialaccount_socialtoken_app_id_636a42d7 ON public.socialaccount_socialtoken USING btree (app_id);

CREATE INDEX statements_newest_first ON public.reconciliation_statement USING btree (tenant_id, imported_at DESC, id DESC);

CREATE INDEX subject_timeline ON public.kernel_entrysubject USING btree (tenant_id, subject_id, id);

CREATE INDEX subjects_of_an_entry ON public.kernel_entrysubject USING btree (tenant_id, entry_id);

CREATE INDEX supply_by_date ON public.inventory_supply USING btree (tenant_id, variant_id, expected_at);

CREATE INDEX supply_of_document ON public.inventory_supply USING btree (tenant_id, document_id);

CREATE UNIQUE INDEX tax_rate_is_given_once ON public.pricing_taxrate USING btree (tenant_id, country, region, tax_class, name, starts_on) NULLS NOT DISTINCT WHERE ((state)::text = 'active'::text);

CREATE INDEX tickets_about_order ON public.tickets_ticket USING btree (tenant_id, order_id) WHERE (order_id IS NOT NULL);

CREATE INDEX tickets_by_deadline ON public.tickets_ticket USING btree (tenant_id, due_at, id) WHERE (state IN ('open', 'waiting_for_us', 'reopened', 'waiting_for_customer'));

CREATE INDEX tickets_newest_first ON public.tickets_ticket USING btree (tenant_id, opened_at DESC, id DESC);

CREATE INDEX tickets_of_customer ON public.tickets_ticket USING btree (tenant_id, customer_id) WHERE (customer_id IS NOT NULL);

CREATE INDEX tickets_of_owner ON public.tickets_ticket USING btree (tenant_id, owner_id, due_at) WHERE (state IN ('open', 'waiting_for_us', 'reopened', 'waiting_for_customer'));

CREATE INDEX tickets_to_close ON public.tickets_ticket USING btree (tenant_id, solved_at) WHERE ((state)::text = 'solved'::text);

CREATE INDEX tickets_to_escalate ON public.tickets_ticket USING btree (tenant_id, escalates_at) WHERE (escalates_at IS NOT NULL);

CREATE INDEX tickets_with_tag ON public.tickets_tickettag USING btree (tenant_id, tag);

CREATE INDEX traces_of_a_buyer ON public.review_trace USING btree (tenant_id, key, placed_at DESC);

CREATE INDEX traces_of_a_review ON public.review_trace USING btree (tenant_id, review_id);

CREATE INDEX unanswered_demand ON public.inventory_demand USING btree (tenant_id, variant_id, id) WHERE (quantity > ((canceled + issued) + pegged));

CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE (type IN ('totp', 'recovery_codes'));

CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";

CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;

CREATE INDEX usersessions_usersession_session_key_fd35de43_like ON public.usersessions_usersession USING btree (session_key varchar_pattern_ops);

CREATE INDEX usersessions_usersession_user_id_af5e0a6d ON public.usersessions_usersession USING btree (user_id);

CREATE INDEX uses_of_a_promotion ON public.promotions_promotionuse USING btree (tenant_id, promotion_id, used_at DESC);

CREATE INDEX uses_with_an_email ON public.promotions_promotionuse USING btree (tenant_id, email_key) WHERE (NOT (email_key IS NULL));

CREATE INDEX variant_by_barcode ON public.catalog_variant USING btree (tenant_id, barcode) WHERE (NOT ((barcode)::text = ''::text));

CREATE INDEX variant_by_pairs ON public.catalog_variant USING gin (public.catalog_pairs((((((sku)::text || ' '::text) || (name)::text) || ' '::text) || (barcode)::text)));

CREATE INDEX variants_of_a_product ON public.catalog_variant USING btree (tenant_id, product_id);

CREATE UNIQUE INDEX view_name_is_unique ON public.views_savedview USING btree (tenant_id, list_name, user_id, name) WHERE ((state)::text = 'active'::text);

CREATE INDEX views_of_a_list ON public.views_savedview USING btree (tenant_id, list_name) WHERE ((state)::text = 'active'::text);

CREATE INDEX waves_under_way ON public.fulfillment_wave USING btree (tenant_id, node_id, started_at) WHERE ((state)::text = 'walking'::text);

CREATE INDEX weights_of_order_line ON public.aftersales_componentweight USING btree (tenant_id, order_line_id);

CREATE INDEX who_agrees_to_it ON public.customers_consent USING btree (tenant_id, purpose, customer_id DESC) WHERE (withdrawn_at IS NULL);

CREATE INDEX who_waits_for_an_article ON public.wishes_wish USING btree (tenant_id, variant_id, id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX who_was_told_of_an_article ON public.wishes_wish USING btree (tenant_id, variant_id, told_at) WHERE ((state)::text = 'told'::text);

CREATE INDEX wishes_newest_first ON public.wishes_wish USING btree (tenant_id, wished_at DESC, id DESC);

CREATE INDEX wishes_of_a_customer ON public.wishes_wish USING btree (tenant_id, customer_id) WHERE (customer_id IS NOT NULL);

CREATE INDEX wishes_of_an_address ON public.wishes_wish USING btree (tenant_id, email_key) WHERE (NOT ((email)::text = ''::text));

CREATE TRIGGER pgtrigger_allowance_lines_are_never_edited_42e64 BEFORE DELETE OR UPDATE ON public.aftersales_allowanceline FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_allowance_lines_are_never_edited_42e64();

COMMENT ON TRIGGER pgtrigger_allowance_lines_are_never_edited_42e64 ON public.aftersales_allowanceline IS 'f698d1a5bd580936ce408caa0b0af9da1ab3be39';

CREATE TRIGGER pgtrigger_allowance_lines_are_never_truncated_06941 BEFORE TRUNCATE ON public.aftersales_allowanceline FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_allowance_lines_are_never_truncated_06941();

COMMENT ON TRIGGER pgtrigger_allowance_lines_are_never_truncated_06941 ON public.aftersales_allowanceline IS 'f29796e9cd948fe5211ba4eae4bc6b9ec551933f';

CREATE TRIGGER pgtrigger_allowances_are_never_edited_06a1d BEFORE DELETE OR UPDATE ON public.aftersales_allowance FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_allowances_are_never_edited_06a1d();

COMMENT ON TRIGGER pgtrigger_allowances_are_never_edited_06a1d ON public.aftersales_allowance IS 'fdd46d0c12c397ee24e3745cba7c35825b1a2a23';

CREATE TRIGGER pgtrigger_allowances_are_never_truncated_87f4c BEFORE TRUNCATE ON public.aftersales_allowance FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_allowances_are_never_truncated_87f4c();

COMMENT ON TRIGGER pgtrigger_allowances_are_never_truncated_87f4c ON public.aftersales_allowance IS 'c303bfaf3915903a245c2909bcf9f778c52c1aa3';

CREATE TRIGGER pgtrigger_cash_counts_are_never_edited_10f24 BEFORE DELETE OR UPDATE ON public.closing_cashcount FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_cash_counts_are_never_edited_10f24();

COMMENT ON TRIGGER pgtrigger_cash_counts_are_never_edited_10f24 ON public.closing_cashcount IS '571ce5aa50f701473b37fb30b721f00a191b443c';

CREATE TRIGGER pgtrigger_cash_counts_are_never_truncated_944d4 BEFORE TRUNCATE ON public.closing_cashcount FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_cash_counts_are_never_truncated_944d4();

COMMENT ON TRIGGER pgtrigger_cash_counts_are_never_truncated_944d4 ON public.closing_cashcount IS '61b556512890a98e756e4ed5b3fc28cdde7bf9ea';

CREATE TRIGGER pgtrigger_closed_entries_are_never_edited_710c6 BEFORE DELETE OR UPDATE ON public.kernel_journalentry FOR EACH ROW WHEN ((old.event IS NOT NULL)) EXECUTE FUNCTION public.pgtrigger_closed_entries_are_never_edited_710c6();

COMMENT ON TRIGGER pgtrigger_closed_entries_are_never_edited_710c6 ON public.kernel_journalentry IS 'd32ea1487240d7ee8070f85d5b11f3b52039b0a4';

CREATE TRIGGER pgtrigger_component_weights_are_never_edited_6abc0 BEFORE DELETE OR UPDATE ON public.aftersales_componentweight FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_component_weights_are_never_edited_6abc0();

COMMENT ON TRIGGER pgtrigger_component_weights_are_never_edited_6abc0 ON public.aftersales_componentweight IS '68f2af09ac118d9329737069bd1a44a737d2ce48';

CREATE TRIGGER pgtrigger_component_weights_are_never_truncated_41236 BEFORE TRUNCATE ON public.aftersales_componentweight FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_component_weights_are_never_truncated_41236();

COMMENT ON TRIGGER pgtrigger_component_weights_are_never_truncated_41236 ON public.aftersales_componentweight IS 'feb7729aa5287efc2f85c496ce561b14d265c553';

CREATE TRIGGER pgtrigger_costs_are_never_edited_6cd1b BEFORE DELETE OR UPDATE ON public.inventory_cost FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_costs_are_never_edited_6cd1b();

COMMENT ON TRIGGER pgtrigger_costs_are_never_edited_6cd1b ON public.inventory_cost IS '99eb6e1bb93af6dbfb9d105107a189a0f75398b2';

CREATE TRIGGER pgtrigger_costs_are_never_truncated_90c28 BEFORE TRUNCATE ON public.inventory_cost FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_costs_are_never_truncated_90c28();

COMMENT ON TRIGGER pgtrigger_costs_are_never_truncated_90c28 ON public.inventory_cost IS 'a39c797a782873c22455c773aaa32d570dd432a3';

CREATE TRIGGER pgtrigger_credit_note_lines_are_never_edited_d2eef BEFORE DELETE OR UPDATE ON public.settlement_creditnoteline FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_credit_note_lines_are_never_edited_d2eef();

COMMENT ON TRIGGER pgtrigger_credit_note_lines_are_never_edited_d2eef ON public.settlement_creditnoteline IS 'acea5ff77688117ff0429c5d9c7702da9a665533';

CREATE TRIGGER pgtrigger_credit_note_lines_are_never_truncated_08cc5 BEFORE TRUNCATE ON public.settlement_creditnoteline FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_credit_note_lines_are_never_truncated_08cc5();

COMMENT ON TRIGGER pgtrigger_credit_note_lines_are_never_truncated_08cc5 ON public.settlement_creditnoteline IS '88f5e78b82b55d141cb0f575c2590829642a1f21';

CREATE TRIGGER pgtrigger_credit_notes_are_never_edited_86c92 BEFORE DELETE OR UPDATE ON public.settlement_creditnote FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_credit_notes_are_never_edited_86c92();

COMMENT ON TRIGGER pgtrigger_credit_notes_are_never_edited_86c92 ON public.settlement_creditnote IS 'd3517d0cd104e2d0cf4a8819f8bbce8afb220685';

CREATE TRIGGER pgtrigger_credit_notes_are_never_truncated_2010e BEFORE TRUNCATE ON public.settlement_creditnote FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_credit_notes_are_never_truncated_2010e();

COMMENT ON TRIGGER pgtrigger_credit_notes_are_never_truncated_2010e ON public.settlement_creditnote IS 'ae4e923531c38c27f165c36c17e602b9e03a6934';

CREATE TRIGGER pgtrigger_day_balances_are_never_edited_4acda BEFORE DELETE OR UPDATE ON public.closing_daybalance FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_day_balances_are_never_edited_4acda();

COMMENT ON TRIGGER pgtrigger_day_balances_are_never_edited_4acda ON public.closing_daybalance IS 'b81c0bf78640634b455f219aebeac8da5f92d5e5';

CREATE TRIGGER pgtrigger_day_balances_are_never_truncated_63ab3 BEFORE TRUNCATE ON public.closing_daybalance FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_day_balances_are_never_truncated_63ab3();

COMMENT ON TRIGGER pgtrigger_day_balances_are_never_truncated_63ab3 ON public.closing_daybalance IS '1b32bb9a132e033110645231eb15b7cf14ec8537';

CREATE TRIGGER pgtrigger_day_movements_are_never_edited_86138 BEFORE DELETE OR UPDATE ON public.closing_daymovement FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_day_movements_are_never_edited_86138();

COMMENT ON TRIGGER pgtrigger_day_movements_are_never_edited_86138 ON public.closing_daymovement IS '1d82a58d9cb37eb4dbf717127bc875f4ab75197d';

CREATE TRIGGER pgtrigger_day_movements_are_never_truncated_1539d BEFORE TRUNCATE ON public.closing_daymovement FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_day_movements_are_never_truncated_1539d();

COMMENT ON TRIGGER pgtrigger_day_movements_are_never_truncated_1539d ON public.closing_daymovement IS '2f61c3ff6f07f849e3e4eba32c1a26a4836be605';

CREATE TRIGGER pgtrigger_day_points_are_never_edited_838b3 BEFORE DELETE OR UPDATE ON public.closing_daypoint FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_day_points_are_never_edited_838b3();

COMMENT ON TRIGGER pgtrigger_day_points_are_never_edited_838b3 ON public.closing_daypoint IS '30e4cba7199edea9a3915dcdf2ef1589d24632a4';

CREATE TRIGGER pgtrigger_day_points_are_never_truncated_34edc BEFORE TRUNCATE ON public.closing_daypoint FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_day_points_are_never_truncated_34edc();

COMMENT ON TRIGGER pgtrigger_day_points_are_never_truncated_34edc ON public.closing_daypoint IS '6c4351427f4725761ff287bf30af835a5cf7eee9';

CREATE TRIGGER pgtrigger_decisions_are_never_edited_db1fb BEFORE DELETE OR UPDATE ON public.review_decision FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_decisions_are_never_edited_db1fb();

COMMENT ON TRIGGER pgtrigger_decisions_are_never_edited_db1fb ON public.review_decision IS '0f4c4eb0518621633ca1857f67e7670f4f602436';

CREATE TRIGGER pgtrigger_decisions_are_never_truncated_73d1f BEFORE TRUNCATE ON public.review_decision FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_decisions_are_never_truncated_73d1f();

COMMENT ON TRIGGER pgtrigger_decisions_are_never_truncated_73d1f ON public.review_decision IS '10045cc5e02702ca57028f7500c871868432fd67';

CREATE TRIGGER pgtrigger_entries_are_never_truncated_0776e BEFORE TRUNCATE ON public.kernel_journalentry FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_entries_are_never_truncated_0776e();

COMMENT ON TRIGGER pgtrigger_entries_are_never_truncated_0776e ON public.kernel_journalentry IS '484af2d3956be02c73398eedd79b34bcfc811589';

CREATE TRIGGER pgtrigger_entry_subjects_are_never_edited_481fa BEFORE DELETE OR UPDATE ON public.kernel_entrysubject FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_entry_subjects_are_never_edited_481fa();

COMMENT ON TRIGGER pgtrigger_entry_subjects_are_never_edited_481fa ON public.kernel_entrysubject IS 'cf22c5faa5d4b440c2f910ed0a8fc2d19996029a';

CREATE TRIGGER pgtrigger_entry_subjects_are_never_truncated_32bec BEFORE TRUNCATE ON public.kernel_entrysubject FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_entry_subjects_are_never_truncated_32bec();

COMMENT ON TRIGGER pgtrigger_entry_subjects_are_never_truncated_32bec ON public.kernel_entrysubject IS '1278fae5b3041345bfac46b5c1e0ae675d42b6f4';

CREATE TRIGGER pgtrigger_feed_items_are_never_edited_90707 BEFORE DELETE OR UPDATE ON public.kernel_feeditem FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_feed_items_are_never_edited_90707();

COMMENT ON TRIGGER pgtrigger_feed_items_are_never_edited_90707 ON public.kernel_feeditem IS 'cfdc13f507685ea7a308f53b3dc78802c55801e9';

CREATE TRIGGER pgtrigger_feed_items_are_never_truncated_be27a BEFORE TRUNCATE ON public.kernel_feeditem FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_feed_items_are_never_truncated_be27a();

COMMENT ON TRIGGER pgtrigger_feed_items_are_never_truncated_be27a ON public.kernel_feeditem IS 'fda5a24db31ee07de844f2c57a593780a34a2ee7';

CREATE TRIGGER pgtrigger_findings_are_never_edited_91b88 BEFORE DELETE OR UPDATE ON public.review_finding FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_findings_are_never_edited_91b88();

COMMENT ON TRIGGER pgtrigger_findings_are_never_edited_91b88 ON public.review_finding IS '6949f592af09bb7be63b6d46eb868d5c678fca17';

CREATE TRIGGER pgtrigger_findings_are_never_truncated_74bc0 BEFORE TRUNCATE ON public.review_finding FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_findings_are_never_truncated_74bc0();

COMMENT ON TRIGGER pgtrigger_findings_are_never_truncated_74bc0 ON public.review_finding IS 'b1788ebd40ebe0ee156d1f60f53c3efcf583a1df';

CREATE TRIGGER pgtrigger_gradings_are_never_edited_fde1a BEFORE DELETE OR UPDATE ON public.aftersales_grading FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_gradings_are_never_edited_fde1a();

COMMENT ON TRIGGER pgtrigger_gradings_are_never_edited_fde1a ON public.aftersales_grading IS 'bdef57f692aabbf90b0f7ea54da23e1b51ea7a00';

CREATE TRIGGER pgtrigger_gradings_are_never_truncated_262ca BEFORE TRUNCATE ON public.aftersales_grading FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_gradings_are_never_truncated_262ca();

COMMENT ON TRIGGER pgtrigger_gradings_are_never_truncated_262ca ON public.aftersales_grading IS '7167972efa01a9a7d030993a52b2e8742c0c461a';

CREATE TRIGGER pgtrigger_invoice_lines_are_never_edited_2fad8 BEFORE DELETE OR UPDATE ON public.settlement_invoiceline FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_invoice_lines_are_never_edited_2fad8();

COMMENT ON TRIGGER pgtrigger_invoice_lines_are_never_edited_2fad8 ON public.settlement_invoiceline IS '611482fbb38c87a66228e2af1e3c0527833d10a1';

CREATE TRIGGER pgtrigger_invoice_lines_are_never_truncated_64e15 BEFORE TRUNCATE ON public.settlement_invoiceline FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_invoice_lines_are_never_truncated_64e15();

COMMENT ON TRIGGER pgtrigger_invoice_lines_are_never_truncated_64e15 ON public.settlement_invoiceline IS 'e2221e7052c1600c5b45818fd3605f5e9ee52351';

CREATE TRIGGER pgtrigger_invoices_are_never_edited_623bb BEFORE DELETE OR UPDATE ON public.settlement_invoice FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_invoices_are_never_edited_623bb();

COMMENT ON TRIGGER pgtrigger_invoices_are_never_edited_623bb ON public.settlement_invoice IS '505e04638ee0f3b1d96d01e38fc136f8b82e0f7e';

CREATE TRIGGER pgtrigger_invoices_are_never_truncated_59ddb BEFORE TRUNCATE ON public.settlement_invoice FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_invoices_are_never_truncated_59ddb();

COMMENT ON TRIGGER pgtrigger_invoices_are_never_truncated_59ddb ON public.settlement_invoice IS '89566601f9cf0f68556d59e3429bf9b58a8af9eb';

CREATE TRIGGER pgtrigger_moves_are_never_edited_a807b BEFORE DELETE OR UPDATE ON public.inventory_move FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_moves_are_never_edited_a807b();

COMMENT ON TRIGGER pgtrigger_moves_are_never_edited_a807b ON public.inventory_move IS '2ddec518f2929f07d061b45e767b51a2484e8078';

CREATE TRIGGER pgtrigger_moves_are_never_truncated_a1368 BEFORE TRUNCATE ON public.inventory_move FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_moves_are_never_truncated_a1368();

COMMENT ON TRIGGER pgtrigger_moves_are_never_truncated_a1368 ON public.inventory_move IS 'ca45f04ae7f2dc215593cbb09473d1bab9297a01';

CREATE TRIGGER pgtrigger_postings_are_never_edited_5ec6b BEFORE DELETE OR UPDATE ON public.payments_posting FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_postings_are_never_edited_5ec6b();

COMMENT ON TRIGGER pgtrigger_postings_are_never_edited_5ec6b ON public.payments_posting IS '5d8818895491340dcf440329a936df68d2470e0f';

CREATE TRIGGER pgtrigger_postings_are_never_truncated_a7b28 BEFORE TRUNCATE ON public.payments_posting FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_postings_are_never_truncated_a7b28();

COMMENT ON TRIGGER pgtrigger_postings_are_never_truncated_a7b28 ON public.payments_posting IS '9dd16ae08311de6d6d541db847345c505a56ef79';

CREATE TRIGGER pgtrigger_profiles_are_never_edited_b1c84 BEFORE DELETE OR UPDATE ON public.shop_profile FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_profiles_are_never_edited_b1c84();

COMMENT ON TRIGGER pgtrigger_profiles_are_never_edited_b1c84 ON public.shop_profile IS '132f9f5d3efc137f41e20bbdf6a8c028d9a19a83';

CREATE TRIGGER pgtrigger_profiles_are_never_truncated_a2e60 BEFORE TRUNCATE ON public.shop_profile FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_profiles_are_never_truncated_a2e60();

COMMENT ON TRIGGER pgtrigger_profiles_are_never_truncated_a2e60 ON public.shop_profile IS 'bdb6ca1e01dc0418a04f8a3a89ef5e8a916f5fff';

CREATE TRIGGER pgtrigger_rule_versions_are_never_edited_c85ff BEFORE DELETE OR UPDATE ON public.review_ruleversion FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_rule_versions_are_never_edited_c85ff();

COMMENT ON TRIGGER pgtrigger_rule_versions_are_never_edited_c85ff ON public.review_ruleversion IS '089455c64854a2267b27475698a2e132f8feff03';

CREATE TRIGGER pgtrigger_rule_versions_are_never_truncated_944f0 BEFORE TRUNCATE ON public.review_ruleversion FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_rule_versions_are_never_truncated_944f0();

COMMENT ON TRIGGER pgtrigger_rule_versions_are_never_truncated_944f0 ON public.review_ruleversion IS '740df253bdc4d611b4fc92bc28cc80ce4f4e7fb4';

CREATE TRIGGER pgtrigger_wording_versions_are_never_edited_31506 BEFORE DELETE OR UPDATE ON public.wording_wordingversion FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_wording_versions_are_never_edited_31506();

COMMENT ON TRIGGER pgtrigger_wording_versions_are_never_edited_31506 ON public.wording_wordingversion IS '207e37467739818371e3e360535e520c03395e28';

CREATE TRIGGER pgtrigger_wording_versions_are_never_truncated_0b1cb BEFORE TRUNCATE ON public.wording_wordingversion FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_wording_versions_are_never_truncated_0b1cb();

COMMENT ON TRIGGER pgtrigger_wording_versions_are_never_truncated_0b1cb ON public.wording_wordingversion IS 'c99cf963af19cff372713bbd0149cd691b2c7dde';

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.aftersales_allowanceline
    ADD CONSTRAINT aftersales_allowance_allowance_id_da11da85_fk_aftersale FOREIGN KEY (tenant_id, allowance_id) REFERENCES public.aftersales_allowance(tenant_id, id);

ALTER TABLE ONLY public.aftersales_allowance
    ADD CONSTRAINT aftersales_allowance_order_id_6d3bec64_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.aftersales_allowanceline
    ADD CONSTRAINT aftersales_allowance_order_line_id_8b1d9900_fk_orders_or FOREIGN KEY (tenant_id, order_line_id) REFERENCES public.orders_orderline(tenant_id, id);

ALTER TABLE ONLY public.aftersales_attachment
    ADD CONSTRAINT aftersales_attachmen_line_id_678f9236_fk_aftersale FOREIGN KEY (tenant_id, line_id) REFERENCES public.aftersales_returnline(tenant_id, id);

ALTER TABLE ONLY public.aftersales_attachment
    ADD CONSTRAINT aftersales_attachmen_parcel_id_036b5e45_fk_aftersale FOREIGN KEY (tenant_id, parcel_id) REFERENCES public.aftersales_strayparcel(tenant_id, id);

ALTER TABLE ONLY public.aftersales_attachment
    ADD CONSTRAINT aftersales_attachment_claim_id_d38188fc_fk_aftersales_claim_id FOREIGN KEY (tenant_id, claim_id) REFERENCES public.aftersales_claim(tenant_id, id);

ALTER TABLE ONLY public.aftersales_attachment
    ADD CONSTRAINT aftersales_attachment_rma_id_ebfa3019_fk_aftersales_return_id FOREIGN KEY (tenant_id, rma_id) REFERENCES public.aftersales_return(tenant_id, id);

ALTER TABLE ONLY public.aftersales_claim
    ADD CONSTRAINT aftersales_claim_follow_up_id_662f6c95_fk_orders_order_id FOREIGN KEY (tenant_id, follow_up_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.aftersales_claim
    ADD CONSTRAINT aftersales_claim_order_id_07790f17_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.aftersales_claimline
    ADD CONSTRAINT aftersales_claimline_claim_id_c5441bbd_fk_aftersales_claim_id FOREIGN KEY (tenant_id, claim_id) REFERENCES public.aftersales_claim(tenant_id, id);

ALTER TABLE ONLY public.aftersales_claimline
    ADD CONSTRAINT aftersales_claimline_order_line_id_a6264aee_fk_orders_or FOREIGN KEY (tenant_id, order_line_id) REFERENCES public.orders_orderline(tenant_id, id);

ALTER TABLE ONLY public.aftersales_claimline
    ADD CONSTRAINT aftersales_claimline_why_id_f8a4e7e1_fk_policies_ FOREIGN KEY (tenant_id, why_id) REFERENCES public.policies_returnreason(tenant_id, id);

ALTER TABLE ONLY public.aftersales_componentweight
    ADD CONSTRAINT aftersales_component_demand_id_b75830f4_fk_inventory FOREIGN KEY (tenant_id, demand_id) REFERENCES public.inventory_demand(tenant_id, id);

ALTER TABLE ONLY public.aftersales_componentweight
    ADD CONSTRAINT aftersales_component_order_line_id_416ca543_fk_orders_or FOREIGN KEY (tenant_id, order_line_id) REFERENCES public.orders_orderline(tenant_id, id);

ALTER TABLE ONLY public.aftersales_examination
    ADD CONSTRAINT aftersales_examinati_piece_id_c6a9aedf_fk_aftersale FOREIGN KEY (tenant_id, piece_id) REFERENCES public.aftersales_returnpiece(tenant_id, id);

ALTER TABLE ONLY public.aftersales_examination
    ADD CONSTRAINT aftersales_examination_lot_id_f544aeee_fk_inventory_lot_id FOREIGN KEY (tenant_id, lot_id) REFERENCES public.inventory_lot(tenant_id, id);

ALTER TABLE ONLY public.aftersales_exchangeline
    ADD CONSTRAINT aftersales_exchangel_variant_id_e219ddd5_fk_catalog_v FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.aftersales_exchangeline
    ADD CONSTRAINT aftersales_exchangeline_rma_id_d86e65e9_fk_aftersales_return_id FOREIGN KEY (tenant_id, rma_id) REFERENCES public.aftersales_return(tenant_id, id);

ALTER TABLE ONLY public.aftersales_grading
    ADD CONSTRAINT aftersales_grading_grade_id_789328d5_fk_policies_returngrade_id FOREIGN KEY (tenant_id, grade_id) REFERENCES public.policies_returngrade(tenant_id, id);

ALTER TABLE ONLY public.aftersales_grading
    ADD CONSTRAINT aftersales_grading_piece_id_1bd5e706_fk_aftersale FOREIGN KEY (tenant_id, piece_id) REFERENCES public.aftersales_returnpiece(tenant_id, id);

ALTER TABLE ONLY public.aftersales_interception
    ADD CONSTRAINT aftersales_intercept_shipment_id_df2e29db_fk_fulfillme FOREIGN KEY (tenant_id, shipment_id) REFERENCES public.fulfillment_shipment(tenant_id, id);

ALTER TABLE ONLY public.aftersales_interception
    ADD CONSTRAINT aftersales_interception_rma_id_0c994c14_fk_aftersales_return_id FOREIGN KEY (tenant_id, rma_id) REFERENCES public.aftersales_return(tenant_id, id);

ALTER TABLE ONLY public.aftersales_return
    ADD CONSTRAINT aftersales_return_follow_up_id_efe592e1_fk_orders_order_id FOREIGN KEY (tenant_id, follow_up_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.aftersales_return
    ADD CONSTRAINT aftersales_return_node_id_46042a5d_fk_inventory_node_id FOREIGN KEY (tenant_id, node_id) REFERENCES public.inventory_node(tenant_id, id);

ALTER TABLE ONLY public.aftersales_return
    ADD CONSTRAINT aftersales_return_order_id_cf76b676_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.aftersales_returnline
    ADD CONSTRAINT aftersales_returnlin_component_id_31306652_fk_inventory FOREIGN KEY (tenant_id, component_id) REFERENCES public.inventory_demand(tenant_id, id);

ALTER TABLE ONLY public.aftersales_returnline
    ADD CONSTRAINT aftersales_returnlin_order_line_id_b76d4c37_fk_orders_or FOREIGN KEY (tenant_id, order_line_id) REFERENCES public.orders_orderline(tenant_id, id);

ALTER TABLE ONLY public.aftersales_returnline
    ADD CONSTRAINT aftersales_returnlin_rule_id_60d69caa_fk_policies_ FOREIGN KEY (tenant_id, rule_id) REFERENCES public.policies_returnrule(tenant_id, id);

ALTER TABLE ONLY public.aftersales_returnline
    ADD CONSTRAINT aftersales_returnlin_why_id_f903d5fc_fk_policies_ FOREIGN KEY (tenant_id, why_id) REFERENCES public.policies_returnreason(tenant_id, id);

ALTER TABLE ONLY public.aftersales_returnline
    ADD CONSTRAINT aftersales_returnline_rma_id_8b9f8245_fk_aftersales_return_id FOREIGN KEY (tenant_id, rma_id) REFERENCES public.aftersales_return(tenant_id, id);

ALTER TABLE ONLY public.aftersales_returnpiece
    ADD CONSTRAINT aftersales_returnpie_demand_id_aeeae6d5_fk_inventory FOREIGN KEY (tenant_id, demand_id) REFERENCES public.inventory_demand(tenant_id, id);

ALTER TABLE ONLY public.aftersales_returnpiece
    ADD CONSTRAINT aftersales_returnpie_line_id_f49f6ffb_fk_aftersale FOREIGN KEY (tenant_id, line_id) REFERENCES public.aftersales_returnline(tenant_id, id);

ALTER TABLE ONLY public.aftersales_strayparcel
    ADD CONSTRAINT aftersales_strayparcel_node_id_3f32a766_fk_inventory_node_id FOREIGN KEY (tenant_id, node_id) REFERENCES public.inventory_node(tenant_id, id);

ALTER TABLE ONLY public.aftersales_strayparcel
    ADD CONSTRAINT aftersales_strayparcel_rma_id_1b9e3b4b_fk_aftersales_return_id FOREIGN KEY (tenant_id, rma_id) REFERENCES public.aftersales_return(tenant_id, id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_group_id_97559544_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_6a12ed8b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.automation_importrow
    ADD CONSTRAINT automation_importrow_of_id_ebc60fcb_fk_automatio FOREIGN KEY (tenant_id, of_id) REFERENCES public.automation_registerimport(tenant_id, id);

ALTER TABLE ONLY public.automation_notice
    ADD CONSTRAINT automation_notice_entry_id_bbe4107a_fk_kernel_journalentry_id FOREIGN KEY (tenant_id, entry_id) REFERENCES public.kernel_journalentry(tenant_id, id);

ALTER TABLE ONLY public.automation_notice
    ADD CONSTRAINT automation_notice_order_id_3418e0df_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.automation_notice
    ADD CONSTRAINT automation_notice_ticket_id_4b370201_fk_tickets_ticket_id FOREIGN KEY (tenant_id, ticket_id) REFERENCES public.tickets_ticket(tenant_id, id);

ALTER TABLE ONLY public.automation_notice
    ADD CONSTRAINT automation_notice_wish_id_3e218bef_fk_wishes_wish_id FOREIGN KEY (tenant_id, wish_id) REFERENCES public.wishes_wish(tenant_id, id);

ALTER TABLE ONLY public.automation_reportmail
    ADD CONSTRAINT automation_reportmai_schedule_id_b5a5510a_fk_automatio FOREIGN KEY (tenant_id, schedule_id) REFERENCES public.automation_reportschedule(tenant_id, id);

ALTER TABLE ONLY public.catalog_category
    ADD CONSTRAINT catalog_category_parent_id_f61bd017_fk_catalog_category_id FOREIGN KEY (tenant_id, parent_id) REFERENCES public.catalog_category(tenant_id, id);

ALTER TABLE ONLY public.catalog_kitcomponent
    ADD CONSTRAINT catalog_kitcomponent_component_id_a347b03b_fk_catalog_v FOREIGN KEY (tenant_id, component_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.catalog_kitcomponent
    ADD CONSTRAINT catalog_kitcomponent_kit_id_62de07ea_fk_catalog_variant_id FOREIGN KEY (tenant_id, kit_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.catalog_product
    ADD CONSTRAINT catalog_product_category_id_35bf920b_fk_catalog_category_id FOREIGN KEY (tenant_id, category_id) REFERENCES public.catalog_category(tenant_id, id);

ALTER TABLE ONLY public.catalog_productimage
    ADD CONSTRAINT catalog_productimage_product_id_1f42dd8c_fk_catalog_product_id FOREIGN KEY (tenant_id, product_id) REFERENCES public.catalog_product(tenant_id, id);

ALTER TABLE ONLY public.catalog_variant
    ADD CONSTRAINT catalog_variant_product_id_8a21d193_fk_catalog_product_id FOREIGN KEY (tenant_id, product_id) REFERENCES public.catalog_product(tenant_id, id);

ALTER TABLE ONLY public.changes_bulkorder
    ADD CONSTRAINT changes_bulkorder_bulk_id_ffa620c8_fk_changes_bulk_id FOREIGN KEY (tenant_id, bulk_id) REFERENCES public.changes_bulk(tenant_id, id);

ALTER TABLE ONLY public.changes_bulkorder
    ADD CONSTRAINT changes_bulkorder_change_id_02aed9d1_fk_changes_change_id FOREIGN KEY (tenant_id, change_id) REFERENCES public.changes_change(tenant_id, id);

ALTER TABLE ONLY public.changes_bulkorder
    ADD CONSTRAINT changes_bulkorder_order_id_6079e660_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.changes_change
    ADD CONSTRAINT changes_change_along_id_bd4d38aa_fk_changes_change_id FOREIGN KEY (tenant_id, along_id) REFERENCES public.changes_change(tenant_id, id);

ALTER TABLE ONLY public.changes_change
    ADD CONSTRAINT changes_change_entry_id_8750e424_fk_kernel_journalentry_id FOREIGN KEY (tenant_id, entry_id) REFERENCES public.kernel_journalentry(tenant_id, id);

ALTER TABLE ONLY public.changes_change
    ADD CONSTRAINT changes_change_order_id_0a488ac4_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.changes_changedline
    ADD CONSTRAINT changes_changedline_change_id_97d94844_fk_changes_change_id FOREIGN KEY (tenant_id, change_id) REFERENCES public.changes_change(tenant_id, id);

ALTER TABLE ONLY public.changes_changedline
    ADD CONSTRAINT changes_changedline_line_id_889b8ede_fk_orders_orderline_id FOREIGN KEY (tenant_id, line_id) REFERENCES public.orders_orderline(tenant_id, id);

ALTER TABLE ONLY public.changes_changedline
    ADD CONSTRAINT changes_changedline_replaces_id_24e18f70_fk_orders_orderline_id FOREIGN KEY (tenant_id, replaces_id) REFERENCES public.orders_orderline(tenant_id, id);

ALTER TABLE ONLY public.closing_bill
    ADD CONSTRAINT closing_bill_account_id_62122084_fk_methods_merchantaccount_id FOREIGN KEY (tenant_id, account_id) REFERENCES public.methods_merchantaccount(tenant_id, id);

ALTER TABLE ONLY public.closing_billline
    ADD CONSTRAINT closing_billline_account_id_7e951edc_fk_methods_m FOREIGN KEY (tenant_id, account_id) REFERENCES public.methods_merchantaccount(tenant_id, id);

ALTER TABLE ONLY public.closing_billline
    ADD CONSTRAINT closing_billline_attempt_id_3230c30d_fk_payments_attempt_id FOREIGN KEY (tenant_id, attempt_id) REFERENCES public.payments_attempt(tenant_id, id);

ALTER TABLE ONLY public.closing_billline
    ADD CONSTRAINT closing_billline_bill_id_d8dc1245_fk_closing_bill_id FOREIGN KEY (tenant_id, bill_id) REFERENCES public.closing_bill(tenant_id, id);

ALTER TABLE ONLY public.closing_billline
    ADD CONSTRAINT closing_billline_payment_id_a9d72866_fk_payments_payment_id FOREIGN KEY (tenant_id, payment_id) REFERENCES public.payments_payment(tenant_id, id);

ALTER TABLE ONLY public.closing_billline
    ADD CONSTRAINT closing_billline_payout_id_72481158_fk_closing_payout_id FOREIGN KEY (tenant_id, payout_id) REFERENCES public.closing_payout(tenant_id, id);

ALTER TABLE ONLY public.closing_cashcount
    ADD CONSTRAINT closing_cashcount_entry_id_fc833a5b_fk_kernel_journalentry_id FOREIGN KEY (tenant_id, entry_id) REFERENCES public.kernel_journalentry(tenant_id, id);

ALTER TABLE ONLY public.closing_daybalance
    ADD CONSTRAINT closing_daybalance_close_id_0fd7970a_fk_closing_dayclose_id FOREIGN KEY (tenant_id, close_id) REFERENCES public.closing_dayclose(tenant_id, id);

ALTER TABLE ONLY public.closing_dayclose
    ADD CONSTRAINT closing_dayclose_previous_id_005a7142_fk_closing_dayclose_id FOREIGN KEY (tenant_id, previous_id) REFERENCES public.closing_dayclose(tenant_id, id);

ALTER TABLE ONLY public.closing_daymovement
    ADD CONSTRAINT closing_daymovement_close_id_01d957f7_fk_closing_dayclose_id FOREIGN KEY (tenant_id, close_id) REFERENCES public.closing_dayclose(tenant_id, id);

ALTER TABLE ONLY public.closing_daypoint
    ADD CONSTRAINT closing_daypoint_close_id_6219be53_fk_closing_dayclose_id FOREIGN KEY (tenant_id, close_id) REFERENCES public.closing_dayclose(tenant_id, id);

ALTER TABLE ONLY public.closing_payout
    ADD CONSTRAINT closing_payout_account_id_7f554459_fk_methods_m FOREIGN KEY (tenant_id, account_id) REFERENCES public.methods_merchantaccount(tenant_id, id);

ALTER TABLE ONLY public.counting_count
    ADD CONSTRAINT counting_count_applied_by_id_fa5123fc_fk_kernel_journalentry_id FOREIGN KEY (tenant_id, applied_by_id) REFERENCES public.kernel_journalentry(tenant_id, id);

ALTER TABLE ONLY public.counting_count
    ADD CONSTRAINT counting_count_node_id_48d73463_fk_inventory_node_id FOREIGN KEY (tenant_id, node_id) REFERENCES public.inventory_node(tenant_id, id);

ALTER TABLE ONLY public.counting_countline
    ADD CONSTRAINT counting_countline_count_id_6a486b29_fk_counting_count_id FOREIGN KEY (tenant_id, count_id) REFERENCES public.counting_count(tenant_id, id);

ALTER TABLE ONLY public.counting_countline
    ADD CONSTRAINT counting_countline_location_id_47a819a2_fk_inventory FOREIGN KEY (tenant_id, location_id) REFERENCES public.inventory_location(tenant_id, id);

ALTER TABLE ONLY public.counting_countline
    ADD CONSTRAINT counting_countline_lot_id_88651631_fk_inventory_lot_id FOREIGN KEY (tenant_id, lot_id) REFERENCES public.inventory_lot(tenant_id, id);

ALTER TABLE ONLY public.counting_countline
    ADD CONSTRAINT counting_countline_owner_id_05d30512_fk_inventory_owner_id FOREIGN KEY (tenant_id, owner_id) REFERENCES public.inventory_owner(tenant_id, id);

ALTER TABLE ONLY public.counting_countline
    ADD CONSTRAINT counting_countline_variant_id_cce278bc_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.customers_address
    ADD CONSTRAINT customers_address_customer_id_f042422e_fk_customers_customer_id FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.customers_consent
    ADD CONSTRAINT customers_consent_customer_id_e5c9af2d_fk_customers_customer_id FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.customers_customer
    ADD CONSTRAINT customers_customer_merged_into_id_2994ddb6_fk_customers FOREIGN KEY (tenant_id, merged_into_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.customers_customercontact
    ADD CONSTRAINT customers_customerco_customer_id_8ab9cff4_fk_customers FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.customers_customeridentity
    ADD CONSTRAINT customers_customerid_customer_id_09279f54_fk_customers FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.customers_customerlogin
    ADD CONSTRAINT customers_customerlo_customer_id_40e92c2b_fk_customers FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.customers_customernote
    ADD CONSTRAINT customers_customerno_customer_id_01ecc538_fk_customers FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.customers_customertag
    ADD CONSTRAINT customers_customerta_customer_id_bd0af7af_fk_customers FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_reminder
    ADD CONSTRAINT dunning_reminder_invoice_id_b9aa20fb_fk_settlement_invoice_id FOREIGN KEY (tenant_id, invoice_id) REFERENCES public.settlement_invoice(tenant_id, id);

ALTER TABLE ONLY public.dunning_reminderstop
    ADD CONSTRAINT dunning_reminderstop_customer_id_16cad40f_fk_customers FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.dunning_reminderstop
    ADD CONSTRAINT dunning_reminderstop_invoice_id_9c0981fc_fk_settlemen FOREIGN KEY (tenant_id, invoice_id) REFERENCES public.settlement_invoice(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_errand
    ADD CONSTRAINT fulfillment_errand_line_id_a4de0cb1_fk_fulfillme FOREIGN KEY (tenant_id, line_id) REFERENCES public.fulfillment_shipmentline(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_errand
    ADD CONSTRAINT fulfillment_errand_location_id_c8a5e38e_fk_inventory FOREIGN KEY (tenant_id, location_id) REFERENCES public.inventory_location(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_errand
    ADD CONSTRAINT fulfillment_errand_lot_id_f1903297_fk_inventory_lot_id FOREIGN KEY (tenant_id, lot_id) REFERENCES public.inventory_lot(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_package
    ADD CONSTRAINT fulfillment_package_shipment_id_145d20ec_fk_fulfillme FOREIGN KEY (tenant_id, shipment_id) REFERENCES public.fulfillment_shipment(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_packedline
    ADD CONSTRAINT fulfillment_packedli_line_id_cf7e601a_fk_fulfillme FOREIGN KEY (tenant_id, line_id) REFERENCES public.fulfillment_shipmentline(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_packedline
    ADD CONSTRAINT fulfillment_packedli_package_id_9d7398bf_fk_fulfillme FOREIGN KEY (tenant_id, package_id) REFERENCES public.fulfillment_package(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_pick
    ADD CONSTRAINT fulfillment_pick_errand_id_d36edfdc_fk_fulfillment_errand_id FOREIGN KEY (tenant_id, errand_id) REFERENCES public.fulfillment_errand(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_shipmentline
    ADD CONSTRAINT fulfillment_shipment_demand_id_0aa1f18d_fk_inventory FOREIGN KEY (tenant_id, demand_id) REFERENCES public.inventory_demand(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_shipment
    ADD CONSTRAINT fulfillment_shipment_node_id_b6d374ea_fk_inventory_node_id FOREIGN KEY (tenant_id, node_id) REFERENCES public.inventory_node(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_shipment
    ADD CONSTRAINT fulfillment_shipment_order_id_28952ad5_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_shipmentline
    ADD CONSTRAINT fulfillment_shipment_order_line_id_a68008e7_fk_orders_or FOREIGN KEY (tenant_id, order_line_id) REFERENCES public.orders_orderline(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_shipmentline
    ADD CONSTRAINT fulfillment_shipment_shipment_id_2373afd7_fk_fulfillme FOREIGN KEY (tenant_id, shipment_id) REFERENCES public.fulfillment_shipment(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_shipment
    ADD CONSTRAINT fulfillment_shipment_wave_id_834e0a50_fk_fulfillment_wave_id FOREIGN KEY (tenant_id, wave_id) REFERENCES public.fulfillment_wave(tenant_id, id);

ALTER TABLE ONLY public.fulfillment_wave
    ADD CONSTRAINT fulfillment_wave_node_id_93ce01a0_fk_inventory_node_id FOREIGN KEY (tenant_id, node_id) REFERENCES public.inventory_node(tenant_id, id);

ALTER TABLE ONLY public.inventory_allocation
    ADD CONSTRAINT inventory_allocation_demand_id_6fffe3f1_fk_inventory_demand_id FOREIGN KEY (tenant_id, demand_id) REFERENCES public.inventory_demand(tenant_id, id);

ALTER TABLE ONLY public.inventory_allocation
    ADD CONSTRAINT inventory_allocation_holding_id_ce2ab7ff_fk_inventory FOREIGN KEY (tenant_id, holding_id) REFERENCES public.inventory_holding(tenant_id, id);

ALTER TABLE ONLY public.inventory_balance
    ADD CONSTRAINT inventory_balance_node_id_d662e17b_fk_inventory_node_id FOREIGN KEY (tenant_id, node_id) REFERENCES public.inventory_node(tenant_id, id);

ALTER TABLE ONLY public.inventory_balance
    ADD CONSTRAINT inventory_balance_owner_id_f976f45d_fk_inventory_owner_id FOREIGN KEY (tenant_id, owner_id) REFERENCES public.inventory_owner(tenant_id, id);

ALTER TABLE ONLY public.inventory_balance
    ADD CONSTRAINT inventory_balance_variant_id_efa6713c_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.inventory_cost
    ADD CONSTRAINT inventory_cost_entry_id_42801e96_fk_kernel_journalentry_id FOREIGN KEY (tenant_id, entry_id) REFERENCES public.kernel_journalentry(tenant_id, id);

ALTER TABLE ONLY public.inventory_cost
    ADD CONSTRAINT inventory_cost_variant_id_24000d50_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.inventory_demand
    ADD CONSTRAINT inventory_demand_owner_id_45f9d8eb_fk_inventory_owner_id FOREIGN KEY (tenant_id, owner_id) REFERENCES public.inventory_owner(tenant_id, id);

ALTER TABLE ONLY public.inventory_demand
    ADD CONSTRAINT inventory_demand_variant_id_f054dbc0_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.inventory_holding
    ADD CONSTRAINT inventory_holding_location_id_f9f677bd_fk_inventory_location_id FOREIGN KEY (tenant_id, location_id) REFERENCES public.inventory_location(tenant_id, id);

ALTER TABLE ONLY public.inventory_holding
    ADD CONSTRAINT inventory_holding_lot_id_b410cee6_fk_inventory_lot_id FOREIGN KEY (tenant_id, lot_id) REFERENCES public.inventory_lot(tenant_id, id);

ALTER TABLE ONLY public.inventory_holding
    ADD CONSTRAINT inventory_holding_owner_id_2691d8e9_fk_inventory_owner_id FOREIGN KEY (tenant_id, owner_id) REFERENCES public.inventory_owner(tenant_id, id);

ALTER TABLE ONLY public.inventory_holding
    ADD CONSTRAINT inventory_holding_variant_id_f0efa4cf_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.inventory_location
    ADD CONSTRAINT inventory_location_node_id_6b681081_fk_inventory_node_id FOREIGN KEY (tenant_id, node_id) REFERENCES public.inventory_node(tenant_id, id);

ALTER TABLE ONLY public.inventory_lot
    ADD CONSTRAINT inventory_lot_variant_id_486b1cd5_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.inventory_low
    ADD CONSTRAINT inventory_low_node_id_dea90f55_fk_inventory_node_id FOREIGN KEY (tenant_id, node_id) REFERENCES public.inventory_node(tenant_id, id);

ALTER TABLE ONLY public.inventory_low
    ADD CONSTRAINT inventory_low_threshold_id_6fa78052_fk_inventory_threshold_id FOREIGN KEY (tenant_id, threshold_id) REFERENCES public.inventory_threshold(tenant_id, id);

ALTER TABLE ONLY public.inventory_low
    ADD CONSTRAINT inventory_low_variant_id_7f326872_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.inventory_move
    ADD CONSTRAINT inventory_move_demand_id_c344f6b8_fk_inventory_demand_id FOREIGN KEY (tenant_id, demand_id) REFERENCES public.inventory_demand(tenant_id, id);

ALTER TABLE ONLY public.inventory_move
    ADD CONSTRAINT inventory_move_entry_id_f3e6c03d_fk_kernel_journalentry_id FOREIGN KEY (tenant_id, entry_id) REFERENCES public.kernel_journalentry(tenant_id, id);

ALTER TABLE ONLY public.inventory_move
    ADD CONSTRAINT inventory_move_lot_id_125d9e57_fk_inventory_lot_id FOREIGN KEY (tenant_id, lot_id) REFERENCES public.inventory_lot(tenant_id, id);

ALTER TABLE ONLY public.inventory_move
    ADD CONSTRAINT inventory_move_owner_id_b250d63e_fk_inventory_owner_id FOREIGN KEY (tenant_id, owner_id) REFERENCES public.inventory_owner(tenant_id, id);

ALTER TABLE ONLY public.inventory_move
    ADD CONSTRAINT inventory_move_source_id_487f3af9_fk_inventory_location_id FOREIGN KEY (tenant_id, source_id) REFERENCES public.inventory_location(tenant_id, id);

ALTER TABLE ONLY public.inventory_move
    ADD CONSTRAINT inventory_move_supply_id_dbdae473_fk_inventory_supply_id FOREIGN KEY (tenant_id, supply_id) REFERENCES public.inventory_supply(tenant_id, id);

ALTER TABLE ONLY public.inventory_move
    ADD CONSTRAINT inventory_move_target_id_e9ba1b1b_fk_inventory_location_id FOREIGN KEY (tenant_id, target_id) REFERENCES public.inventory_location(tenant_id, id);

ALTER TABLE ONLY public.inventory_move
    ADD CONSTRAINT inventory_move_variant_id_b99be82f_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.inventory_peg
    ADD CONSTRAINT inventory_peg_balance_id_f26fd83b_fk_inventory_balance_id FOREIGN KEY (tenant_id, balance_id) REFERENCES public.inventory_balance(tenant_id, id);

ALTER TABLE ONLY public.inventory_peg
    ADD CONSTRAINT inventory_peg_demand_id_4391a2ec_fk_inventory_demand_id FOREIGN KEY (tenant_id, demand_id) REFERENCES public.inventory_demand(tenant_id, id);

ALTER TABLE ONLY public.inventory_peg
    ADD CONSTRAINT inventory_peg_supply_id_506c8b96_fk_inventory_supply_id FOREIGN KEY (tenant_id, supply_id) REFERENCES public.inventory_supply(tenant_id, id);

ALTER TABLE ONLY public.inventory_supply
    ADD CONSTRAINT inventory_supply_lot_id_65de5a0f_fk_inventory_lot_id FOREIGN KEY (tenant_id, lot_id) REFERENCES public.inventory_lot(tenant_id, id);

ALTER TABLE ONLY public.inventory_supply
    ADD CONSTRAINT inventory_supply_node_id_6e2f9d5c_fk_inventory_node_id FOREIGN KEY (tenant_id, node_id) REFERENCES public.inventory_node(tenant_id, id);

ALTER TABLE ONLY public.inventory_supply
    ADD CONSTRAINT inventory_supply_owner_id_f5595278_fk_inventory_owner_id FOREIGN KEY (tenant_id, owner_id) REFERENCES public.inventory_owner(tenant_id, id);

ALTER TABLE ONLY public.inventory_supply
    ADD CONSTRAINT inventory_supply_variant_id_274bd0ac_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.inventory_threshold
    ADD CONSTRAINT inventory_threshold_node_id_3fd748fd_fk_inventory_node_id FOREIGN KEY (tenant_id, node_id) REFERENCES public.inventory_node(tenant_id, id);

ALTER TABLE ONLY public.inventory_threshold
    ADD CONSTRAINT inventory_threshold_variant_id_a553d100_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.inventory_transfer
    ADD CONSTRAINT inventory_transfer_source_id_37fc1dde_fk_inventory_node_id FOREIGN KEY (tenant_id, source_id) REFERENCES public.inventory_node(tenant_id, id);

ALTER TABLE ONLY public.inventory_transfer
    ADD CONSTRAINT inventory_transfer_target_id_4689b34b_fk_inventory_node_id FOREIGN KEY (tenant_id, target_id) REFERENCES public.inventory_node(tenant_id, id);

ALTER TABLE ONLY public.kernel_entrysubject
    ADD CONSTRAINT kernel_entrysubject_entry_id_559eeeb9_fk_kernel_journalentry_id FOREIGN KEY (tenant_id, entry_id) REFERENCES public.kernel_journalentry(tenant_id, id);

ALTER TABLE ONLY public.kernel_feeditem
    ADD CONSTRAINT kernel_feeditem_entry_id_0653fccb_fk_kernel_journalentry_id FOREIGN KEY (tenant_id, entry_id) REFERENCES public.kernel_journalentry(tenant_id, id);

ALTER TABLE ONLY public.kernel_feedpending
    ADD CONSTRAINT kernel_feedpending_entry_id_8f921d4e_fk_kernel_journalentry_id FOREIGN KEY (tenant_id, entry_id) REFERENCES public.kernel_journalentry(tenant_id, id);

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.orders_cart
    ADD CONSTRAINT orders_cart_channel_id_fbbab24a_fk_channels_channel_id FOREIGN KEY (tenant_id, channel_id) REFERENCES public.channels_channel(tenant_id, id);

ALTER TABLE ONLY public.orders_cart
    ADD CONSTRAINT orders_cart_customer_id_b171f6ca_fk_customers_customer_id FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.orders_cart
    ADD CONSTRAINT orders_cart_order_id_8e8f80ce_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.orders_cartline
    ADD CONSTRAINT orders_cartline_cart_id_af5e6867_fk_orders_cart_id FOREIGN KEY (tenant_id, cart_id) REFERENCES public.orders_cart(tenant_id, id);

ALTER TABLE ONLY public.orders_cartline
    ADD CONSTRAINT orders_cartline_variant_id_88b6307b_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.orders_device
    ADD CONSTRAINT orders_device_order_id_1c2eda50_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.orders_formercontact
    ADD CONSTRAINT orders_formercontact_contact_id_1418d6a6_fk_orders_contact_id FOREIGN KEY (tenant_id, contact_id) REFERENCES public.orders_contact(tenant_id, id);

ALTER TABLE ONLY public.orders_formercontact
    ADD CONSTRAINT orders_formercontact_order_id_ba1b1a4b_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.orders_order
    ADD CONSTRAINT orders_order_bill_to_id_ead9c090_fk_orders_contact_id FOREIGN KEY (tenant_id, bill_to_id) REFERENCES public.orders_contact(tenant_id, id);

ALTER TABLE ONLY public.orders_order
    ADD CONSTRAINT orders_order_channel_id_a76729a3_fk_channels_channel_id FOREIGN KEY (tenant_id, channel_id) REFERENCES public.channels_channel(tenant_id, id);

ALTER TABLE ONLY public.orders_order
    ADD CONSTRAINT orders_order_customer_id_0b76f6a4_fk_customers_customer_id FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.orders_order
    ADD CONSTRAINT orders_order_ship_to_id_d877641f_fk_orders_contact_id FOREIGN KEY (tenant_id, ship_to_id) REFERENCES public.orders_contact(tenant_id, id);

ALTER TABLE ONLY public.orders_orderline
    ADD CONSTRAINT orders_orderline_gift_to_id_ad56f3bb_fk_orders_contact_id FOREIGN KEY (tenant_id, gift_to_id) REFERENCES public.orders_contact(tenant_id, id);

ALTER TABLE ONLY public.orders_orderline
    ADD CONSTRAINT orders_orderline_order_id_17f8f3ef_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.orders_orderline
    ADD CONSTRAINT orders_orderline_replaces_id_40391980_fk_orders_orderline_id FOREIGN KEY (tenant_id, replaces_id) REFERENCES public.orders_orderline(tenant_id, id);

ALTER TABLE ONLY public.orders_orderline
    ADD CONSTRAINT orders_orderline_variant_id_0aa9a0d5_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.orders_ordernote
    ADD CONSTRAINT orders_ordernote_order_id_debc8134_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.orders_ordertag
    ADD CONSTRAINT orders_ordertag_order_id_7cfdd7e6_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.payments_allocation
    ADD CONSTRAINT payments_allocation_payment_id_8a92fa47_fk_payments_payment_id FOREIGN KEY (tenant_id, payment_id) REFERENCES public.payments_payment(tenant_id, id);

ALTER TABLE ONLY public.payments_allocation
    ADD CONSTRAINT payments_allocation_receivable_id_8a0a3214_fk_payments_ FOREIGN KEY (tenant_id, receivable_id) REFERENCES public.payments_receivable(tenant_id, id);

ALTER TABLE ONLY public.payments_attempt
    ADD CONSTRAINT payments_attempt_allocation_id_9f79ac81_fk_payments_ FOREIGN KEY (tenant_id, allocation_id) REFERENCES public.payments_allocation(tenant_id, id);

ALTER TABLE ONLY public.payments_attempt
    ADD CONSTRAINT payments_attempt_payment_id_a18ea4ce_fk_payments_payment_id FOREIGN KEY (tenant_id, payment_id) REFERENCES public.payments_payment(tenant_id, id);

ALTER TABLE ONLY public.payments_checkout
    ADD CONSTRAINT payments_checkout_attempt_id_4e5a2d26_fk_payments_attempt_id FOREIGN KEY (tenant_id, attempt_id) REFERENCES public.payments_attempt(tenant_id, id);

ALTER TABLE ONLY public.payments_creditgrant
    ADD CONSTRAINT payments_creditgrant_payable_id_f77ef3d9_fk_payments_payable_id FOREIGN KEY (tenant_id, payable_id) REFERENCES public.payments_payable(tenant_id, id);

ALTER TABLE ONLY public.payments_dispute
    ADD CONSTRAINT payments_dispute_payment_id_2344937c_fk_payments_payment_id FOREIGN KEY (tenant_id, payment_id) REFERENCES public.payments_payment(tenant_id, id);

ALTER TABLE ONLY public.payments_giftcard
    ADD CONSTRAINT payments_giftcard_payable_id_2b29487c_fk_payments_payable_id FOREIGN KEY (tenant_id, payable_id) REFERENCES public.payments_payable(tenant_id, id);

ALTER TABLE ONLY public.payments_payment
    ADD CONSTRAINT payments_payment_account_id_af225a32_fk_methods_m FOREIGN KEY (tenant_id, account_id) REFERENCES public.methods_merchantaccount(tenant_id, id);

ALTER TABLE ONLY public.payments_payment
    ADD CONSTRAINT payments_payment_payable_id_2d31534a_fk_payments_payable_id FOREIGN KEY (tenant_id, payable_id) REFERENCES public.payments_payable(tenant_id, id);

ALTER TABLE ONLY public.payments_posting
    ADD CONSTRAINT payments_posting_credit_id_f3064cae_fk_payments_account_id FOREIGN KEY (tenant_id, credit_id) REFERENCES public.payments_account(tenant_id, id);

ALTER TABLE ONLY public.payments_posting
    ADD CONSTRAINT payments_posting_debit_id_28357804_fk_payments_account_id FOREIGN KEY (tenant_id, debit_id) REFERENCES public.payments_account(tenant_id, id);

ALTER TABLE ONLY public.payments_posting
    ADD CONSTRAINT payments_posting_entry_id_732280c3_fk_kernel_journalentry_id FOREIGN KEY (tenant_id, entry_id) REFERENCES public.kernel_journalentry(tenant_id, id);

ALTER TABLE ONLY public.payments_posting
    ADD CONSTRAINT payments_posting_payable_id_2bb1f1d9_fk_payments_payable_id FOREIGN KEY (tenant_id, payable_id) REFERENCES public.payments_payable(tenant_id, id);

ALTER TABLE ONLY public.payments_posting
    ADD CONSTRAINT payments_posting_payment_id_64353219_fk_payments_payment_id FOREIGN KEY (tenant_id, payment_id) REFERENCES public.payments_payment(tenant_id, id);

ALTER TABLE ONLY public.payments_posting
    ADD CONSTRAINT payments_posting_receivable_id_adb75142_fk_payments_ FOREIGN KEY (tenant_id, receivable_id) REFERENCES public.payments_receivable(tenant_id, id);

ALTER TABLE ONLY public.pricing_pastlist
    ADD CONSTRAINT pricing_pastlist_price_list_id_84538aa5_fk_pricing_pricelist_id FOREIGN KEY (tenant_id, price_list_id) REFERENCES public.pricing_pricelist(tenant_id, id);

ALTER TABLE ONLY public.pricing_pastprice
    ADD CONSTRAINT pricing_pastprice_price_list_id_b7970eb3_fk_pricing_p FOREIGN KEY (tenant_id, price_list_id) REFERENCES public.pricing_pricelist(tenant_id, id);

ALTER TABLE ONLY public.pricing_pastprice
    ADD CONSTRAINT pricing_pastprice_variant_id_af72949b_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.pricing_price
    ADD CONSTRAINT pricing_price_price_list_id_618540d7_fk_pricing_pricelist_id FOREIGN KEY (tenant_id, price_list_id) REFERENCES public.pricing_pricelist(tenant_id, id);

ALTER TABLE ONLY public.pricing_price
    ADD CONSTRAINT pricing_price_variant_id_eedde902_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.pricing_pricelist
    ADD CONSTRAINT pricing_pricelist_channel_id_2a8d79bc_fk_channels_channel_id FOREIGN KEY (tenant_id, channel_id) REFERENCES public.channels_channel(tenant_id, id);

ALTER TABLE ONLY public.pricing_shippingrate
    ADD CONSTRAINT pricing_shippingrate_method_id_9b991151_fk_pricing_s FOREIGN KEY (tenant_id, method_id) REFERENCES public.pricing_shippingmethod(tenant_id, id);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);

ALTER TABLE ONLY public.promotions_coupon
    ADD CONSTRAINT promotions_coupon_promotion_id_414cd47c_fk_promotion FOREIGN KEY (tenant_id, promotion_id) REFERENCES public.promotions_promotion(tenant_id, id);

ALTER TABLE ONLY public.promotions_pastterms
    ADD CONSTRAINT promotions_pastterms_promotion_id_488c9a58_fk_promotion FOREIGN KEY (tenant_id, promotion_id) REFERENCES public.promotions_promotion(tenant_id, id);

ALTER TABLE ONLY public.promotions_promotionuse
    ADD CONSTRAINT promotions_promotion_promotion_id_684d3631_fk_promotion FOREIGN KEY (tenant_id, promotion_id) REFERENCES public.promotions_promotion(tenant_id, id);

ALTER TABLE ONLY public.promotions_promotionshare
    ADD CONSTRAINT promotions_promotion_use_id_9bf847ff_fk_promotion FOREIGN KEY (tenant_id, use_id) REFERENCES public.promotions_promotionuse(tenant_id, id);

ALTER TABLE ONLY public.reconciliation_discrepancy
    ADD CONSTRAINT reconciliation_discr_attempt_id_bf6c3711_fk_payments_ FOREIGN KEY (tenant_id, attempt_id) REFERENCES public.payments_attempt(tenant_id, id);

ALTER TABLE ONLY public.reconciliation_discrepancy
    ADD CONSTRAINT reconciliation_discr_payment_id_1a99099c_fk_payments_ FOREIGN KEY (tenant_id, payment_id) REFERENCES public.payments_payment(tenant_id, id);

ALTER TABLE ONLY public.reconciliation_linematch
    ADD CONSTRAINT reconciliation_linem_attempt_id_f657fedc_fk_payments_ FOREIGN KEY (tenant_id, attempt_id) REFERENCES public.payments_attempt(tenant_id, id);

ALTER TABLE ONLY public.reconciliation_linematch
    ADD CONSTRAINT reconciliation_linem_line_id_5c00f842_fk_reconcili FOREIGN KEY (tenant_id, line_id) REFERENCES public.reconciliation_statementline(tenant_id, id);

ALTER TABLE ONLY public.reconciliation_linematch
    ADD CONSTRAINT reconciliation_linem_reverses_id_f4137b51_fk_reconcili FOREIGN KEY (tenant_id, reverses_id) REFERENCES public.reconciliation_statementline(tenant_id, id);

ALTER TABLE ONLY public.reconciliation_statementline
    ADD CONSTRAINT reconciliation_state_payment_id_3c8565b0_fk_payments_ FOREIGN KEY (tenant_id, payment_id) REFERENCES public.payments_payment(tenant_id, id);

ALTER TABLE ONLY public.reconciliation_statementline
    ADD CONSTRAINT reconciliation_state_statement_id_08e70db3_fk_reconcili FOREIGN KEY (tenant_id, statement_id) REFERENCES public.reconciliation_statement(tenant_id, id);

ALTER TABLE ONLY public.review_decision
    ADD CONSTRAINT review_decision_review_id_3bd8de88_fk_review_review_id FOREIGN KEY (tenant_id, review_id) REFERENCES public.review_review(tenant_id, id);

ALTER TABLE ONLY public.review_finding
    ADD CONSTRAINT review_finding_review_id_ce832b24_fk_review_review_id FOREIGN KEY (tenant_id, review_id) REFERENCES public.review_review(tenant_id, id);

ALTER TABLE ONLY public.review_finding
    ADD CONSTRAINT review_finding_version_id_2a142b96_fk_review_ruleversion_id FOREIGN KEY (tenant_id, version_id) REFERENCES public.review_ruleversion(tenant_id, id);

ALTER TABLE ONLY public.review_review
    ADD CONSTRAINT review_review_order_id_eed3a5b9_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.review_ruleversion
    ADD CONSTRAINT review_ruleversion_rule_id_ba1c463c_fk_review_rule_id FOREIGN KEY (tenant_id, rule_id) REFERENCES public.review_rule(tenant_id, id);

ALTER TABLE ONLY public.review_trace
    ADD CONSTRAINT review_trace_review_id_ef8462f4_fk_review_review_id FOREIGN KEY (tenant_id, review_id) REFERENCES public.review_review(tenant_id, id);

ALTER TABLE ONLY public.sandbox_movement
    ADD CONSTRAINT sandbox_movement_charge_id_ca87ac09_fk_sandbox_charge_id FOREIGN KEY (tenant_id, charge_id) REFERENCES public.sandbox_charge(tenant_id, id);

ALTER TABLE ONLY public.sandbox_notice
    ADD CONSTRAINT sandbox_notice_movement_id_1716b917_fk_sandbox_movement_id FOREIGN KEY (tenant_id, movement_id) REFERENCES public.sandbox_movement(tenant_id, id);

ALTER TABLE ONLY public.settlement_creditnote
    ADD CONSTRAINT settlement_creditnot_allowance_id_708c7de9_fk_aftersale FOREIGN KEY (tenant_id, allowance_id) REFERENCES public.aftersales_allowance(tenant_id, id);

ALTER TABLE ONLY public.settlement_creditnoteline
    ADD CONSTRAINT settlement_creditnot_credit_note_id_a043981b_fk_settlemen FOREIGN KEY (tenant_id, credit_note_id) REFERENCES public.settlement_creditnote(tenant_id, id);

ALTER TABLE ONLY public.settlement_creditnote
    ADD CONSTRAINT settlement_creditnot_customer_id_97c328a3_fk_customers FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.settlement_creditnote
    ADD CONSTRAINT settlement_creditnot_invoice_id_64a5f0b0_fk_settlemen FOREIGN KEY (tenant_id, invoice_id) REFERENCES public.settlement_invoice(tenant_id, id);

ALTER TABLE ONLY public.settlement_creditnoteline
    ADD CONSTRAINT settlement_creditnot_order_line_id_d2f892bf_fk_orders_or FOREIGN KEY (tenant_id, order_line_id) REFERENCES public.orders_orderline(tenant_id, id);

ALTER TABLE ONLY public.settlement_creditnote
    ADD CONSTRAINT settlement_creditnote_bill_to_id_be695994_fk_orders_contact_id FOREIGN KEY (tenant_id, bill_to_id) REFERENCES public.orders_contact(tenant_id, id);

ALTER TABLE ONLY public.settlement_creditnote
    ADD CONSTRAINT settlement_creditnote_claim_id_87272290_fk_aftersales_claim_id FOREIGN KEY (tenant_id, claim_id) REFERENCES public.aftersales_claim(tenant_id, id);

ALTER TABLE ONLY public.settlement_creditnote
    ADD CONSTRAINT settlement_creditnote_order_id_267bcd1b_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.settlement_creditnote
    ADD CONSTRAINT settlement_creditnote_profile_id_58848c42_fk_shop_profile_id FOREIGN KEY (tenant_id, profile_id) REFERENCES public.shop_profile(tenant_id, id);

ALTER TABLE ONLY public.settlement_creditnote
    ADD CONSTRAINT settlement_creditnote_rma_id_21291a12_fk_aftersales_return_id FOREIGN KEY (tenant_id, rma_id) REFERENCES public.aftersales_return(tenant_id, id);

ALTER TABLE ONLY public.settlement_invoice
    ADD CONSTRAINT settlement_invoice_bill_to_id_06813150_fk_orders_contact_id FOREIGN KEY (tenant_id, bill_to_id) REFERENCES public.orders_contact(tenant_id, id);

ALTER TABLE ONLY public.settlement_invoice
    ADD CONSTRAINT settlement_invoice_customer_id_3229ab2c_fk_customers FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.settlement_invoice
    ADD CONSTRAINT settlement_invoice_order_id_c34eb3f4_fk_orders_order_id FOREIGN KEY (tenant_id, order_id) REFERENCES public.orders_order(tenant_id, id);

ALTER TABLE ONLY public.settlement_invoice
    ADD CONSTRAINT settlement_invoice_profile_id_72b09559_fk_shop_profile_id FOREIGN KEY (tenant_id, profile_id) REFERENCES public.shop_profile(tenant_id, id);

ALTER TABLE ONLY public.settlement_invoice
    ADD CONSTRAINT settlement_invoice_shipment_id_5b7faf39_fk_fulfillme FOREIGN KEY (tenant_id, shipment_id) REFERENCES public.fulfillment_shipment(tenant_id, id);

ALTER TABLE ONLY public.settlement_invoiceline
    ADD CONSTRAINT settlement_invoiceli_invoice_id_6e912589_fk_settlemen FOREIGN KEY (tenant_id, invoice_id) REFERENCES public.settlement_invoice(tenant_id, id);

ALTER TABLE ONLY public.settlement_invoiceline
    ADD CONSTRAINT settlement_invoiceli_order_line_id_47b08e8b_fk_orders_or FOREIGN KEY (tenant_id, order_line_id) REFERENCES public.orders_orderline(tenant_id, id);

ALTER TABLE ONLY public.shop_storefrontlogo
    ADD CONSTRAINT shop_storefrontlogo_storefront_id_4ab72784_fk_shop_stor FOREIGN KEY (tenant_id, storefront_id) REFERENCES public.shop_storefront(tenant_id, id);

ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_social_account_id_951f210e_fk_socialacc FOREIGN KEY (account_id) REFERENCES public.socialaccount_socialaccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_social_app_id_636a42d7_fk_socialacc FOREIGN KEY (app_id) REFERENCES public.socialaccount_socialapp(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_socialaccount_user_id_8146e70c_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.staff_membershiprole
    ADD CONSTRAINT staff_membershiprole_membership_id_5f09d6fb_fk_staff_mem FOREIGN KEY (tenant_id, membership_id) REFERENCES public.staff_membership(tenant_id, id);

ALTER TABLE ONLY public.staff_membershiprole
    ADD CONSTRAINT staff_membershiprole_role_id_3aabf9e4_fk_staff_role_id FOREIGN KEY (tenant_id, role_id) REFERENCES public.staff_role(tenant_id, id);

ALTER TABLE ONLY public.tickets_attachment
    ADD CONSTRAINT tickets_attachment_message_id_19591853_fk_tickets_message_id FOREIGN KEY (tenant_id, message_id) REFERENCES public.tickets_message(tenant_id, id);

ALTER TABLE ONLY public.tickets_message
    ADD CONSTRAINT tickets_message_ticket_id_a1134910_fk_tickets_ticket_id FOREIGN KEY (tenant_id, ticket_id) REFERENCES public.tickets_ticket(tenant_id, id);

ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_customer_id_f2d9135a_fk_customers_customer_id FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_merged_into_id_3a36ad40_fk_tickets_ticket_id FOREIGN KEY (tenant_id, merged_into_id) REFERENCES public.tickets_ticket(tenant_id, id);

ALTER TABLE ONLY public.tickets_ticketcontact
    ADD CONSTRAINT tickets_ticketcontact_ticket_id_55aff74f_fk_tickets_ticket_id FOREIGN KEY (tenant_id, ticket_id) REFERENCES public.tickets_ticket(tenant_id, id);

ALTER TABLE ONLY public.tickets_tickettag
    ADD CONSTRAINT tickets_tickettag_ticket_id_4536f20f_fk_tickets_ticket_id FOREIGN KEY (tenant_id, ticket_id) REFERENCES public.tickets_ticket(tenant_id, id);

ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_user_id_af5e0a6d_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_attempt
    ADD CONSTRAINT webhooks_attempt_delivery_id_bb1708b1_fk_webhooks_delivery_id FOREIGN KEY (tenant_id, delivery_id) REFERENCES public.webhooks_delivery(tenant_id, id);

ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT webhooks_delivery_endpoint_id_6cbee67d_fk_webhooks_endpoint_id FOREIGN KEY (tenant_id, endpoint_id) REFERENCES public.webhooks_endpoint(tenant_id, id);

ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT webhooks_delivery_entry_id_ce831dc6_fk_kernel_journalentry_id FOREIGN KEY (tenant_id, entry_id) REFERENCES public.kernel_journalentry(tenant_id, id);

ALTER TABLE ONLY public.webhooks_endpoint
    ADD CONSTRAINT webhooks_endpoint_entry_id_a743ec0c_fk_kernel_journalentry_id FOREIGN KEY (tenant_id, entry_id) REFERENCES public.kernel_journalentry(tenant_id, id);

ALTER TABLE ONLY public.webhooks_place
    ADD CONSTRAINT webhooks_place_delivery_id_f2dccce1_fk_webhooks_delivery_id FOREIGN KEY (tenant_id, delivery_id) REFERENCES public.webhooks_delivery(tenant_id, id);

ALTER TABLE ONLY public.webhooks_place
    ADD CONSTRAINT webhooks_place_endpoint_id_6b3b0e9d_fk_webhooks_endpoint_id FOREIGN KEY (tenant_id, endpoint_id) REFERENCES public.webhooks_endpoint(tenant_id, id);

ALTER TABLE ONLY public.wishes_wish
    ADD CONSTRAINT wishes_wish_channel_id_f1e92794_fk_channels_channel_id FOREIGN KEY (tenant_id, channel_id) REFERENCES public.channels_channel(tenant_id, id);

ALTER TABLE ONLY public.wishes_wish
    ADD CONSTRAINT wishes_wish_customer_id_ea00f345_fk_customers_customer_id FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers_customer(tenant_id, id);

ALTER TABLE ONLY public.wishes_wish
    ADD CONSTRAINT wishes_wish_variant_id_2f4abda9_fk_catalog_variant_id FOREIGN KEY (tenant_id, variant_id) REFERENCES public.catalog_variant(tenant_id, id);

ALTER TABLE ONLY public.wording_wordingversion
    ADD CONSTRAINT wording_wordingversi_entry_id_80ab93dc_fk_kernel_jo FOREIGN KEY (tenant_id, entry_id) REFERENCES public.kernel_journalentry(tenant_id, id);

ALTER TABLE ONLY public.wording_wordingversion
    ADD CONSTRAINT wording_wordingversi_wording_id_662fd181_fk_wording_w FOREIGN KEY (tenant_id, wording_id) REFERENCES public.wording_wording(tenant_id, id);

INSERT INTO public.django_migrations (app, name, applied)
SELECT app, name, now() FROM (VALUES
    ('contenttypes', '0001_initial'),
    ('auth', '0001_initial'),
    ('account', '0001_initial'),
    ('account', '0002_email_max_length'),
    ('account', '0003_alter_emailaddress_create_unique_verified_email'),
    ('account', '0004_alter_emailaddress_drop_unique_email'),
    ('account', '0005_emailaddress_idx_upper_email'),
    ('account', '0006_emailaddress_lower'),
    ('account', '0007_emailaddress_idx_email'),
    ('account', '0008_emailaddress_unique_primary_email_fixup'),
    ('account', '0009_emailaddress_unique_primary_email'),
    ('admin', '0001_initial'),
    ('admin', '0002_logentry_remove_auto_add'),
    ('admin', '0003_logentry_add_action_flag_choices'),
    ('procrastinate', '0001_initial'),
    ('procrastinate', '0002_drop_started_at_column'),
    ('procrastinate', '0003_drop_started_at_column'),
    ('procrastinate', '0004_drop_procrastinate_version_table'),
    ('procrastinate', '0005_fix_procrastinate_fetch_job'),
    ('procrastinate', '0006_fix_trigger_status_events_insert'),
    ('procrastinate', '0007_add_queueing_lock_column'),
    ('procrastinate', '0008_close_fetch_job_race_condition'),
    ('procrastinate', '0009_add_defer_job_function'),
    ('procrastinate', '0010_add_procrastinate_periodic_defers'),
    ('procrastinate', '0011_add_foreign_key_index'),
    ('procrastinate', '0012_add_locks_to_periodic_defer'),
    ('procrastinate', '0013_fix_procrastinate_defer_periodic_job'),
    ('procrastinate', '0014_add_finish_job_and_retry_job_functions'),
    ('procrastinate', '0015_add_trigger_on_job_deletion'),
    ('procrastinate', '0016_delete_finished_jobs'),
    ('procrastinate', '0017_add_checks_to_finish_job'),
    ('procrastinate', '0018_add_checks_to_retry_job'),
    ('procrastinate', '0019_fix_finish_job_compat_issue'),
    ('procrastinate', '0020_add_index_on_procrastinate_jobs'),
    ('procrastinate', '0021_add_kwargs_to_defer_periodic_job'),
    ('procrastinate', '0022_null_locks_excluded'),
    ('procrastinate', '0023_remove_old_finish_job_function'),
    ('procrastinate', '0024_job_id_bigint'),
    ('procrastinate', '0025_add_models'),
    ('procrastinate', '0026_add_job_priority'),
    ('procrastinate', '0027_add_periodic_job_priority'),
    ('procrastinate', '0028_add_cancel_states'),
    ('procrastinate', '0029_add_additional_params_to_retry_job'),
    ('procrastinate', '0030_alter_procrastinateevent_options'),
    ('procrastinate', '0031_add_indexes_for_fetch_job'),
    ('procrastinate', '0032_pre_cancel_notification'),
    ('procrastinate', '0033_post_cancel_notification'),
    ('procrastinate', '0034_pre_add_heartbeat'),
    ('procrastinate', '0035_post_add_heartbeat'),
    ('procrastinate', '0036_add_worker_model'),
    ('procrastinate', '0037_pre_batch_defer_jobs'),
    ('procrastinate', '0038_post_batch_defer_jobs'),
    ('procrastinate', '0039_pre_priority_lock_fetch_job'),
    ('procrastinate', '0040_pre_retry_failed_job'),
    ('procrastinate', '0041_post_retry_failed_job'),
    ('kernel', '0001_initial'),
    ('kernel', '0002_no_notify_on_jobs'),
    ('kernel', '0003_subjects_of_an_entry'),
    ('kernel', '0004_checkpoints'),
    ('catalog', '0001_initial'),
    ('inventory', '0001_initial'),
    ('inventory', '0002_moves_of_supply'),
    ('inventory', '0003_goods_that_are_refurbished'),
    ('catalog', '0002_gift_cards_are_sold'),
    ('inventory', '0004_low_stock_is_watched'),
    ('customers', '0001_initial'),
    ('channels', '0001_initial'),
    ('orders', '0001_initial'),
    ('fulfillment', '0001_initial'),
    ('policies', '0001_initial'),
    ('aftersales', '0001_initial'),
    ('aftersales', '0002_returns_grown_up'),
    ('aftersales', '0003_claims'),
    ('aftersales', '0004_parts_of_kits_come_back'),
    ('aftersales', '0005_interception'),
    ('aftersales', '0006_photos'),
    ('aftersales', '0007_returns_desk'),
    ('contenttypes', '0002_remove_content_type_name'),
    ('auth', '0002_alter_permission_name_max_length'),
    ('auth', '0003_alter_user_email_max_length'),
    ('auth', '0004_alter_user_username_opts'),
    ('auth', '0005_alter_user_last_login_null'),
    ('auth', '0006_require_contenttypes_0002'),
    ('auth', '0007_alter_validators_add_error_messages'),
    ('auth', '0008_alter_user_username_max_length'),
    ('auth', '0009_alter_user_last_name_max_length'),
    ('auth', '0010_alter_group_name_max_length'),
    ('auth', '0011_update_proxy_permissions'),
    ('auth', '0012_alter_user_first_name_max_length'),
    ('customers', '0002_contacts_are_watched'),
    ('customers', '0003_customers_are_found_and_noted'),
    ('channels', '0002_orders_may_wait'),
    ('channels', '0003_customers_change_for_a_while'),
    ('channels', '0004_late_money'),
    ('catalog', '0003_products_are_shown'),
    ('catalog', '0004_goods_are_found_by_parts'),
    ('catalog', '0005_goods_stand_in_categories'),
    ('wishes', '0001_initial'),
    ('tickets', '0001_initial'),
    ('tickets', '0002_about_claims'),
    ('orders', '0002_orders_say_what_they_say_now'),
    ('orders', '0003_orders_may_wait'),
    ('orders', '0004_orders_may_be_kept_apart'),
    ('orders', '0005_methods_and_their_charges'),
    ('orders', '0006_gift_cards_on_orders'),
    ('orders', '0007_promotions_on_orders'),
    ('orders', '0008_devices_are_told'),
    ('kernel', '0005_guesses_are_counted'),
    ('kernel', '0006_a_cache_for_all_processes'),
    ('automation', '0001_initial'),
    ('automation', '0002_customers_learn_of_changes'),
    ('automation', '0003_customers_learn_of_tickets'),
    ('automation', '0004_goods_that_never_came_back'),
    ('automation', '0005_customers_learn_what_they_owe'),
    ('automation', '0006_gift_cards_are_mailed'),
    ('automation', '0007_what_failed_is_found'),
    ('automation', '0008_registers_are_imported'),
    ('automation', '0009_reports_are_mailed'),
    ('automation', '0010_customers_hear_of_wishes'),
    ('automation', '0011_notices_go_other_ways'),
    ('automation', '0012_notices_go_by_wechat'),
    ('automation', '0013_an_order_can_be_found_again'),
    ('automation', '0014_notices_go_to_devices'),
    ('board', '0001_initial'),
    ('board', '0002_orders_are_counted'),
    ('board', '0003_rare_words_are_rare'),
    ('board', '0004_searches_read_a_short_list'),
    ('board', '0005_rows_say_what_orders_say_now'),
    ('board', '0006_orders_wait_and_are_reviewed'),
    ('changes', '0001_initial'),
    ('changes', '0002_splits_and_merges'),
    ('changes', '0003_payment_methods_change'),
    ('payments', '0001_initial'),
    ('payments', '0002_orders_may_wait'),
    ('payments', '0003_credit_that_expires'),
    ('payments', '0004_refunds_can_be_withdrawn'),
    ('methods', '0001_initial'),
    ('payments', '0005_checkouts'),
    ('payments', '0006_gift_cards_and_disputes'),
    ('payments', '0007_postings_of_an_entry'),
    ('closing', '0001_initial'),
    ('counting', '0001_initial'),
    ('customers', '0004_accounts_belong_to_customers'),
    ('shop', '0001_initial'),
    ('settlement', '0001_initial'),
    ('settlement', '0002_papers_name_who_issued_them'),
    ('settlement', '0003_claims_are_credited'),
    ('settlement', '0004_invoices_are_due'),
    ('dunning', '0001_initial'),
    ('inventory', '0005_what_articles_cost'),
    ('inventory', '0006_moves_by_time'),
    ('fulfillment', '0002_rounds_through_the_shelves'),
    ('fulfillment', '0003_worklist_of_all_nodes'),
    ('messengers', '0001_initial'),
    ('messengers', '0002_wechat'),
    ('methods', '0002_methods_and_reminders'),
    ('mfa', '0001_initial'),
    ('mfa', '0002_authenticator_timestamps'),
    ('mfa', '0003_authenticator_type_uniq'),
    ('payments', '0008_what_failed_is_found'),
    ('payments', '0009_a_refund_may_come_back'),
    ('payments', '0010_disputes_are_answered'),
    ('payments', '0011_what_waits_is_found'),
    ('policies', '0002_declined_to_credit'),
    ('pricing', '0001_initial'),
    ('pricing', '0002_prices_are_remembered'),
    ('promotions', '0001_initial'),
    ('promotions', '0002_categories'),
    ('promotions', '0003_prices_are_remembered'),
    ('promotions', '0004_guests_are_counted_by_email'),
    ('rates', '0001_initial'),
    ('reconciliation', '0001_initial'),
    ('reconciliation', '0002_statements'),
    ('reconciliation', '0003_a_refund_may_come_back'),
    ('review', '0001_initial'),
    ('rollups', '0001_initial'),
    ('rollups', '0002_returns_and_customers'),
    ('rollups', '0003_how_often_customers_bought'),
    ('sandbox', '0001_initial'),
    ('sellers', '0001_initial'),
    ('sessions', '0001_initial'),
    ('settlement', '0005_gift_cards_on_papers'),
    ('shop', '0002_storefronts'),
    ('shop', '0003_logos_and_origins'),
    ('socialaccount', '0001_initial'),
    ('socialaccount', '0002_token_max_lengths'),
    ('socialaccount', '0003_extra_data_default_dict'),
    ('socialaccount', '0004_app_provider_id_settings'),
    ('socialaccount', '0005_socialtoken_nullable_app'),
    ('socialaccount', '0006_alter_socialaccount_extra_data'),
    ('staff', '0001_initial'),
    ('staff', '0002_limits_and_second_factors'),
    ('staff', '0003_limits_of_a_day'),
    ('staff', '0004_what_ready_roles_allowed'),
    ('usersessions', '0001_initial'),
    ('views', '0001_initial'),
    ('webhooks', '0001_initial'),
    ('wording', '0001_mails_are_worded_by_shops'),
    ('wording', '0002_each_way_is_worded')
) AS done (app, name);

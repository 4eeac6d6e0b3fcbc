CREATE TABLE alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE cache_invalidation (
    cache_id integer NOT NULL,
    cache_key character varying(255) NOT NULL,
    cache_args character varying(255) NOT NULL,
    cache_active boolean NOT NULL
);
CREATE SEQUENCE cache_invalidation_cache_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE cache_invalidation_cache_id_seq OWNED BY cache_invalidation.cache_id;
CREATE TABLE changeset_comments (
    comment_id integer NOT NULL,
    repo_id integer NOT NULL,
    revision character varying(40),
    pull_request_id integer,
    line_no character varying(10),
    f_path character varying(1000),
    user_id integer NOT NULL,
    text text NOT NULL,
    created_on timestamp without time zone NOT NULL,
    modified_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE changeset_comments_comment_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE changeset_comments_comment_id_seq OWNED BY changeset_comments.comment_id;
CREATE TABLE changeset_statuses (
    changeset_status_id integer NOT NULL,
    repo_id integer NOT NULL,
    user_id integer NOT NULL,
    revision character varying(40),
    status character varying(128) NOT NULL,
    changeset_comment_id integer NOT NULL,
    modified_at timestamp without time zone NOT NULL,
    version integer NOT NULL,
    pull_request_id integer
);
CREATE SEQUENCE changeset_statuses_changeset_status_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE changeset_statuses_changeset_status_id_seq OWNED BY changeset_statuses.changeset_status_id;
CREATE TABLE gists (
    gist_id integer NOT NULL,
    gist_access_id character varying(250) NOT NULL,
    gist_description text NOT NULL,
    user_id integer NOT NULL,
    gist_expires double precision NOT NULL,
    gist_type character varying(128) NOT NULL,
    created_on timestamp without time zone NOT NULL,
    modified_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE gists_gist_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE gists_gist_id_seq OWNED BY gists.gist_id;
CREATE TABLE groups (
    group_id integer NOT NULL,
    group_name character varying(255) NOT NULL,
    group_parent_id integer,
    group_description character varying(10000) NOT NULL,
    enable_locking boolean NOT NULL,
    user_id integer NOT NULL,
    created_on timestamp without time zone NOT NULL
);
CREATE SEQUENCE groups_group_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE groups_group_id_seq OWNED BY groups.group_id;
CREATE TABLE permissions (
    permission_id integer NOT NULL,
    permission_name character varying(255) NOT NULL
);
CREATE SEQUENCE permissions_permission_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE permissions_permission_id_seq OWNED BY permissions.permission_id;
CREATE TABLE pull_request_reviewers (
    pull_requests_reviewers_id integer NOT NULL,
    pull_request_id integer NOT NULL,
    user_id integer NOT NULL
);
CREATE SEQUENCE pull_request_reviewers_pull_requests_reviewers_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE pull_request_reviewers_pull_requests_reviewers_id_seq OWNED BY pull_request_reviewers.pull_requests_reviewers_id;
CREATE TABLE pull_requests (
    pull_request_id integer NOT NULL,
    title character varying(255) NOT NULL,
    description text NOT NULL,
    status character varying(255) NOT NULL,
    created_on timestamp without time zone NOT NULL,
    updated_on timestamp without time zone NOT NULL,
    user_id integer NOT NULL,
    revisions text NOT NULL,
    org_repo_id integer NOT NULL,
    org_ref character varying(255) NOT NULL,
    other_repo_id integer NOT NULL,
    other_ref character varying(255) NOT NULL
);
CREATE SEQUENCE pull_requests_pull_request_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE pull_requests_pull_request_id_seq OWNED BY pull_requests.pull_request_id;
CREATE TABLE repo_to_perm (
    repo_to_perm_id integer NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL,
    repository_id integer NOT NULL
);
CREATE SEQUENCE repo_to_perm_repo_to_perm_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE repo_to_perm_repo_to_perm_id_seq OWNED BY repo_to_perm.repo_to_perm_id;
CREATE TABLE repositories (
    repo_id integer NOT NULL,
    repo_name character varying(255) NOT NULL,
    repo_state character varying(255) NOT NULL,
    clone_uri character varying(255),
    repo_type character varying(255) NOT NULL,
    user_id integer NOT NULL,
    private boolean NOT NULL,
    statistics boolean NOT NULL,
    downloads boolean NOT NULL,
    description character varying(10000) NOT NULL,
    created_on timestamp without time zone NOT NULL,
    updated_on timestamp without time zone NOT NULL,
    landing_revision character varying(255) NOT NULL,
    enable_locking boolean NOT NULL,
    locked character varying(255),
    changeset_cache bytea,
    fork_id integer,
    group_id integer
);
CREATE TABLE repositories_fields (
    repo_field_id integer NOT NULL,
    repository_id integer NOT NULL,
    field_key character varying(250) NOT NULL,
    field_label character varying(1024) NOT NULL,
    field_value character varying(10000) NOT NULL,
    field_desc character varying(1024) NOT NULL,
    field_type character varying(255) NOT NULL,
    created_on timestamp without time zone NOT NULL
);
CREATE SEQUENCE repositories_fields_repo_field_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE repositories_fields_repo_field_id_seq OWNED BY repositories_fields.repo_field_id;
CREATE SEQUENCE repositories_repo_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE repositories_repo_id_seq OWNED BY repositories.repo_id;
CREATE TABLE settings (
    app_settings_id integer NOT NULL,
    app_settings_name character varying(255) NOT NULL,
    app_settings_value character varying(4096) NOT NULL,
    app_settings_type character varying(255)
);
CREATE SEQUENCE settings_app_settings_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE settings_app_settings_id_seq OWNED BY settings.app_settings_id;
CREATE TABLE statistics (
    stat_id integer NOT NULL,
    repository_id integer NOT NULL,
    stat_on_revision integer NOT NULL,
    commit_activity bytea NOT NULL,
    commit_activity_combined bytea NOT NULL,
    languages bytea NOT NULL
);
CREATE SEQUENCE statistics_stat_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE statistics_stat_id_seq OWNED BY statistics.stat_id;
CREATE TABLE ui (
    ui_id integer NOT NULL,
    ui_section character varying(255) NOT NULL,
    ui_key character varying(255) NOT NULL,
    ui_value character varying(255),
    ui_active boolean NOT NULL
);
CREATE SEQUENCE ui_ui_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE ui_ui_id_seq OWNED BY ui.ui_id;
CREATE TABLE user_api_keys (
    user_api_key_id integer NOT NULL,
    user_id integer NOT NULL,
    api_key character varying(255) NOT NULL,
    description text NOT NULL,
    expires double precision NOT NULL,
    created_on timestamp without time zone NOT NULL
);
CREATE SEQUENCE user_api_keys_user_api_key_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE user_api_keys_user_api_key_id_seq OWNED BY user_api_keys.user_api_key_id;
CREATE TABLE user_email_map (
    email_id integer NOT NULL,
    user_id integer NOT NULL,
    email character varying(255) NOT NULL
);
CREATE SEQUENCE user_email_map_email_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE user_email_map_email_id_seq OWNED BY user_email_map.email_id;
CREATE TABLE user_followings (
    user_following_id integer NOT NULL,
    user_id integer NOT NULL,
    follows_repository_id integer,
    follows_user_id integer,
    follows_from timestamp without time zone NOT NULL
);
CREATE SEQUENCE user_followings_user_following_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE user_followings_user_following_id_seq OWNED BY user_followings.user_following_id;
CREATE TABLE user_group_user_group_to_perm (
    user_group_user_group_to_perm_id integer NOT NULL,
    target_user_group_id integer NOT NULL,
    permission_id integer NOT NULL,
    user_group_id integer NOT NULL
);
CREATE SEQUENCE user_group_user_group_to_perm_user_group_user_group_to_perm_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE user_group_user_group_to_perm_user_group_user_group_to_perm_seq OWNED BY user_group_user_group_to_perm.user_group_user_group_to_perm_id;
CREATE TABLE user_ip_map (
    ip_id integer NOT NULL,
    user_id integer NOT NULL,
    ip_addr character varying(255) NOT NULL,
    active boolean NOT NULL
);
CREATE SEQUENCE user_ip_map_ip_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE user_ip_map_ip_id_seq OWNED BY user_ip_map.ip_id;
CREATE TABLE user_logs (
    user_log_id integer NOT NULL,
    user_id integer,
    username character varying(255) NOT NULL,
    repository_id integer,
    repository_name character varying(255) NOT NULL,
    user_ip character varying(255),
    action text NOT NULL,
    action_date timestamp without time zone NOT NULL
);
CREATE SEQUENCE user_logs_user_log_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE user_logs_user_log_id_seq OWNED BY user_logs.user_log_id;
CREATE TABLE user_repo_group_to_perm (
    group_to_perm_id integer NOT NULL,
    user_id integer NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE user_repo_group_to_perm_group_to_perm_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE user_repo_group_to_perm_group_to_perm_id_seq OWNED BY user_repo_group_to_perm.group_to_perm_id;
CREATE TABLE user_to_perm (
    user_to_perm_id integer NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE user_to_perm_user_to_perm_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE user_to_perm_user_to_perm_id_seq OWNED BY user_to_perm.user_to_perm_id;
CREATE TABLE user_user_group_to_perm (
    user_user_group_to_perm_id integer NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL,
    user_group_id integer NOT NULL
);
CREATE SEQUENCE user_user_group_to_perm_user_user_group_to_perm_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE user_user_group_to_perm_user_user_group_to_perm_id_seq OWNED BY user_user_group_to_perm.user_user_group_to_perm_id;
CREATE TABLE users (
    user_id integer NOT NULL,
    username character varying(255) NOT NULL,
    password character varying(255) NOT NULL,
    active boolean NOT NULL,
    admin boolean NOT NULL,
    firstname character varying(255) NOT NULL,
    lastname character varying(255) NOT NULL,
    email character varying(255),
    last_login timestamp without time zone,
    extern_type character varying(255),
    extern_name character varying(255),
    api_key character varying(255) NOT NULL,
    inherit_default_permissions boolean NOT NULL,
    created_on timestamp without time zone NOT NULL,
    user_data bytea
);
CREATE TABLE users_group_repo_group_to_perm (
    users_group_repo_group_to_perm_id integer NOT NULL,
    users_group_id integer NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE users_group_repo_group_to_per_users_group_repo_group_to_per_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE users_group_repo_group_to_per_users_group_repo_group_to_per_seq OWNED BY users_group_repo_group_to_perm.users_group_repo_group_to_perm_id;
CREATE TABLE users_group_repo_to_perm (
    users_group_to_perm_id integer NOT NULL,
    users_group_id integer NOT NULL,
    permission_id integer NOT NULL,
    repository_id integer NOT NULL
);
CREATE SEQUENCE users_group_repo_to_perm_users_group_to_perm_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE users_group_repo_to_perm_users_group_to_perm_id_seq OWNED BY users_group_repo_to_perm.users_group_to_perm_id;
CREATE TABLE users_group_to_perm (
    users_group_to_perm_id integer NOT NULL,
    users_group_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE users_group_to_perm_users_group_to_perm_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE users_group_to_perm_users_group_to_perm_id_seq OWNED BY users_group_to_perm.users_group_to_perm_id;
CREATE TABLE users_groups (
    users_group_id integer NOT NULL,
    users_group_name character varying(255) NOT NULL,
    user_group_description character varying(10000),
    users_group_active boolean NOT NULL,
    users_group_inherit_default_permissions boolean NOT NULL,
    user_id integer NOT NULL,
    created_on timestamp without time zone NOT NULL,
    group_data bytea
);
CREATE TABLE users_groups_members (
    users_group_member_id integer NOT NULL,
    users_group_id integer NOT NULL,
    user_id integer NOT NULL
);
CREATE SEQUENCE users_groups_members_users_group_member_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE users_groups_members_users_group_member_id_seq OWNED BY users_groups_members.users_group_member_id;
CREATE SEQUENCE users_groups_users_group_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE users_groups_users_group_id_seq OWNED BY users_groups.users_group_id;
CREATE SEQUENCE users_user_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE users_user_id_seq OWNED BY users.user_id;
ALTER TABLE ONLY cache_invalidation ALTER COLUMN cache_id SET DEFAULT nextval('cache_invalidation_cache_id_seq'::regclass);
ALTER TABLE ONLY changeset_comments ALTER COLUMN comment_id SET DEFAULT nextval('changeset_comments_comment_id_seq'::regclass);
ALTER TABLE ONLY changeset_statuses ALTER COLUMN changeset_status_id SET DEFAULT nextval('changeset_statuses_changeset_status_id_seq'::regclass);
ALTER TABLE ONLY gists ALTER COLUMN gist_id SET DEFAULT nextval('gists_gist_id_seq'::regclass);
ALTER TABLE ONLY groups ALTER COLUMN group_id SET DEFAULT nextval('groups_group_id_seq'::regclass);
ALTER TABLE ONLY permissions ALTER COLUMN permission_id SET DEFAULT nextval('permissions_permission_id_seq'::regclass);
ALTER TABLE ONLY pull_request_reviewers ALTER COLUMN pull_requests_reviewers_id SET DEFAULT nextval('pull_request_reviewers_pull_requests_reviewers_id_seq'::regclass);
ALTER TABLE ONLY pull_requests ALTER COLUMN pull_request_id SET DEFAULT nextval('pull_requests_pull_request_id_seq'::regclass);
ALTER TABLE ONLY repo_to_perm ALTER COLUMN repo_to_perm_id SET DEFAULT nextval('repo_to_perm_repo_to_perm_id_seq'::regclass);
ALTER TABLE ONLY repositories ALTER COLUMN repo_id SET DEFAULT nextval('repositories_repo_id_seq'::regclass);
ALTER TABLE ONLY repositories_fields ALTER COLUMN repo_field_id SET DEFAULT nextval('repositories_fields_repo_field_id_seq'::regclass);
ALTER TABLE ONLY settings ALTER COLUMN app_settings_id SET DEFAULT nextval('settings_app_settings_id_seq'::regclass);
ALTER TABLE ONLY statistics ALTER COLUMN stat_id SET DEFAULT nextval('statistics_stat_id_seq'::regclass);
ALTER TABLE ONLY ui ALTER COLUMN ui_id SET DEFAULT nextval('ui_ui_id_seq'::regclass);
ALTER TABLE ONLY user_api_keys ALTER COLUMN user_api_key_id SET DEFAULT nextval('user_api_keys_user_api_key_id_seq'::regclass);
ALTER TABLE ONLY user_email_map ALTER COLUMN email_id SET DEFAULT nextval('user_email_map_email_id_seq'::regclass);
ALTER TABLE ONLY user_followings ALTER COLUMN user_following_id SET DEFAULT nextval('user_followings_user_following_id_seq'::regclass);
ALTER TABLE ONLY user_group_user_group_to_perm ALTER COLUMN user_group_user_group_to_perm_id SET DEFAULT nextval('user_group_user_group_to_perm_user_group_user_group_to_perm_seq'::regclass);
ALTER TABLE ONLY user_ip_map ALTER COLUMN ip_id SET DEFAULT nextval('user_ip_map_ip_id_seq'::regclass);
ALTER TABLE ONLY user_logs ALTER COLUMN user_log_id SET DEFAULT nextval('user_logs_user_log_id_seq'::regclass);
ALTER TABLE ONLY user_repo_group_to_perm ALTER COLUMN group_to_perm_id SET DEFAULT nextval('user_repo_group_to_perm_group_to_perm_id_seq'::regclass);
ALTER TABLE ONLY user_to_perm ALTER COLUMN user_to_perm_id SET DEFAULT nextval('user_to_perm_user_to_perm_id_seq'::regclass);
ALTER TABLE ONLY user_user_group_to_perm ALTER COLUMN user_user_group_to_perm_id SET DEFAULT nextval('user_user_group_to_perm_user_user_group_to_perm_id_seq'::regclass);
ALTER TABLE ONLY users ALTER COLUMN user_id SET DEFAULT nextval('users_user_id_seq'::regclass);
ALTER TABLE ONLY users_group_repo_group_to_perm ALTER COLUMN users_group_repo_group_to_perm_id SET DEFAULT nextval('users_group_repo_group_to_per_users_group_repo_group_to_per_seq'::regclass);
ALTER TABLE ONLY users_group_repo_to_perm ALTER COLUMN users_group_to_perm_id SET DEFAULT nextval('users_group_repo_to_perm_users_group_to_perm_id_seq'::regclass);
ALTER TABLE ONLY users_group_to_perm ALTER COLUMN users_group_to_perm_id SET DEFAULT nextval('users_group_to_perm_users_group_to_perm_id_seq'::regclass);
ALTER TABLE ONLY users_groups ALTER COLUMN users_group_id SET DEFAULT nextval('users_groups_users_group_id_seq'::regclass);
ALTER TABLE ONLY users_groups_members ALTER COLUMN users_group_member_id SET DEFAULT nextval('users_groups_members_users_group_member_id_seq'::regclass);
ALTER TABLE ONLY alembic_version ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY cache_invalidation ADD CONSTRAINT pk_cache_invalidation PRIMARY KEY (cache_id);
ALTER TABLE ONLY changeset_comments ADD CONSTRAINT pk_changeset_comments PRIMARY KEY (comment_id);
ALTER TABLE ONLY changeset_statuses ADD CONSTRAINT pk_changeset_statuses PRIMARY KEY (changeset_status_id);
ALTER TABLE ONLY gists ADD CONSTRAINT pk_gists PRIMARY KEY (gist_id);
ALTER TABLE ONLY groups ADD CONSTRAINT pk_groups PRIMARY KEY (group_id);
ALTER TABLE ONLY permissions ADD CONSTRAINT pk_permissions PRIMARY KEY (permission_id);
ALTER TABLE ONLY pull_request_reviewers ADD CONSTRAINT pk_pull_request_reviewers PRIMARY KEY (pull_requests_reviewers_id);
ALTER TABLE ONLY pull_requests ADD CONSTRAINT pk_pull_requests PRIMARY KEY (pull_request_id);
ALTER TABLE ONLY repo_to_perm ADD CONSTRAINT pk_repo_to_perm PRIMARY KEY (repo_to_perm_id);
ALTER TABLE ONLY repositories ADD CONSTRAINT pk_repositories PRIMARY KEY (repo_id);
ALTER TABLE ONLY repositories_fields ADD CONSTRAINT pk_repositories_fields PRIMARY KEY (repo_field_id);
ALTER TABLE ONLY settings ADD CONSTRAINT pk_settings PRIMARY KEY (app_settings_id);
ALTER TABLE ONLY statistics ADD CONSTRAINT pk_statistics PRIMARY KEY (stat_id);
ALTER TABLE ONLY ui ADD CONSTRAINT pk_ui PRIMARY KEY (ui_id);
ALTER TABLE ONLY user_api_keys ADD CONSTRAINT pk_user_api_keys PRIMARY KEY (user_api_key_id);
ALTER TABLE ONLY user_email_map ADD CONSTRAINT pk_user_email_map PRIMARY KEY (email_id);
ALTER TABLE ONLY user_followings ADD CONSTRAINT pk_user_followings PRIMARY KEY (user_following_id);
ALTER TABLE ONLY user_group_user_group_to_perm ADD CONSTRAINT pk_user_group_user_group_to_perm PRIMARY KEY (user_group_user_group_to_perm_id);
ALTER TABLE ONLY user_ip_map ADD CONSTRAINT pk_user_ip_map PRIMARY KEY (ip_id);
ALTER TABLE ONLY user_logs ADD CONSTRAINT pk_user_logs PRIMARY KEY (user_log_id);
ALTER TABLE ONLY user_repo_group_to_perm ADD CONSTRAINT pk_user_repo_group_to_perm PRIMARY KEY (group_to_perm_id);
ALTER TABLE ONLY user_to_perm ADD CONSTRAINT pk_user_to_perm PRIMARY KEY (user_to_perm_id);
ALTER TABLE ONLY user_user_group_to_perm ADD CONSTRAINT pk_user_user_group_to_perm PRIMARY KEY (user_user_group_to_perm_id);
ALTER TABLE ONLY users ADD CONSTRAINT pk_users PRIMARY KEY (user_id);
ALTER TABLE ONLY users_group_repo_group_to_perm ADD CONSTRAINT pk_users_group_repo_group_to_perm PRIMARY KEY (users_group_repo_group_to_perm_id);
ALTER TABLE ONLY users_group_repo_to_perm ADD CONSTRAINT pk_users_group_repo_to_perm PRIMARY KEY (users_group_to_perm_id);
ALTER TABLE ONLY users_group_to_perm ADD CONSTRAINT pk_users_group_to_perm PRIMARY KEY (users_group_to_perm_id);
ALTER TABLE ONLY users_groups ADD CONSTRAINT pk_users_groups PRIMARY KEY (users_group_id);
ALTER TABLE ONLY users_groups_members ADD CONSTRAINT pk_users_groups_members PRIMARY KEY (users_group_member_id);
ALTER TABLE ONLY cache_invalidation ADD CONSTRAINT uq_cache_invalidation_cache_key UNIQUE (cache_key);
ALTER TABLE ONLY changeset_statuses ADD CONSTRAINT uq_changeset_statuses_repo_id UNIQUE (repo_id, revision, version);
ALTER TABLE ONLY groups ADD CONSTRAINT uq_groups_group_name UNIQUE (group_name);
ALTER TABLE ONLY repo_to_perm ADD CONSTRAINT uq_repo_to_perm_user_id UNIQUE (user_id, repository_id, permission_id);
ALTER TABLE ONLY repositories_fields ADD CONSTRAINT uq_repositories_fields_repository_id UNIQUE (repository_id, field_key);
ALTER TABLE ONLY repositories ADD CONSTRAINT uq_repositories_repo_name UNIQUE (repo_name);
ALTER TABLE ONLY settings ADD CONSTRAINT uq_settings_app_settings_name UNIQUE (app_settings_name);
ALTER TABLE ONLY statistics ADD CONSTRAINT uq_statistics_repository_id UNIQUE (repository_id);
ALTER TABLE ONLY ui ADD CONSTRAINT uq_ui_ui_key UNIQUE (ui_key);
ALTER TABLE ONLY ui ADD CONSTRAINT uq_ui_ui_section UNIQUE (ui_section, ui_key);
ALTER TABLE ONLY user_api_keys ADD CONSTRAINT uq_user_api_keys_api_key UNIQUE (api_key);
ALTER TABLE ONLY user_email_map ADD CONSTRAINT uq_user_email_map_email UNIQUE (email);
ALTER TABLE ONLY user_followings ADD CONSTRAINT uq_user_followings_user_repo UNIQUE (user_id, follows_repository_id);
ALTER TABLE ONLY user_followings ADD CONSTRAINT uq_user_followings_user_user UNIQUE (user_id, follows_user_id);
ALTER TABLE ONLY user_group_user_group_to_perm ADD CONSTRAINT uq_user_group_user_group_to_perm_target_user_group_id UNIQUE (target_user_group_id, user_group_id, permission_id);
ALTER TABLE ONLY user_ip_map ADD CONSTRAINT uq_user_ip_map_user_id UNIQUE (user_id, ip_addr);
ALTER TABLE ONLY user_repo_group_to_perm ADD CONSTRAINT uq_user_repo_group_to_perm_user_id UNIQUE (user_id, group_id, permission_id);
ALTER TABLE ONLY user_to_perm ADD CONSTRAINT uq_user_to_perm_user_id UNIQUE (user_id, permission_id);
ALTER TABLE ONLY user_user_group_to_perm ADD CONSTRAINT uq_user_user_group_to_perm_user_id UNIQUE (user_id, user_group_id, permission_id);
ALTER TABLE ONLY users ADD CONSTRAINT uq_users_email UNIQUE (email);
ALTER TABLE ONLY users_group_repo_group_to_perm ADD CONSTRAINT uq_users_group_repo_group_to_perm_users_group_id UNIQUE (users_group_id, group_id);
ALTER TABLE ONLY users_group_repo_to_perm ADD CONSTRAINT uq_users_group_repo_to_perm_repository_id UNIQUE (repository_id, users_group_id, permission_id);
ALTER TABLE ONLY users_group_to_perm ADD CONSTRAINT uq_users_group_to_perm_users_group_id UNIQUE (users_group_id, permission_id);
ALTER TABLE ONLY users_groups ADD CONSTRAINT uq_users_groups_users_group_name UNIQUE (users_group_name);
ALTER TABLE ONLY users ADD CONSTRAINT uq_users_username UNIQUE (username);
CREATE INDEX cc_pull_request_id_idx ON changeset_comments USING btree (pull_request_id);
CREATE INDEX cc_revision_idx ON changeset_comments USING btree (revision);
CREATE INDEX cs_changeset_comment_id_idx ON changeset_statuses USING btree (changeset_comment_id);
CREATE INDEX cs_pull_request_id_idx ON changeset_statuses USING btree (pull_request_id);
CREATE INDEX cs_pull_request_id_user_id_version_idx ON changeset_statuses USING btree (pull_request_id, user_id, version);
CREATE INDEX cs_repo_id_pull_request_id_idx ON changeset_statuses USING btree (repo_id, pull_request_id);
CREATE INDEX cs_revision_idx ON changeset_statuses USING btree (revision);
CREATE INDEX cs_version_idx ON changeset_statuses USING btree (version);
CREATE INDEX g_created_on_idx ON gists USING btree (created_on);
CREATE INDEX g_gist_access_id_idx ON gists USING btree (gist_access_id);
CREATE INDEX key_idx ON cache_invalidation USING btree (cache_key);
CREATE INDEX p_perm_name_idx ON permissions USING btree (permission_name);
CREATE INDEX pr_org_repo_id_idx ON pull_requests USING btree (org_repo_id);
CREATE INDEX pr_other_repo_id_idx ON pull_requests USING btree (other_repo_id);
CREATE INDEX pull_request_reviewers_user_id_idx ON pull_request_reviewers USING btree (user_id);
CREATE INDEX r_repo_name_idx ON repositories USING btree (repo_name);
CREATE INDEX u_email_idx ON users USING btree (email);
CREATE INDEX u_username_idx ON users USING btree (username);
CREATE INDEX uak_api_key_expires_idx ON user_api_keys USING btree (api_key, expires);
CREATE INDEX uak_api_key_idx ON user_api_keys USING btree (api_key);
CREATE INDEX uem_email_idx ON user_email_map USING btree (email);
ALTER TABLE ONLY changeset_comments ADD CONSTRAINT fk_changeset_comments_pull_request_id FOREIGN KEY (pull_request_id) REFERENCES pull_requests(pull_request_id);
ALTER TABLE ONLY changeset_comments ADD CONSTRAINT fk_changeset_comments_repo_id FOREIGN KEY (repo_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY changeset_comments ADD CONSTRAINT fk_changeset_comments_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY changeset_statuses ADD CONSTRAINT fk_changeset_statuses_changeset_comment_id FOREIGN KEY (changeset_comment_id) REFERENCES changeset_comments(comment_id);
ALTER TABLE ONLY changeset_statuses ADD CONSTRAINT fk_changeset_statuses_pull_request_id FOREIGN KEY (pull_request_id) REFERENCES pull_requests(pull_request_id);
ALTER TABLE ONLY changeset_statuses ADD CONSTRAINT fk_changeset_statuses_repo_id FOREIGN KEY (repo_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY changeset_statuses ADD CONSTRAINT fk_changeset_statuses_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY gists ADD CONSTRAINT fk_gists_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY groups ADD CONSTRAINT fk_groups_group_parent_id FOREIGN KEY (group_parent_id) REFERENCES groups(group_id);
ALTER TABLE ONLY groups ADD CONSTRAINT fk_groups_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY pull_request_reviewers ADD CONSTRAINT fk_pull_request_reviewers_pull_request_id FOREIGN KEY (pull_request_id) REFERENCES pull_requests(pull_request_id);
ALTER TABLE ONLY pull_request_reviewers ADD CONSTRAINT fk_pull_request_reviewers_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY pull_requests ADD CONSTRAINT fk_pull_requests_org_repo_id FOREIGN KEY (org_repo_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY pull_requests ADD CONSTRAINT fk_pull_requests_other_repo_id FOREIGN KEY (other_repo_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY pull_requests ADD CONSTRAINT fk_pull_requests_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY repo_to_perm ADD CONSTRAINT fk_repo_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY repo_to_perm ADD CONSTRAINT fk_repo_to_perm_repository_id FOREIGN KEY (repository_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY repo_to_perm ADD CONSTRAINT fk_repo_to_perm_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY repositories_fields ADD CONSTRAINT fk_repositories_fields_repository_id FOREIGN KEY (repository_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY repositories ADD CONSTRAINT fk_repositories_fork_id FOREIGN KEY (fork_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY repositories ADD CONSTRAINT fk_repositories_group_id FOREIGN KEY (group_id) REFERENCES groups(group_id);
ALTER TABLE ONLY repositories ADD CONSTRAINT fk_repositories_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY statistics ADD CONSTRAINT fk_statistics_repository_id FOREIGN KEY (repository_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY user_api_keys ADD CONSTRAINT fk_user_api_keys_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_email_map ADD CONSTRAINT fk_user_email_map_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_followings ADD CONSTRAINT fk_user_followings_follows_repository_id FOREIGN KEY (follows_repository_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY user_followings ADD CONSTRAINT fk_user_followings_follows_user_id FOREIGN KEY (follows_user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_followings ADD CONSTRAINT fk_user_followings_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_group_user_group_to_perm ADD CONSTRAINT fk_user_group_user_group_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY user_group_user_group_to_perm ADD CONSTRAINT fk_user_group_user_group_to_perm_target_user_group_id FOREIGN KEY (target_user_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY user_group_user_group_to_perm ADD CONSTRAINT fk_user_group_user_group_to_perm_user_group_id FOREIGN KEY (user_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY user_ip_map ADD CONSTRAINT fk_user_ip_map_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_logs ADD CONSTRAINT fk_user_logs_repository_id FOREIGN KEY (repository_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY user_logs ADD CONSTRAINT fk_user_logs_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_repo_group_to_perm ADD CONSTRAINT fk_user_repo_group_to_perm_group_id FOREIGN KEY (group_id) REFERENCES groups(group_id);
ALTER TABLE ONLY user_repo_group_to_perm ADD CONSTRAINT fk_user_repo_group_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY user_repo_group_to_perm ADD CONSTRAINT fk_user_repo_group_to_perm_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_to_perm ADD CONSTRAINT fk_user_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY user_to_perm ADD CONSTRAINT fk_user_to_perm_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_user_group_to_perm ADD CONSTRAINT fk_user_user_group_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY user_user_group_to_perm ADD CONSTRAINT fk_user_user_group_to_perm_user_group_id FOREIGN KEY (user_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY user_user_group_to_perm ADD CONSTRAINT fk_user_user_group_to_perm_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY users_group_repo_group_to_perm ADD CONSTRAINT fk_users_group_repo_group_to_perm_group_id FOREIGN KEY (group_id) REFERENCES groups(group_id);
ALTER TABLE ONLY users_group_repo_group_to_perm ADD CONSTRAINT fk_users_group_repo_group_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY users_group_repo_group_to_perm ADD CONSTRAINT fk_users_group_repo_group_to_perm_users_group_id FOREIGN KEY (users_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY users_group_repo_to_perm ADD CONSTRAINT fk_users_group_repo_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY users_group_repo_to_perm ADD CONSTRAINT fk_users_group_repo_to_perm_repository_id FOREIGN KEY (repository_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY users_group_repo_to_perm ADD CONSTRAINT fk_users_group_repo_to_perm_users_group_id FOREIGN KEY (users_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY users_group_to_perm ADD CONSTRAINT fk_users_group_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY users_group_to_perm ADD CONSTRAINT fk_users_group_to_perm_users_group_id FOREIGN KEY (users_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY users_groups_members ADD CONSTRAINT fk_users_groups_members_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY users_groups_members ADD CONSTRAINT fk_users_groups_members_users_group_id FOREIGN KEY (users_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY users_groups ADD CONSTRAINT fk_users_groups_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
SELECT setval(pg_get_serial_sequence('permissions', 'permission_id'), 28);
SELECT setval(pg_get_serial_sequence('settings', 'app_settings_id'), 20);
SELECT setval(pg_get_serial_sequence('ui', 'ui_id'), 13);
SELECT setval(pg_get_serial_sequence('user_to_perm', 'user_to_perm_id'), 8);
SELECT setval(pg_get_serial_sequence('users', 'user_id'), 2);

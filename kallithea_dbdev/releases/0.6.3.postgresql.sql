CREATE TABLE alembic_version (
    version_num character varying(32) NOT NULL
);
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
CREATE SEQUENCE changeset_comments_comment_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
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
CREATE SEQUENCE changeset_statuses_changeset_status_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
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
CREATE SEQUENCE gists_gist_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE gists_gist_id_seq OWNED BY gists.gist_id;
CREATE TABLE groups (
    group_id integer NOT NULL,
    group_name character varying(255) NOT NULL,
    group_parent_id integer,
    group_description character varying(10000) NOT NULL,
    user_id integer NOT NULL,
    created_on timestamp without time zone NOT NULL
);
CREATE SEQUENCE groups_group_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE groups_group_id_seq OWNED BY groups.group_id;
CREATE TABLE permissions (
    permission_id integer NOT NULL,
    permission_name character varying(255) NOT NULL
);
CREATE SEQUENCE permissions_permission_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE permissions_permission_id_seq OWNED BY permissions.permission_id;
CREATE TABLE pull_request_reviewers (
    pull_requests_reviewers_id integer NOT NULL,
    pull_request_id integer NOT NULL,
    user_id integer NOT NULL
);
CREATE SEQUENCE pull_request_reviewers_pull_requests_reviewers_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
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
CREATE SEQUENCE pull_requests_pull_request_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE pull_requests_pull_request_id_seq OWNED BY pull_requests.pull_request_id;
CREATE TABLE repo_to_perm (
    repo_to_perm_id integer NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL,
    repository_id integer NOT NULL
);
CREATE SEQUENCE repo_to_perm_repo_to_perm_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
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
CREATE SEQUENCE repositories_fields_repo_field_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE repositories_fields_repo_field_id_seq OWNED BY repositories_fields.repo_field_id;
CREATE SEQUENCE repositories_repo_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE repositories_repo_id_seq OWNED BY repositories.repo_id;
CREATE TABLE settings (
    app_settings_id integer NOT NULL,
    app_settings_name character varying(255) NOT NULL,
    app_settings_value character varying(4096) NOT NULL,
    app_settings_type character varying(255)
);
CREATE SEQUENCE settings_app_settings_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE settings_app_settings_id_seq OWNED BY settings.app_settings_id;
CREATE TABLE statistics (
    stat_id integer NOT NULL,
    repository_id integer NOT NULL,
    stat_on_revision integer NOT NULL,
    commit_activity bytea NOT NULL,
    commit_activity_combined bytea NOT NULL,
    languages bytea NOT NULL
);
CREATE SEQUENCE statistics_stat_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE statistics_stat_id_seq OWNED BY statistics.stat_id;
CREATE TABLE ui (
    ui_id integer NOT NULL,
    ui_section character varying(255) NOT NULL,
    ui_key character varying(255) NOT NULL,
    ui_value character varying(255),
    ui_active boolean NOT NULL
);
CREATE SEQUENCE ui_ui_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE ui_ui_id_seq OWNED BY ui.ui_id;
CREATE TABLE user_api_keys (
    user_api_key_id integer NOT NULL,
    user_id integer NOT NULL,
    api_key character varying(255) NOT NULL,
    description text NOT NULL,
    expires double precision NOT NULL,
    created_on timestamp without time zone NOT NULL
);
CREATE SEQUENCE user_api_keys_user_api_key_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE user_api_keys_user_api_key_id_seq OWNED BY user_api_keys.user_api_key_id;
CREATE TABLE user_email_map (
    email_id integer NOT NULL,
    user_id integer NOT NULL,
    email character varying(255) NOT NULL
);
CREATE SEQUENCE user_email_map_email_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE user_email_map_email_id_seq OWNED BY user_email_map.email_id;
CREATE TABLE user_followings (
    user_following_id integer NOT NULL,
    user_id integer NOT NULL,
    follows_repository_id integer,
    follows_user_id integer,
    follows_from timestamp without time zone NOT NULL
);
CREATE SEQUENCE user_followings_user_following_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE user_followings_user_following_id_seq OWNED BY user_followings.user_following_id;
CREATE TABLE user_group_user_group_to_perm (
    user_group_user_group_to_perm_id integer NOT NULL,
    target_user_group_id integer NOT NULL,
    permission_id integer NOT NULL,
    user_group_id integer NOT NULL
);
CREATE SEQUENCE user_group_user_group_to_perm_user_group_user_group_to_perm_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE user_group_user_group_to_perm_user_group_user_group_to_perm_seq OWNED BY user_group_user_group_to_perm.user_group_user_group_to_perm_id;
CREATE TABLE user_ip_map (
    ip_id integer NOT NULL,
    user_id integer NOT NULL,
    ip_addr character varying(255) NOT NULL,
    active boolean NOT NULL
);
CREATE SEQUENCE user_ip_map_ip_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
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
CREATE SEQUENCE user_logs_user_log_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE user_logs_user_log_id_seq OWNED BY user_logs.user_log_id;
CREATE TABLE user_repo_group_to_perm (
    group_to_perm_id integer NOT NULL,
    user_id integer NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE user_repo_group_to_perm_group_to_perm_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE user_repo_group_to_perm_group_to_perm_id_seq OWNED BY user_repo_group_to_perm.group_to_perm_id;
CREATE TABLE user_ssh_keys (
    user_ssh_key_id integer NOT NULL,
    user_id integer NOT NULL,
    public_key text NOT NULL,
    description text NOT NULL,
    fingerprint character varying(255) NOT NULL,
    created_on timestamp without time zone NOT NULL,
    last_seen timestamp without time zone
);
CREATE SEQUENCE user_ssh_keys_user_ssh_key_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE user_ssh_keys_user_ssh_key_id_seq OWNED BY user_ssh_keys.user_ssh_key_id;
CREATE TABLE user_to_perm (
    user_to_perm_id integer NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE user_to_perm_user_to_perm_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE user_to_perm_user_to_perm_id_seq OWNED BY user_to_perm.user_to_perm_id;
CREATE TABLE user_user_group_to_perm (
    user_user_group_to_perm_id integer NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL,
    user_group_id integer NOT NULL
);
CREATE SEQUENCE user_user_group_to_perm_user_user_group_to_perm_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
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
    created_on timestamp without time zone NOT NULL,
    user_data bytea
);
CREATE TABLE users_group_repo_group_to_perm (
    users_group_repo_group_to_perm_id integer NOT NULL,
    users_group_id integer NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE users_group_repo_group_to_per_users_group_repo_group_to_per_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE users_group_repo_group_to_per_users_group_repo_group_to_per_seq OWNED BY users_group_repo_group_to_perm.users_group_repo_group_to_perm_id;
CREATE TABLE users_group_repo_to_perm (
    users_group_to_perm_id integer NOT NULL,
    users_group_id integer NOT NULL,
    permission_id integer NOT NULL,
    repository_id integer NOT NULL
);
CREATE SEQUENCE users_group_repo_to_perm_users_group_to_perm_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE users_group_repo_to_perm_users_group_to_perm_id_seq OWNED BY users_group_repo_to_perm.users_group_to_perm_id;
CREATE TABLE users_group_to_perm (
    users_group_to_perm_id integer NOT NULL,
    users_group_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE users_group_to_perm_users_group_to_perm_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE users_group_to_perm_users_group_to_perm_id_seq OWNED BY users_group_to_perm.users_group_to_perm_id;
CREATE TABLE users_groups (
    users_group_id integer NOT NULL,
    users_group_name character varying(255) NOT NULL,
    user_group_description character varying(10000),
    users_group_active boolean NOT NULL,
    user_id integer NOT NULL,
    created_on timestamp without time zone NOT NULL,
    group_data bytea
);
CREATE TABLE users_groups_members (
    users_group_member_id integer NOT NULL,
    users_group_id integer NOT NULL,
    user_id integer NOT NULL
);
CREATE SEQUENCE users_groups_members_users_group_member_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE users_groups_members_users_group_member_id_seq OWNED BY users_groups_members.users_group_member_id;
CREATE SEQUENCE users_groups_users_group_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE users_groups_users_group_id_seq OWNED BY users_groups.users_group_id;
CREATE SEQUENCE users_user_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE users_user_id_seq OWNED BY users.user_id;
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
ALTER TABLE ONLY user_ssh_keys ALTER COLUMN user_ssh_key_id SET DEFAULT nextval('user_ssh_keys_user_ssh_key_id_seq'::regclass);
ALTER TABLE ONLY user_to_perm ALTER COLUMN user_to_perm_id SET DEFAULT nextval('user_to_perm_user_to_perm_id_seq'::regclass);
ALTER TABLE ONLY user_user_group_to_perm ALTER COLUMN user_user_group_to_perm_id SET DEFAULT nextval('user_user_group_to_perm_user_user_group_to_perm_id_seq'::regclass);
ALTER TABLE ONLY users ALTER COLUMN user_id SET DEFAULT nextval('users_user_id_seq'::regclass);
ALTER TABLE ONLY users_group_repo_group_to_perm ALTER COLUMN users_group_repo_group_to_perm_id SET DEFAULT nextval('users_group_repo_group_to_per_users_group_repo_group_to_per_seq'::regclass);
ALTER TABLE ONLY users_group_repo_to_perm ALTER COLUMN users_group_to_perm_id SET DEFAULT nextval('users_group_repo_to_perm_users_group_to_perm_id_seq'::regclass);
ALTER TABLE ONLY users_group_to_perm ALTER COLUMN users_group_to_perm_id SET DEFAULT nextval('users_group_to_perm_users_group_to_perm_id_seq'::regclass);
ALTER TABLE ONLY users_groups ALTER COLUMN users_group_id SET DEFAULT nextval('users_groups_users_group_id_seq'::regclass);
ALTER TABLE ONLY users_groups_members ALTER COLUMN users_group_member_id SET DEFAULT nextval('users_groups_members_users_group_member_id_seq'::regclass);
INSERT INTO alembic_version VALUES ('a0a1bf09c143');
INSERT INTO groups VALUES (1, 'skupina', NULL, 'skupina group', 2, '2026-11-22 09:24:21.674872');
INSERT INTO groups VALUES (2, 'skupina/deep', 1, 'skupina/deep group', 2, '2026-11-22 09:24:21.710592');
INSERT INTO permissions VALUES (1, 'hg.admin');
INSERT INTO permissions VALUES (2, 'repository.none');
INSERT INTO permissions VALUES (3, 'repository.read');
INSERT INTO permissions VALUES (4, 'repository.write');
INSERT INTO permissions VALUES (5, 'repository.admin');
INSERT INTO permissions VALUES (6, 'group.none');
INSERT INTO permissions VALUES (7, 'group.read');
INSERT INTO permissions VALUES (8, 'group.write');
INSERT INTO permissions VALUES (9, 'group.admin');
INSERT INTO permissions VALUES (10, 'usergroup.none');
INSERT INTO permissions VALUES (11, 'usergroup.read');
INSERT INTO permissions VALUES (12, 'usergroup.write');
INSERT INTO permissions VALUES (13, 'usergroup.admin');
INSERT INTO permissions VALUES (14, 'hg.repogroup.create.false');
INSERT INTO permissions VALUES (15, 'hg.repogroup.create.true');
INSERT INTO permissions VALUES (16, 'hg.usergroup.create.false');
INSERT INTO permissions VALUES (17, 'hg.usergroup.create.true');
INSERT INTO permissions VALUES (18, 'hg.create.none');
INSERT INTO permissions VALUES (19, 'hg.create.repository');
INSERT INTO permissions VALUES (20, 'hg.create.write_on_repogroup.true');
INSERT INTO permissions VALUES (21, 'hg.create.write_on_repogroup.false');
INSERT INTO permissions VALUES (22, 'hg.fork.none');
INSERT INTO permissions VALUES (23, 'hg.fork.repository');
INSERT INTO permissions VALUES (24, 'hg.register.none');
INSERT INTO permissions VALUES (25, 'hg.register.manual_activate');
INSERT INTO permissions VALUES (26, 'hg.register.auto_activate');
INSERT INTO permissions VALUES (27, 'hg.extern_activate.manual');
INSERT INTO permissions VALUES (28, 'hg.extern_activate.auto');
INSERT INTO repo_to_perm VALUES (1, 1, 3, 1);
INSERT INTO repo_to_perm VALUES (2, 1, 3, 2);
INSERT INTO repo_to_perm VALUES (3, 1, 3, 3);
INSERT INTO repo_to_perm VALUES (4, 1, 3, 4);
INSERT INTO repo_to_perm VALUES (5, 1, 3, 5);
INSERT INTO repositories VALUES (1, 'projekty-git', 'repo_state_created', NULL, 'git', 2, false, false, false, 'Unnamed repository; edit this file ''description'' to name the repository.
', '2026-11-22 09:24:21.594707', '2026-11-22 09:23:08', 'rev:tip', '\x7b2273686f72745f6964223a2022653337386131336265346236222c20227261775f6964223a202265333738613133626534623665363665323439326531353431306137633037333831396662376261222c20227265766973696f6e223a20322c20226d657373616765223a20225c75303063346e646572756e672033205c7532303133205c75303137656c755c75303136356f755c75303130646b5c75303066645c6e222c202264617465223a2022323032362d31312d32325430393a32333a3038222c2022617574686f72223a20224a5c75303066367267204d5c75303066636c6c6572203c6a6f7267406578616d706c652e6f72673e227d', NULL, NULL);
INSERT INTO repositories VALUES (2, 'hg-main', 'repo_state_created', NULL, 'hg', 2, false, false, false, 'hg-main repository', '2026-11-22 09:24:21.63208', '2026-11-22 09:23:07', 'rev:tip', '\x7b2273686f72745f6964223a2022333935663238636339646134222c20227261775f6964223a202233393566323863633964613466386539346639316635303562653066663731376561323437623031222c20227265766973696f6e223a20322c20226d657373616765223a20227a6d5c75303131626e612033222c202264617465223a2022323032362d31312d32325430393a32333a3037222c2022617574686f72223a20225c75303137646f666965204e6f765c75303065316b6f765c7530306531203c7a6f666965406578616d706c652e6f72673e227d', NULL, NULL);
INSERT INTO repositories VALUES (3, 'git-main', 'repo_state_created', NULL, 'git', 2, false, false, false, 'Unnamed repository; edit this file ''description'' to name the repository.
', '2026-11-22 09:24:21.647757', '2026-11-22 09:23:06', 'rev:tip', '\x7b2273686f72745f6964223a2022386239353839376266633065222c20227261775f6964223a202238623935383937626663306535643831303535653734326537323130363864303863323835623738222c20227265766973696f6e223a20322c20226d657373616765223a20225c75303063346e646572756e672033205c7532303133205c75303137656c755c75303136356f755c75303130646b5c75303066645c6e222c202264617465223a2022323032362d31312d32325430393a32333a3036222c2022617574686f72223a20224a5c75303066367267204d5c75303066636c6c6572203c6a6f7267406578616d706c652e6f72673e227d', NULL, NULL);
INSERT INTO repositories VALUES (4, 'skupina/git-sub', 'repo_state_created', NULL, 'git', 2, false, false, false, 'Unnamed repository; edit this file ''description'' to name the repository.
', '2026-11-22 09:24:21.683668', '2026-11-22 09:23:06', 'rev:tip', '\x7b2273686f72745f6964223a2022386239353839376266633065222c20227261775f6964223a202238623935383937626663306535643831303535653734326537323130363864303863323835623738222c20227265766973696f6e223a20322c20226d657373616765223a20225c75303063346e646572756e672033205c7532303133205c75303137656c755c75303136356f755c75303130646b5c75303066645c6e222c202264617465223a2022323032362d31312d32325430393a32333a3036222c2022617574686f72223a20224a5c75303066367267204d5c75303066636c6c6572203c6a6f7267406578616d706c652e6f72673e227d', NULL, 1);
INSERT INTO repositories VALUES (5, 'skupina/deep/hg-sub', 'repo_state_created', NULL, 'hg', 2, false, false, false, 'skupina/deep/hg-sub repository', '2026-11-22 09:24:21.716909', '2026-11-22 09:23:08', 'rev:tip', '\x7b2273686f72745f6964223a2022643830316465363333663666222c20227261775f6964223a202264383031646536333366366664646531623966663038666532626564356532386234306438323138222c20227265766973696f6e223a20322c20226d657373616765223a20227a6d5c75303131626e612033222c202264617465223a2022323032362d31312d32325430393a32333a3038222c2022617574686f72223a20225c75303137646f666965204e6f765c75303065316b6f765c7530306531203c7a6f666965406578616d706c652e6f72673e227d', NULL, 2);
INSERT INTO settings VALUES (1, 'realm', 'Kallithea', 'unicode');
INSERT INTO settings VALUES (2, 'title', '', 'unicode');
INSERT INTO settings VALUES (3, 'ga_code', '', 'unicode');
INSERT INTO settings VALUES (4, 'show_public_icon', 'True', 'bool');
INSERT INTO settings VALUES (5, 'show_private_icon', 'True', 'bool');
INSERT INTO settings VALUES (6, 'stylify_metalabels', 'False', 'bool');
INSERT INTO settings VALUES (7, 'dashboard_items', '100', 'int');
INSERT INTO settings VALUES (8, 'admin_grid_items', '25', 'int');
INSERT INTO settings VALUES (9, 'show_version', 'True', 'bool');
INSERT INTO settings VALUES (10, 'use_gravatar', 'True', 'bool');
INSERT INTO settings VALUES (11, 'gravatar_url', 'https://secure.gravatar.com/avatar/{md5email}?d=identicon&s={size}', 'unicode');
INSERT INTO settings VALUES (12, 'clone_uri_tmpl', '{scheme}://{user}@{netloc}/{repo}', 'unicode');
INSERT INTO settings VALUES (13, 'clone_ssh_tmpl', 'ssh://{system_user}@{hostname}/{repo}', 'unicode');
INSERT INTO settings VALUES (14, 'auth_plugins', 'kallithea.lib.auth_modules.auth_internal', 'list');
INSERT INTO settings VALUES (15, 'auth_internal_enabled', 'True', 'bool');
INSERT INTO settings VALUES (16, 'default_repo_enable_downloads', 'False', 'bool');
INSERT INTO settings VALUES (17, 'default_repo_enable_statistics', 'False', 'bool');
INSERT INTO settings VALUES (18, 'default_repo_private', 'False', 'bool');
INSERT INTO settings VALUES (19, 'default_repo_type', 'hg', 'unicode');
INSERT INTO ui VALUES (1, 'paths', '/', '/srv/kallithea/work/inst-0.6.3-postgresql/repos', true);
INSERT INTO ui VALUES (2, 'hooks', 'changegroup.update', 'hg update >&2', false);
INSERT INTO ui VALUES (3, 'hooks', 'changegroup.repo_size', 'python:kallithea.lib.hooks.repo_size', true);
INSERT INTO ui VALUES (4, 'extensions', 'largefiles', '', true);
INSERT INTO ui VALUES (5, 'largefiles', 'usercache', '/srv/kallithea/work/inst-0.6.3-postgresql/repos/.cache/largefiles', true);
INSERT INTO ui VALUES (6, 'extensions', 'hgsubversion', '', false);
INSERT INTO ui VALUES (7, 'extensions', 'hggit', '', false);
INSERT INTO user_followings VALUES (1, 2, 1, NULL, '2026-11-22 09:24:21.604039');
INSERT INTO user_followings VALUES (2, 2, 2, NULL, '2026-11-22 09:24:21.637355');
INSERT INTO user_followings VALUES (3, 2, 3, NULL, '2026-11-22 09:24:21.652389');
INSERT INTO user_followings VALUES (4, 2, 4, NULL, '2026-11-22 09:24:21.688621');
INSERT INTO user_followings VALUES (5, 2, 5, NULL, '2026-11-22 09:24:21.721687');
INSERT INTO user_logs VALUES (1, 2, 'admin', 1, 'projekty-git', '', 'started_following_repo', '2026-11-22 09:24:21.603436');
INSERT INTO user_logs VALUES (2, 2, 'admin', 2, 'hg-main', '', 'started_following_repo', '2026-11-22 09:24:21.636956');
INSERT INTO user_logs VALUES (3, 2, 'admin', 3, 'git-main', '', 'started_following_repo', '2026-11-22 09:24:21.652097');
INSERT INTO user_logs VALUES (4, 2, 'admin', 4, 'skupina/git-sub', '', 'started_following_repo', '2026-11-22 09:24:21.688298');
INSERT INTO user_logs VALUES (5, 2, 'admin', 5, 'skupina/deep/hg-sub', '', 'started_following_repo', '2026-11-22 09:24:21.721376');
INSERT INTO user_repo_group_to_perm VALUES (1, 1, 1, 7);
INSERT INTO user_repo_group_to_perm VALUES (2, 1, 2, 7);
INSERT INTO user_to_perm VALUES (1, 1, 3);
INSERT INTO user_to_perm VALUES (2, 1, 7);
INSERT INTO user_to_perm VALUES (3, 1, 11);
INSERT INTO user_to_perm VALUES (4, 1, 19);
INSERT INTO user_to_perm VALUES (5, 1, 20);
INSERT INTO user_to_perm VALUES (6, 1, 23);
INSERT INTO user_to_perm VALUES (7, 1, 25);
INSERT INTO user_to_perm VALUES (8, 1, 28);
INSERT INTO users VALUES (1, 'default', '$2b$10$7fBzZr7S8C7cNE93/a.s4eg9jhGFi7PEbsniSauazBTpxPKxRRbqi', true, false, 'Anonymous', 'User', 'anonymous@kallithea-scm.org', NULL, NULL, NULL, '70895e37fff1699b2e95da91b36fba3d2daa2e5f', '2026-11-22 09:24:21.410333', NULL);
INSERT INTO users VALUES (2, 'admin', '$2b$10$I26UxJs2eH9xxNmk1vDp4.3xd1Wcq4925HZMlMceFh8zORoUv.rCG', true, true, 'Kallithea', 'Admin', 'a@b.com', NULL, 'internal', NULL, 'd6d6e7160b335f23625c009d4916fb1e5884405c', '2026-11-22 09:24:21.475199', NULL);
SELECT pg_catalog.setval('changeset_comments_comment_id_seq', 1, false);
SELECT pg_catalog.setval('changeset_statuses_changeset_status_id_seq', 1, false);
SELECT pg_catalog.setval('gists_gist_id_seq', 1, false);
SELECT pg_catalog.setval('groups_group_id_seq', 2, true);
SELECT pg_catalog.setval('permissions_permission_id_seq', 28, true);
SELECT pg_catalog.setval('pull_request_reviewers_pull_requests_reviewers_id_seq', 1, false);
SELECT pg_catalog.setval('pull_requests_pull_request_id_seq', 1, false);
SELECT pg_catalog.setval('repo_to_perm_repo_to_perm_id_seq', 5, true);
SELECT pg_catalog.setval('repositories_fields_repo_field_id_seq', 1, false);
SELECT pg_catalog.setval('repositories_repo_id_seq', 5, true);
SELECT pg_catalog.setval('settings_app_settings_id_seq', 19, true);
SELECT pg_catalog.setval('statistics_stat_id_seq', 1, false);
SELECT pg_catalog.setval('ui_ui_id_seq', 7, true);
SELECT pg_catalog.setval('user_api_keys_user_api_key_id_seq', 1, false);
SELECT pg_catalog.setval('user_email_map_email_id_seq', 1, false);
SELECT pg_catalog.setval('user_followings_user_following_id_seq', 5, true);
SELECT pg_catalog.setval('user_group_user_group_to_perm_user_group_user_group_to_perm_seq', 1, false);
SELECT pg_catalog.setval('user_ip_map_ip_id_seq', 1, false);
SELECT pg_catalog.setval('user_logs_user_log_id_seq', 5, true);
SELECT pg_catalog.setval('user_repo_group_to_perm_group_to_perm_id_seq', 2, true);
SELECT pg_catalog.setval('user_ssh_keys_user_ssh_key_id_seq', 1, false);
SELECT pg_catalog.setval('user_to_perm_user_to_perm_id_seq', 8, true);
SELECT pg_catalog.setval('user_user_group_to_perm_user_user_group_to_perm_id_seq', 1, false);
SELECT pg_catalog.setval('users_group_repo_group_to_per_users_group_repo_group_to_per_seq', 1, false);
SELECT pg_catalog.setval('users_group_repo_to_perm_users_group_to_perm_id_seq', 1, false);
SELECT pg_catalog.setval('users_group_to_perm_users_group_to_perm_id_seq', 1, false);
SELECT pg_catalog.setval('users_groups_members_users_group_member_id_seq', 1, false);
SELECT pg_catalog.setval('users_groups_users_group_id_seq', 1, false);
SELECT pg_catalog.setval('users_user_id_seq', 2, true);
ALTER TABLE ONLY alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY changeset_comments
    ADD CONSTRAINT pk_changeset_comments PRIMARY KEY (comment_id);
ALTER TABLE ONLY changeset_statuses
    ADD CONSTRAINT pk_changeset_statuses PRIMARY KEY (changeset_status_id);
ALTER TABLE ONLY gists
    ADD CONSTRAINT pk_gists PRIMARY KEY (gist_id);
ALTER TABLE ONLY groups
    ADD CONSTRAINT pk_groups PRIMARY KEY (group_id);
ALTER TABLE ONLY permissions
    ADD CONSTRAINT pk_permissions PRIMARY KEY (permission_id);
ALTER TABLE ONLY pull_request_reviewers
    ADD CONSTRAINT pk_pull_request_reviewers PRIMARY KEY (pull_requests_reviewers_id);
ALTER TABLE ONLY pull_requests
    ADD CONSTRAINT pk_pull_requests PRIMARY KEY (pull_request_id);
ALTER TABLE ONLY repo_to_perm
    ADD CONSTRAINT pk_repo_to_perm PRIMARY KEY (repo_to_perm_id);
ALTER TABLE ONLY repositories
    ADD CONSTRAINT pk_repositories PRIMARY KEY (repo_id);
ALTER TABLE ONLY repositories_fields
    ADD CONSTRAINT pk_repositories_fields PRIMARY KEY (repo_field_id);
ALTER TABLE ONLY settings
    ADD CONSTRAINT pk_settings PRIMARY KEY (app_settings_id);
ALTER TABLE ONLY statistics
    ADD CONSTRAINT pk_statistics PRIMARY KEY (stat_id);
ALTER TABLE ONLY ui
    ADD CONSTRAINT pk_ui PRIMARY KEY (ui_id);
ALTER TABLE ONLY user_api_keys
    ADD CONSTRAINT pk_user_api_keys PRIMARY KEY (user_api_key_id);
ALTER TABLE ONLY user_email_map
    ADD CONSTRAINT pk_user_email_map PRIMARY KEY (email_id);
ALTER TABLE ONLY user_followings
    ADD CONSTRAINT pk_user_followings PRIMARY KEY (user_following_id);
ALTER TABLE ONLY user_group_user_group_to_perm
    ADD CONSTRAINT pk_user_group_user_group_to_perm PRIMARY KEY (user_group_user_group_to_perm_id);
ALTER TABLE ONLY user_ip_map
    ADD CONSTRAINT pk_user_ip_map PRIMARY KEY (ip_id);
ALTER TABLE ONLY user_logs
    ADD CONSTRAINT pk_user_logs PRIMARY KEY (user_log_id);
ALTER TABLE ONLY user_repo_group_to_perm
    ADD CONSTRAINT pk_user_repo_group_to_perm PRIMARY KEY (group_to_perm_id);
ALTER TABLE ONLY user_ssh_keys
    ADD CONSTRAINT pk_user_ssh_keys PRIMARY KEY (user_ssh_key_id);
ALTER TABLE ONLY user_to_perm
    ADD CONSTRAINT pk_user_to_perm PRIMARY KEY (user_to_perm_id);
ALTER TABLE ONLY user_user_group_to_perm
    ADD CONSTRAINT pk_user_user_group_to_perm PRIMARY KEY (user_user_group_to_perm_id);
ALTER TABLE ONLY users
    ADD CONSTRAINT pk_users PRIMARY KEY (user_id);
ALTER TABLE ONLY users_group_repo_group_to_perm
    ADD CONSTRAINT pk_users_group_repo_group_to_perm PRIMARY KEY (users_group_repo_group_to_perm_id);
ALTER TABLE ONLY users_group_repo_to_perm
    ADD CONSTRAINT pk_users_group_repo_to_perm PRIMARY KEY (users_group_to_perm_id);
ALTER TABLE ONLY users_group_to_perm
    ADD CONSTRAINT pk_users_group_to_perm PRIMARY KEY (users_group_to_perm_id);
ALTER TABLE ONLY users_groups
    ADD CONSTRAINT pk_users_groups PRIMARY KEY (users_group_id);
ALTER TABLE ONLY users_groups_members
    ADD CONSTRAINT pk_users_groups_members PRIMARY KEY (users_group_member_id);
ALTER TABLE ONLY changeset_statuses
    ADD CONSTRAINT uq_changeset_statuses_repo_id UNIQUE (repo_id, revision, version);
ALTER TABLE ONLY groups
    ADD CONSTRAINT uq_groups_group_name UNIQUE (group_name);
ALTER TABLE ONLY repo_to_perm
    ADD CONSTRAINT uq_repo_to_perm_user_id UNIQUE (user_id, repository_id, permission_id);
ALTER TABLE ONLY repositories_fields
    ADD CONSTRAINT uq_repositories_fields_repository_id UNIQUE (repository_id, field_key);
ALTER TABLE ONLY repositories
    ADD CONSTRAINT uq_repositories_repo_name UNIQUE (repo_name);
ALTER TABLE ONLY settings
    ADD CONSTRAINT uq_settings_app_settings_name UNIQUE (app_settings_name);
ALTER TABLE ONLY statistics
    ADD CONSTRAINT uq_statistics_repository_id UNIQUE (repository_id);
ALTER TABLE ONLY ui
    ADD CONSTRAINT uq_ui_ui_section UNIQUE (ui_section, ui_key);
ALTER TABLE ONLY user_api_keys
    ADD CONSTRAINT uq_user_api_keys_api_key UNIQUE (api_key);
ALTER TABLE ONLY user_email_map
    ADD CONSTRAINT uq_user_email_map_email UNIQUE (email);
ALTER TABLE ONLY user_followings
    ADD CONSTRAINT uq_user_followings_user_repo UNIQUE (user_id, follows_repository_id);
ALTER TABLE ONLY user_followings
    ADD CONSTRAINT uq_user_followings_user_user UNIQUE (user_id, follows_user_id);
ALTER TABLE ONLY user_group_user_group_to_perm
    ADD CONSTRAINT uq_user_group_user_group_to_perm_target_user_group_id UNIQUE (target_user_group_id, user_group_id, permission_id);
ALTER TABLE ONLY user_ip_map
    ADD CONSTRAINT uq_user_ip_map_user_id UNIQUE (user_id, ip_addr);
ALTER TABLE ONLY user_repo_group_to_perm
    ADD CONSTRAINT uq_user_repo_group_to_perm_user_id UNIQUE (user_id, group_id, permission_id);
ALTER TABLE ONLY user_ssh_keys
    ADD CONSTRAINT uq_user_ssh_keys_fingerprint UNIQUE (fingerprint);
ALTER TABLE ONLY user_to_perm
    ADD CONSTRAINT uq_user_to_perm_user_id UNIQUE (user_id, permission_id);
ALTER TABLE ONLY user_user_group_to_perm
    ADD CONSTRAINT uq_user_user_group_to_perm_user_id UNIQUE (user_id, user_group_id, permission_id);
ALTER TABLE ONLY users
    ADD CONSTRAINT uq_users_email UNIQUE (email);
ALTER TABLE ONLY users_group_repo_group_to_perm
    ADD CONSTRAINT uq_users_group_repo_group_to_perm_users_group_id UNIQUE (users_group_id, group_id);
ALTER TABLE ONLY users_group_repo_to_perm
    ADD CONSTRAINT uq_users_group_repo_to_perm_repository_id UNIQUE (repository_id, users_group_id, permission_id);
ALTER TABLE ONLY users_group_to_perm
    ADD CONSTRAINT uq_users_group_to_perm_users_group_id UNIQUE (users_group_id, permission_id);
ALTER TABLE ONLY users_groups
    ADD CONSTRAINT uq_users_groups_users_group_name UNIQUE (users_group_name);
ALTER TABLE ONLY users
    ADD CONSTRAINT uq_users_username UNIQUE (username);
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
CREATE INDEX ui_ui_section_ui_key_idx ON ui USING btree (ui_section, ui_key);
CREATE INDEX usk_fingerprint_idx ON user_ssh_keys USING btree (fingerprint);
ALTER TABLE ONLY changeset_comments
    ADD CONSTRAINT fk_changeset_comments_pull_request_id FOREIGN KEY (pull_request_id) REFERENCES pull_requests(pull_request_id);
ALTER TABLE ONLY changeset_comments
    ADD CONSTRAINT fk_changeset_comments_repo_id FOREIGN KEY (repo_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY changeset_comments
    ADD CONSTRAINT fk_changeset_comments_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY changeset_statuses
    ADD CONSTRAINT fk_changeset_statuses_changeset_comment_id FOREIGN KEY (changeset_comment_id) REFERENCES changeset_comments(comment_id);
ALTER TABLE ONLY changeset_statuses
    ADD CONSTRAINT fk_changeset_statuses_pull_request_id FOREIGN KEY (pull_request_id) REFERENCES pull_requests(pull_request_id);
ALTER TABLE ONLY changeset_statuses
    ADD CONSTRAINT fk_changeset_statuses_repo_id FOREIGN KEY (repo_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY changeset_statuses
    ADD CONSTRAINT fk_changeset_statuses_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY gists
    ADD CONSTRAINT fk_gists_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY groups
    ADD CONSTRAINT fk_groups_group_parent_id FOREIGN KEY (group_parent_id) REFERENCES groups(group_id);
ALTER TABLE ONLY groups
    ADD CONSTRAINT fk_groups_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY pull_request_reviewers
    ADD CONSTRAINT fk_pull_request_reviewers_pull_request_id FOREIGN KEY (pull_request_id) REFERENCES pull_requests(pull_request_id);
ALTER TABLE ONLY pull_request_reviewers
    ADD CONSTRAINT fk_pull_request_reviewers_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY pull_requests
    ADD CONSTRAINT fk_pull_requests_org_repo_id FOREIGN KEY (org_repo_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY pull_requests
    ADD CONSTRAINT fk_pull_requests_other_repo_id FOREIGN KEY (other_repo_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY pull_requests
    ADD CONSTRAINT fk_pull_requests_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY repo_to_perm
    ADD CONSTRAINT fk_repo_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY repo_to_perm
    ADD CONSTRAINT fk_repo_to_perm_repository_id FOREIGN KEY (repository_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY repo_to_perm
    ADD CONSTRAINT fk_repo_to_perm_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY repositories_fields
    ADD CONSTRAINT fk_repositories_fields_repository_id FOREIGN KEY (repository_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY repositories
    ADD CONSTRAINT fk_repositories_fork_id FOREIGN KEY (fork_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY repositories
    ADD CONSTRAINT fk_repositories_group_id FOREIGN KEY (group_id) REFERENCES groups(group_id);
ALTER TABLE ONLY repositories
    ADD CONSTRAINT fk_repositories_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY statistics
    ADD CONSTRAINT fk_statistics_repository_id FOREIGN KEY (repository_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY user_api_keys
    ADD CONSTRAINT fk_user_api_keys_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_email_map
    ADD CONSTRAINT fk_user_email_map_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_followings
    ADD CONSTRAINT fk_user_followings_follows_repository_id FOREIGN KEY (follows_repository_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY user_followings
    ADD CONSTRAINT fk_user_followings_follows_user_id FOREIGN KEY (follows_user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_followings
    ADD CONSTRAINT fk_user_followings_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_group_user_group_to_perm
    ADD CONSTRAINT fk_user_group_user_group_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY user_group_user_group_to_perm
    ADD CONSTRAINT fk_user_group_user_group_to_perm_target_user_group_id FOREIGN KEY (target_user_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY user_group_user_group_to_perm
    ADD CONSTRAINT fk_user_group_user_group_to_perm_user_group_id FOREIGN KEY (user_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY user_ip_map
    ADD CONSTRAINT fk_user_ip_map_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_logs
    ADD CONSTRAINT fk_user_logs_repository_id FOREIGN KEY (repository_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY user_logs
    ADD CONSTRAINT fk_user_logs_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_repo_group_to_perm
    ADD CONSTRAINT fk_user_repo_group_to_perm_group_id FOREIGN KEY (group_id) REFERENCES groups(group_id);
ALTER TABLE ONLY user_repo_group_to_perm
    ADD CONSTRAINT fk_user_repo_group_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY user_repo_group_to_perm
    ADD CONSTRAINT fk_user_repo_group_to_perm_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_ssh_keys
    ADD CONSTRAINT fk_user_ssh_keys_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_to_perm
    ADD CONSTRAINT fk_user_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY user_to_perm
    ADD CONSTRAINT fk_user_to_perm_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY user_user_group_to_perm
    ADD CONSTRAINT fk_user_user_group_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY user_user_group_to_perm
    ADD CONSTRAINT fk_user_user_group_to_perm_user_group_id FOREIGN KEY (user_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY user_user_group_to_perm
    ADD CONSTRAINT fk_user_user_group_to_perm_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY users_group_repo_group_to_perm
    ADD CONSTRAINT fk_users_group_repo_group_to_perm_group_id FOREIGN KEY (group_id) REFERENCES groups(group_id);
ALTER TABLE ONLY users_group_repo_group_to_perm
    ADD CONSTRAINT fk_users_group_repo_group_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY users_group_repo_group_to_perm
    ADD CONSTRAINT fk_users_group_repo_group_to_perm_users_group_id FOREIGN KEY (users_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY users_group_repo_to_perm
    ADD CONSTRAINT fk_users_group_repo_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY users_group_repo_to_perm
    ADD CONSTRAINT fk_users_group_repo_to_perm_repository_id FOREIGN KEY (repository_id) REFERENCES repositories(repo_id);
ALTER TABLE ONLY users_group_repo_to_perm
    ADD CONSTRAINT fk_users_group_repo_to_perm_users_group_id FOREIGN KEY (users_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY users_group_to_perm
    ADD CONSTRAINT fk_users_group_to_perm_permission_id FOREIGN KEY (permission_id) REFERENCES permissions(permission_id);
ALTER TABLE ONLY users_group_to_perm
    ADD CONSTRAINT fk_users_group_to_perm_users_group_id FOREIGN KEY (users_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY users_groups_members
    ADD CONSTRAINT fk_users_groups_members_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);
ALTER TABLE ONLY users_groups_members
    ADD CONSTRAINT fk_users_groups_members_users_group_id FOREIGN KEY (users_group_id) REFERENCES users_groups(users_group_id);
ALTER TABLE ONLY users_groups
    ADD CONSTRAINT fk_users_groups_user_id FOREIGN KEY (user_id) REFERENCES users(user_id);

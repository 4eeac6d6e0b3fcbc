CREATE TABLE cache_invalidation (
	cache_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	cache_key VARCHAR(255),
	cache_args VARCHAR(255),
	cache_active BOOLEAN,
	UNIQUE (cache_key),
	UNIQUE (cache_id),
	CHECK (cache_active IN (0, 1))
);
CREATE TABLE changeset_comments (
	comment_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	repo_id INTEGER NOT NULL,
	revision VARCHAR(40),
	pull_request_id INTEGER,
	line_no VARCHAR(10),
	f_path VARCHAR(1000),
	user_id INTEGER NOT NULL,
	text TEXT NOT NULL,
	created_on DATETIME NOT NULL,
	modified_at DATETIME NOT NULL,
	UNIQUE (comment_id),
	FOREIGN KEY(repo_id) REFERENCES repositories (repo_id),
	FOREIGN KEY(pull_request_id) REFERENCES pull_requests (pull_request_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id)
);
CREATE TABLE changeset_statuses (
	changeset_status_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	repo_id INTEGER NOT NULL,
	user_id INTEGER NOT NULL,
	revision VARCHAR(40) NOT NULL,
	status VARCHAR(128) NOT NULL,
	changeset_comment_id INTEGER NOT NULL,
	modified_at DATETIME NOT NULL,
	version INTEGER NOT NULL,
	pull_request_id INTEGER,
	UNIQUE (repo_id, revision, version),
	UNIQUE (changeset_status_id),
	FOREIGN KEY(repo_id) REFERENCES repositories (repo_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id),
	FOREIGN KEY(changeset_comment_id) REFERENCES changeset_comments (comment_id),
	FOREIGN KEY(pull_request_id) REFERENCES pull_requests (pull_request_id)
);
CREATE TABLE db_migrate_version (
	repository_id VARCHAR(250) NOT NULL,
	repository_path TEXT,
	version INTEGER,
	PRIMARY KEY (repository_id),
	UNIQUE (repository_id)
);
CREATE TABLE gists (
	gist_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	gist_access_id VARCHAR(250),
	gist_description TEXT,
	user_id INTEGER,
	gist_expires FLOAT NOT NULL,
	gist_type VARCHAR(128) NOT NULL,
	created_on DATETIME NOT NULL,
	modified_at DATETIME NOT NULL,
	UNIQUE (gist_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id)
);
CREATE TABLE groups (
	group_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	group_name VARCHAR(255) NOT NULL,
	group_parent_id INTEGER,
	group_description VARCHAR(10000),
	enable_locking BOOLEAN NOT NULL,
	user_id INTEGER NOT NULL,
	created_on DATETIME NOT NULL,
	UNIQUE (group_name, group_parent_id),
	UNIQUE (group_id),
	UNIQUE (group_name),
	FOREIGN KEY(group_parent_id) REFERENCES groups (group_id),
	CHECK (enable_locking IN (0, 1)),
	FOREIGN KEY(user_id) REFERENCES users (user_id)
);
CREATE TABLE notifications (
	notification_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	subject VARCHAR(512),
	body TEXT,
	created_by INTEGER,
	created_on DATETIME NOT NULL,
	type VARCHAR(255),
	UNIQUE (notification_id),
	FOREIGN KEY(created_by) REFERENCES users (user_id)
);
CREATE TABLE permissions (
	permission_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	permission_name VARCHAR(255),
	permission_longname VARCHAR(255),
	UNIQUE (permission_id)
);
CREATE TABLE pull_request_reviewers (
	pull_requests_reviewers_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	pull_request_id INTEGER NOT NULL,
	user_id INTEGER,
	UNIQUE (pull_requests_reviewers_id),
	FOREIGN KEY(pull_request_id) REFERENCES pull_requests (pull_request_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id)
);
CREATE TABLE pull_requests (
	pull_request_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	title VARCHAR(255),
	description TEXT,
	status VARCHAR(255) NOT NULL,
	created_on DATETIME NOT NULL,
	updated_on DATETIME NOT NULL,
	user_id INTEGER NOT NULL,
	revisions TEXT,
	org_repo_id INTEGER NOT NULL,
	org_ref VARCHAR(255) NOT NULL,
	other_repo_id INTEGER NOT NULL,
	other_ref VARCHAR(255) NOT NULL,
	UNIQUE (pull_request_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id),
	FOREIGN KEY(org_repo_id) REFERENCES repositories (repo_id),
	FOREIGN KEY(other_repo_id) REFERENCES repositories (repo_id)
);
CREATE TABLE repo_to_perm (
	repo_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	repository_id INTEGER NOT NULL,
	UNIQUE (user_id, repository_id, permission_id),
	UNIQUE (repo_to_perm_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id),
	FOREIGN KEY(permission_id) REFERENCES permissions (permission_id),
	FOREIGN KEY(repository_id) REFERENCES repositories (repo_id)
);
CREATE TABLE repositories (
	repo_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	repo_name VARCHAR(255) NOT NULL,
	repo_state VARCHAR(255),
	clone_uri VARCHAR(255),
	repo_type VARCHAR(255) NOT NULL,
	user_id INTEGER NOT NULL,
	private BOOLEAN,
	statistics BOOLEAN,
	downloads BOOLEAN,
	description VARCHAR(10000),
	created_on DATETIME NOT NULL,
	updated_on DATETIME NOT NULL,
	landing_revision VARCHAR(255) NOT NULL,
	enable_locking BOOLEAN NOT NULL,
	locked VARCHAR(255),
	changeset_cache BLOB,
	fork_id INTEGER,
	group_id INTEGER,
	UNIQUE (repo_name),
	UNIQUE (repo_id),
	UNIQUE (repo_name),
	FOREIGN KEY(user_id) REFERENCES users (user_id),
	CHECK (private IN (0, 1)),
	CHECK (statistics IN (0, 1)),
	CHECK (downloads IN (0, 1)),
	CHECK (enable_locking IN (0, 1)),
	FOREIGN KEY(fork_id) REFERENCES repositories (repo_id),
	FOREIGN KEY(group_id) REFERENCES groups (group_id)
);
CREATE TABLE repositories_fields (
	repo_field_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	repository_id INTEGER NOT NULL,
	field_key VARCHAR(250),
	field_label VARCHAR(1024) NOT NULL,
	field_value VARCHAR(10000) NOT NULL,
	field_desc VARCHAR(1024) NOT NULL,
	field_type VARCHAR(255) NOT NULL,
	created_on DATETIME NOT NULL,
	UNIQUE (repository_id, field_key),
	UNIQUE (repo_field_id),
	FOREIGN KEY(repository_id) REFERENCES repositories (repo_id)
);
CREATE TABLE settings (
	app_settings_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	app_settings_name VARCHAR(255),
	app_settings_value VARCHAR(4096),
	app_settings_type VARCHAR(255),
	UNIQUE (app_settings_name),
	UNIQUE (app_settings_id)
);
CREATE TABLE statistics (
	stat_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	repository_id INTEGER NOT NULL,
	stat_on_revision INTEGER NOT NULL,
	commit_activity BLOB NOT NULL,
	commit_activity_combined BLOB NOT NULL,
	languages BLOB NOT NULL,
	UNIQUE (repository_id),
	UNIQUE (stat_id),
	UNIQUE (repository_id),
	FOREIGN KEY(repository_id) REFERENCES repositories (repo_id)
);
CREATE TABLE ui (
	ui_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	ui_section VARCHAR(255),
	ui_key VARCHAR(255),
	ui_value VARCHAR(255),
	ui_active BOOLEAN,
	UNIQUE (ui_key),
	UNIQUE (ui_id),
	CHECK (ui_active IN (0, 1))
);
CREATE TABLE user_api_keys (
	user_api_key_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER,
	api_key VARCHAR(255) NOT NULL,
	description TEXT,
	expires FLOAT NOT NULL,
	created_on DATETIME NOT NULL,
	UNIQUE (api_key),
	UNIQUE (user_api_key_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id),
	UNIQUE (api_key)
);
CREATE TABLE user_email_map (
	email_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER,
	email VARCHAR(255),
	UNIQUE (email),
	UNIQUE (email_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id)
);
CREATE TABLE user_followings (
	user_following_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	follows_repository_id INTEGER,
	follows_user_id INTEGER,
	follows_from DATETIME,
	UNIQUE (user_id, follows_repository_id),
	UNIQUE (user_id, follows_user_id),
	UNIQUE (user_following_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id),
	FOREIGN KEY(follows_repository_id) REFERENCES repositories (repo_id),
	FOREIGN KEY(follows_user_id) REFERENCES users (user_id)
);
CREATE TABLE user_group_user_group_to_perm (
	user_group_user_group_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	target_user_group_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	user_group_id INTEGER NOT NULL,
	UNIQUE (target_user_group_id, user_group_id, permission_id),
	UNIQUE (user_group_user_group_to_perm_id),
	FOREIGN KEY(target_user_group_id) REFERENCES users_groups (users_group_id),
	FOREIGN KEY(permission_id) REFERENCES permissions (permission_id),
	FOREIGN KEY(user_group_id) REFERENCES users_groups (users_group_id)
);
CREATE TABLE user_ip_map (
	ip_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER,
	ip_addr VARCHAR(255),
	active BOOLEAN,
	UNIQUE (user_id, ip_addr),
	UNIQUE (ip_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id),
	CHECK (active IN (0, 1))
);
CREATE TABLE user_logs (
	user_log_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER,
	username VARCHAR(255),
	repository_id INTEGER,
	repository_name VARCHAR(255),
	user_ip VARCHAR(255),
	action TEXT,
	action_date DATETIME,
	UNIQUE (user_log_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id),
	FOREIGN KEY(repository_id) REFERENCES repositories (repo_id)
);
CREATE TABLE user_repo_group_to_perm (
	group_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	group_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	UNIQUE (user_id, group_id, permission_id),
	UNIQUE (group_to_perm_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id),
	FOREIGN KEY(group_id) REFERENCES groups (group_id),
	FOREIGN KEY(permission_id) REFERENCES permissions (permission_id)
);
CREATE TABLE user_to_notification (
	user_id INTEGER NOT NULL,
	notification_id INTEGER NOT NULL,
	read BOOLEAN,
	sent_on DATETIME,
	PRIMARY KEY (user_id, notification_id),
	UNIQUE (user_id, notification_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id),
	FOREIGN KEY(notification_id) REFERENCES notifications (notification_id),
	CHECK (read IN (0, 1))
);
CREATE TABLE user_to_perm (
	user_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	UNIQUE (user_id, permission_id),
	UNIQUE (user_to_perm_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id),
	FOREIGN KEY(permission_id) REFERENCES permissions (permission_id)
);
CREATE TABLE user_user_group_to_perm (
	user_user_group_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	user_group_id INTEGER NOT NULL,
	UNIQUE (user_id, user_group_id, permission_id),
	UNIQUE (user_user_group_to_perm_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id),
	FOREIGN KEY(permission_id) REFERENCES permissions (permission_id),
	FOREIGN KEY(user_group_id) REFERENCES users_groups (users_group_id)
);
CREATE TABLE users (
	user_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	username VARCHAR(255),
	password VARCHAR(255),
	active BOOLEAN,
	admin BOOLEAN,
	firstname VARCHAR(255),
	lastname VARCHAR(255),
	email VARCHAR(255),
	last_login DATETIME,
	extern_type VARCHAR(255),
	extern_name VARCHAR(255),
	api_key VARCHAR(255),
	inherit_default_permissions BOOLEAN NOT NULL,
	created_on DATETIME NOT NULL,
	user_data BLOB,
	UNIQUE (username),
	UNIQUE (email),
	UNIQUE (user_id),
	CHECK (active IN (0, 1)),
	CHECK (admin IN (0, 1)),
	CHECK (inherit_default_permissions IN (0, 1))
);
CREATE TABLE users_group_repo_group_to_perm (
	users_group_repo_group_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	users_group_id INTEGER NOT NULL,
	group_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	UNIQUE (users_group_id, group_id),
	UNIQUE (users_group_repo_group_to_perm_id),
	FOREIGN KEY(users_group_id) REFERENCES users_groups (users_group_id),
	FOREIGN KEY(group_id) REFERENCES groups (group_id),
	FOREIGN KEY(permission_id) REFERENCES permissions (permission_id)
);
CREATE TABLE users_group_repo_to_perm (
	users_group_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	users_group_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	repository_id INTEGER NOT NULL,
	UNIQUE (repository_id, users_group_id, permission_id),
	UNIQUE (users_group_to_perm_id),
	FOREIGN KEY(users_group_id) REFERENCES users_groups (users_group_id),
	FOREIGN KEY(permission_id) REFERENCES permissions (permission_id),
	FOREIGN KEY(repository_id) REFERENCES repositories (repo_id)
);
CREATE TABLE users_group_to_perm (
	users_group_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	users_group_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	UNIQUE (users_group_id, permission_id),
	UNIQUE (users_group_to_perm_id),
	FOREIGN KEY(users_group_id) REFERENCES users_groups (users_group_id),
	FOREIGN KEY(permission_id) REFERENCES permissions (permission_id)
);
CREATE TABLE users_groups (
	users_group_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	users_group_name VARCHAR(255) NOT NULL,
	user_group_description VARCHAR(10000),
	users_group_active BOOLEAN,
	users_group_inherit_default_permissions BOOLEAN NOT NULL,
	user_id INTEGER NOT NULL,
	created_on DATETIME NOT NULL,
	group_data BLOB,
	UNIQUE (users_group_id),
	UNIQUE (users_group_name),
	CHECK (users_group_active IN (0, 1)),
	CHECK (users_group_inherit_default_permissions IN (0, 1)),
	FOREIGN KEY(user_id) REFERENCES users (user_id)
);
CREATE TABLE users_groups_members (
	users_group_member_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	users_group_id INTEGER NOT NULL,
	user_id INTEGER NOT NULL,
	UNIQUE (users_group_member_id),
	FOREIGN KEY(users_group_id) REFERENCES users_groups (users_group_id),
	FOREIGN KEY(user_id) REFERENCES users (user_id)
);
CREATE INDEX cc_pull_request_id_idx ON changeset_comments (pull_request_id);
CREATE INDEX cc_revision_idx ON changeset_comments (revision);
CREATE INDEX cs_changeset_comment_id_idx ON changeset_statuses (changeset_comment_id);
CREATE INDEX cs_pull_request_id_idx ON changeset_statuses (pull_request_id);
CREATE INDEX cs_pull_request_id_user_id_version_idx ON changeset_statuses (pull_request_id, user_id, version);
CREATE INDEX cs_revision_idx ON changeset_statuses (revision);
CREATE INDEX cs_version_idx ON changeset_statuses (version);
CREATE INDEX g_created_on_idx ON gists (created_on);
CREATE INDEX g_gist_access_id_idx ON gists (gist_access_id);
CREATE INDEX key_idx ON cache_invalidation (cache_key);
CREATE INDEX notification_type_idx ON notifications (type);
CREATE INDEX p_perm_name_idx ON permissions (permission_name);
CREATE INDEX pr_org_repo_id_idx ON pull_requests (org_repo_id);
CREATE INDEX pr_other_repo_id_idx ON pull_requests (other_repo_id);
CREATE INDEX r_repo_name_idx ON repositories (repo_name);
CREATE INDEX u_email_idx ON users (email);
CREATE INDEX u_username_idx ON users (username);
CREATE INDEX uak_api_key_expires_idx ON user_api_keys (api_key, expires);
CREATE INDEX uak_api_key_idx ON user_api_keys (api_key);
CREATE INDEX uem_email_idx ON user_email_map (email);

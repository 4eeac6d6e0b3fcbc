CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('7ba0d2cad930');
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
	CONSTRAINT fk_changeset_comments_repo_id FOREIGN KEY(repo_id) REFERENCES repositories (repo_id),
	CONSTRAINT fk_changeset_comments_pull_request_id FOREIGN KEY(pull_request_id) REFERENCES pull_requests (pull_request_id),
	CONSTRAINT fk_changeset_comments_user_id FOREIGN KEY(user_id) REFERENCES users (user_id)
);
CREATE TABLE changeset_statuses (
	changeset_status_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	repo_id INTEGER NOT NULL,
	user_id INTEGER NOT NULL,
	revision VARCHAR(40),
	status VARCHAR(128) NOT NULL,
	changeset_comment_id INTEGER NOT NULL,
	modified_at DATETIME NOT NULL,
	version INTEGER NOT NULL,
	pull_request_id INTEGER,
	CONSTRAINT uq_changeset_statuses_repo_id UNIQUE (repo_id, revision, version),
	CONSTRAINT fk_changeset_statuses_repo_id FOREIGN KEY(repo_id) REFERENCES repositories (repo_id),
	CONSTRAINT fk_changeset_statuses_user_id FOREIGN KEY(user_id) REFERENCES users (user_id),
	CONSTRAINT fk_changeset_statuses_changeset_comment_id FOREIGN KEY(changeset_comment_id) REFERENCES changeset_comments (comment_id),
	CONSTRAINT fk_changeset_statuses_pull_request_id FOREIGN KEY(pull_request_id) REFERENCES pull_requests (pull_request_id)
);
CREATE TABLE gists (
	gist_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	gist_access_id VARCHAR(250) NOT NULL,
	gist_description TEXT NOT NULL,
	user_id INTEGER NOT NULL,
	gist_expires FLOAT NOT NULL,
	gist_type VARCHAR(128) NOT NULL,
	created_on DATETIME NOT NULL,
	modified_at DATETIME NOT NULL,
	CONSTRAINT fk_gists_user_id FOREIGN KEY(user_id) REFERENCES users (user_id)
);
CREATE TABLE groups (
	group_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	group_name VARCHAR(255) NOT NULL,
	group_parent_id INTEGER,
	group_description VARCHAR(10000) NOT NULL,
	user_id INTEGER NOT NULL,
	created_on DATETIME NOT NULL,
	CONSTRAINT uq_groups_group_name UNIQUE (group_name),
	CONSTRAINT fk_groups_group_parent_id FOREIGN KEY(group_parent_id) REFERENCES groups (group_id),
	CONSTRAINT fk_groups_user_id FOREIGN KEY(user_id) REFERENCES users (user_id)
);
INSERT INTO "groups" VALUES(1,'skupina',NULL,'skupina group',2,'2026-11-22 09:24:39.875555');
INSERT INTO "groups" VALUES(2,'skupina/deep',1,'skupina/deep group',2,'2026-11-22 09:24:39.879677');
CREATE TABLE permissions (
	permission_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	permission_name VARCHAR(255) NOT NULL
);
INSERT INTO "permissions" VALUES(1,'hg.admin');
INSERT INTO "permissions" VALUES(2,'repository.none');
INSERT INTO "permissions" VALUES(3,'repository.read');
INSERT INTO "permissions" VALUES(4,'repository.write');
INSERT INTO "permissions" VALUES(5,'repository.admin');
INSERT INTO "permissions" VALUES(6,'group.none');
INSERT INTO "permissions" VALUES(7,'group.read');
INSERT INTO "permissions" VALUES(8,'group.write');
INSERT INTO "permissions" VALUES(9,'group.admin');
INSERT INTO "permissions" VALUES(10,'usergroup.none');
INSERT INTO "permissions" VALUES(11,'usergroup.read');
INSERT INTO "permissions" VALUES(12,'usergroup.write');
INSERT INTO "permissions" VALUES(13,'usergroup.admin');
INSERT INTO "permissions" VALUES(14,'hg.usergroup.create.false');
INSERT INTO "permissions" VALUES(15,'hg.usergroup.create.true');
INSERT INTO "permissions" VALUES(16,'hg.create.none');
INSERT INTO "permissions" VALUES(17,'hg.create.repository');
INSERT INTO "permissions" VALUES(18,'hg.fork.none');
INSERT INTO "permissions" VALUES(19,'hg.fork.repository');
INSERT INTO "permissions" VALUES(20,'hg.register.none');
INSERT INTO "permissions" VALUES(21,'hg.register.manual_activate');
INSERT INTO "permissions" VALUES(22,'hg.register.auto_activate');
INSERT INTO "permissions" VALUES(23,'hg.extern_activate.manual');
INSERT INTO "permissions" VALUES(24,'hg.extern_activate.auto');
CREATE TABLE pull_request_reviewers (
	pull_requests_reviewers_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	pull_request_id INTEGER NOT NULL,
	user_id INTEGER NOT NULL,
	CONSTRAINT uq_pull_request_reviewers_pull_request_id UNIQUE (pull_request_id, user_id),
	CONSTRAINT fk_pull_request_reviewers_pull_request_id FOREIGN KEY(pull_request_id) REFERENCES pull_requests (pull_request_id),
	CONSTRAINT fk_pull_request_reviewers_user_id FOREIGN KEY(user_id) REFERENCES users (user_id)
);
CREATE TABLE pull_requests (
	pull_request_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	title VARCHAR(255) NOT NULL,
	description TEXT NOT NULL,
	status VARCHAR(255) NOT NULL,
	created_on DATETIME NOT NULL,
	updated_on DATETIME NOT NULL,
	user_id INTEGER NOT NULL,
	revisions TEXT NOT NULL,
	org_repo_id INTEGER NOT NULL,
	org_ref VARCHAR(255) NOT NULL,
	other_repo_id INTEGER NOT NULL,
	other_ref VARCHAR(255) NOT NULL,
	CONSTRAINT fk_pull_requests_user_id FOREIGN KEY(user_id) REFERENCES users (user_id),
	CONSTRAINT fk_pull_requests_org_repo_id FOREIGN KEY(org_repo_id) REFERENCES repositories (repo_id),
	CONSTRAINT fk_pull_requests_other_repo_id FOREIGN KEY(other_repo_id) REFERENCES repositories (repo_id)
);
CREATE TABLE repo_to_perm (
	repo_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	repository_id INTEGER NOT NULL,
	CONSTRAINT uq_repo_to_perm_user_id UNIQUE (user_id, repository_id, permission_id),
	CONSTRAINT fk_repo_to_perm_user_id FOREIGN KEY(user_id) REFERENCES users (user_id),
	CONSTRAINT fk_repo_to_perm_permission_id FOREIGN KEY(permission_id) REFERENCES permissions (permission_id),
	CONSTRAINT fk_repo_to_perm_repository_id FOREIGN KEY(repository_id) REFERENCES repositories (repo_id)
);
INSERT INTO "repo_to_perm" VALUES(1,1,3,1);
INSERT INTO "repo_to_perm" VALUES(2,1,3,2);
INSERT INTO "repo_to_perm" VALUES(3,1,3,3);
INSERT INTO "repo_to_perm" VALUES(4,1,3,4);
INSERT INTO "repo_to_perm" VALUES(5,1,3,5);
CREATE TABLE repositories (
	repo_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	repo_name VARCHAR(255) NOT NULL,
	repo_state VARCHAR(255) NOT NULL,
	clone_uri VARCHAR(255),
	repo_type VARCHAR(255) NOT NULL,
	user_id INTEGER NOT NULL,
	private BOOLEAN NOT NULL,
	statistics BOOLEAN NOT NULL,
	downloads BOOLEAN NOT NULL,
	description VARCHAR(10000) NOT NULL,
	created_on DATETIME NOT NULL,
	updated_on DATETIME NOT NULL,
	landing_revision VARCHAR(255) NOT NULL,
	changeset_cache BLOB,
	fork_id INTEGER,
	group_id INTEGER,
	CONSTRAINT uq_repositories_repo_name UNIQUE (repo_name),
	CONSTRAINT fk_repositories_user_id FOREIGN KEY(user_id) REFERENCES users (user_id),
	CONSTRAINT ck_repositories_private CHECK (private IN (0, 1)),
	CONSTRAINT ck_repositories_statistics CHECK (statistics IN (0, 1)),
	CONSTRAINT ck_repositories_downloads CHECK (downloads IN (0, 1)),
	CONSTRAINT fk_repositories_fork_id FOREIGN KEY(fork_id) REFERENCES repositories (repo_id),
	CONSTRAINT fk_repositories_group_id FOREIGN KEY(group_id) REFERENCES groups (group_id)
);
INSERT INTO "repositories" VALUES(1,'git-main','repo_state_created',NULL,'git',2,0,0,0,'Unnamed repository; edit this file ''description'' to name the repository.
','2026-11-22 09:24:39.814232','2026-11-22 09:23:06.000000','rev:tip',X'7B2273686F72745F6964223A2022386239353839376266633065222C20227261775F6964223A202238623935383937626663306535643831303535653734326537323130363864303863323835623738222C20227265766973696F6E223A20322C20226D657373616765223A20225C75303063346E646572756E672033205C7532303133205C75303137656C755C75303136356F755C75303130646B5C75303066645C6E222C202264617465223A2022323032362D31312D32325430393A32333A3036222C2022617574686F72223A20224A5C75303066367267204D5C75303066636C6C6572203C6A6F7267406578616D706C652E6F72673E227D',NULL,NULL);
INSERT INTO "repositories" VALUES(2,'hg-main','repo_state_created',NULL,'hg',2,0,0,0,'hg-main repository','2026-11-22 09:24:39.838846','2026-11-22 09:23:07.000000','rev:tip',X'7B2273686F72745F6964223A2022333935663238636339646134222C20227261775F6964223A202233393566323863633964613466386539346639316635303562653066663731376561323437623031222C20227265766973696F6E223A20322C20226D657373616765223A20227A6D5C75303131626E612033222C202264617465223A2022323032362D31312D32325430393A32333A3037222C2022617574686F72223A20225C75303137646F666965204E6F765C75303065316B6F765C7530306531203C7A6F666965406578616D706C652E6F72673E227D',NULL,NULL);
INSERT INTO "repositories" VALUES(3,'projekty-git','repo_state_created',NULL,'git',2,0,0,0,'Unnamed repository; edit this file ''description'' to name the repository.
','2026-11-22 09:24:39.853624','2026-11-22 09:23:08.000000','rev:tip',X'7B2273686F72745F6964223A2022653337386131336265346236222C20227261775F6964223A202265333738613133626534623665363665323439326531353431306137633037333831396662376261222C20227265766973696F6E223A20322C20226D657373616765223A20225C75303063346E646572756E672033205C7532303133205C75303137656C755C75303136356F755C75303130646B5C75303066645C6E222C202264617465223A2022323032362D31312D32325430393A32333A3038222C2022617574686F72223A20224A5C75303066367267204D5C75303066636C6C6572203C6A6F7267406578616D706C652E6F72673E227D',NULL,NULL);
INSERT INTO "repositories" VALUES(4,'skupina/deep/hg-sub','repo_state_created',NULL,'hg',2,0,0,0,'skupina/deep/hg-sub repository','2026-11-22 09:24:39.883331','2026-11-22 09:23:08.000000','rev:tip',X'7B2273686F72745F6964223A2022643830316465363333663666222C20227261775F6964223A202264383031646536333366366664646531623966663038666532626564356532386234306438323138222C20227265766973696F6E223A20322C20226D657373616765223A20227A6D5C75303131626E612033222C202264617465223A2022323032362D31312D32325430393A32333A3038222C2022617574686F72223A20225C75303137646F666965204E6F765C75303065316B6F765C7530306531203C7A6F666965406578616D706C652E6F72673E227D',NULL,2);
INSERT INTO "repositories" VALUES(5,'skupina/git-sub','repo_state_created',NULL,'git',2,0,0,0,'Unnamed repository; edit this file ''description'' to name the repository.
','2026-11-22 09:24:39.899040','2026-11-22 09:23:06.000000','rev:tip',X'7B2273686F72745F6964223A2022386239353839376266633065222C20227261775F6964223A202238623935383937626663306535643831303535653734326537323130363864303863323835623738222C20227265766973696F6E223A20322C20226D657373616765223A20225C75303063346E646572756E672033205C7532303133205C75303137656C755C75303136356F755C75303130646B5C75303066645C6E222C202264617465223A2022323032362D31312D32325430393A32333A3036222C2022617574686F72223A20224A5C75303066367267204D5C75303066636C6C6572203C6A6F7267406578616D706C652E6F72673E227D',NULL,1);
CREATE TABLE repositories_fields (
	repo_field_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	repository_id INTEGER NOT NULL,
	field_key VARCHAR(250) NOT NULL,
	field_label VARCHAR(1024) NOT NULL,
	field_value VARCHAR(10000) NOT NULL,
	field_desc VARCHAR(1024) NOT NULL,
	field_type VARCHAR(255) NOT NULL,
	created_on DATETIME NOT NULL,
	CONSTRAINT uq_repositories_fields_repository_id UNIQUE (repository_id, field_key),
	CONSTRAINT fk_repositories_fields_repository_id FOREIGN KEY(repository_id) REFERENCES repositories (repo_id)
);
CREATE TABLE settings (
	app_settings_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	app_settings_name VARCHAR(255) NOT NULL,
	app_settings_value VARCHAR(4096) NOT NULL,
	app_settings_type VARCHAR(255),
	CONSTRAINT uq_settings_app_settings_name UNIQUE (app_settings_name)
);
INSERT INTO "settings" VALUES(1,'realm','Kallithea','unicode');
INSERT INTO "settings" VALUES(2,'title','','unicode');
INSERT INTO "settings" VALUES(3,'ga_code','','unicode');
INSERT INTO "settings" VALUES(4,'show_public_icon','True','bool');
INSERT INTO "settings" VALUES(5,'show_private_icon','True','bool');
INSERT INTO "settings" VALUES(6,'stylify_metalabels','False','bool');
INSERT INTO "settings" VALUES(7,'dashboard_items','100','int');
INSERT INTO "settings" VALUES(8,'admin_grid_items','25','int');
INSERT INTO "settings" VALUES(9,'show_version','True','bool');
INSERT INTO "settings" VALUES(10,'use_gravatar','True','bool');
INSERT INTO "settings" VALUES(11,'gravatar_url','https://secure.gravatar.com/avatar/{md5email}?d=identicon&s={size}','unicode');
INSERT INTO "settings" VALUES(12,'clone_uri_tmpl','{scheme}://{user}@{netloc}/{repo}','unicode');
INSERT INTO "settings" VALUES(13,'clone_ssh_tmpl','ssh://{system_user}@{hostname}/{repo}','unicode');
INSERT INTO "settings" VALUES(14,'auth_plugins','kallithea.lib.auth_modules.auth_internal','list');
INSERT INTO "settings" VALUES(15,'auth_internal_enabled','True','bool');
INSERT INTO "settings" VALUES(16,'default_repo_enable_downloads','False','bool');
INSERT INTO "settings" VALUES(17,'default_repo_enable_statistics','False','bool');
INSERT INTO "settings" VALUES(18,'default_repo_private','False','bool');
INSERT INTO "settings" VALUES(19,'default_repo_type','hg','unicode');
CREATE TABLE statistics (
	stat_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	repository_id INTEGER NOT NULL,
	stat_on_revision INTEGER NOT NULL,
	commit_activity BLOB NOT NULL,
	commit_activity_combined BLOB NOT NULL,
	languages BLOB NOT NULL,
	CONSTRAINT uq_statistics_repository_id UNIQUE (repository_id),
	CONSTRAINT fk_statistics_repository_id FOREIGN KEY(repository_id) REFERENCES repositories (repo_id)
);
CREATE TABLE ui (
	ui_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	ui_section VARCHAR(255) NOT NULL,
	ui_key VARCHAR(255) NOT NULL,
	ui_value VARCHAR(255),
	ui_active BOOLEAN NOT NULL,
	CONSTRAINT uq_ui_ui_section UNIQUE (ui_section, ui_key),
	CONSTRAINT ck_ui_ui_active CHECK (ui_active IN (0, 1))
);
INSERT INTO "ui" VALUES(1,'paths','/','/srv/kallithea/work/inst-0.7.0-sqlite/repos',1);
INSERT INTO "ui" VALUES(2,'hooks','changegroup.kallithea_update','python:',0);
INSERT INTO "ui" VALUES(3,'hooks','changegroup.kallithea_repo_size','python:',1);
INSERT INTO "ui" VALUES(4,'extensions','largefiles','',1);
INSERT INTO "ui" VALUES(5,'largefiles','usercache','/srv/kallithea/work/inst-0.7.0-sqlite/repos/.cache/largefiles',1);
INSERT INTO "ui" VALUES(6,'extensions','hggit','',0);
CREATE TABLE user_api_keys (
	user_api_key_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	api_key VARCHAR(255) NOT NULL,
	description TEXT NOT NULL,
	expires FLOAT NOT NULL,
	created_on DATETIME NOT NULL,
	CONSTRAINT fk_user_api_keys_user_id FOREIGN KEY(user_id) REFERENCES users (user_id),
	CONSTRAINT uq_user_api_keys_api_key UNIQUE (api_key)
);
CREATE TABLE user_email_map (
	email_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	email VARCHAR(255) NOT NULL,
	CONSTRAINT fk_user_email_map_user_id FOREIGN KEY(user_id) REFERENCES users (user_id),
	CONSTRAINT uq_user_email_map_email UNIQUE (email)
);
CREATE TABLE user_followings (
	user_following_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	follows_repository_id INTEGER,
	follows_user_id INTEGER,
	follows_from DATETIME NOT NULL,
	CONSTRAINT uq_user_followings_user_repo UNIQUE (user_id, follows_repository_id),
	CONSTRAINT uq_user_followings_user_user UNIQUE (user_id, follows_user_id),
	CONSTRAINT fk_user_followings_user_id FOREIGN KEY(user_id) REFERENCES users (user_id),
	CONSTRAINT fk_user_followings_follows_repository_id FOREIGN KEY(follows_repository_id) REFERENCES repositories (repo_id),
	CONSTRAINT fk_user_followings_follows_user_id FOREIGN KEY(follows_user_id) REFERENCES users (user_id)
);
INSERT INTO "user_followings" VALUES(1,2,1,NULL,'2026-11-22 09:24:39.820010');
INSERT INTO "user_followings" VALUES(2,2,2,NULL,'2026-11-22 09:24:39.842182');
INSERT INTO "user_followings" VALUES(3,2,3,NULL,'2026-11-22 09:24:39.856943');
INSERT INTO "user_followings" VALUES(4,2,4,NULL,'2026-11-22 09:24:39.886241');
INSERT INTO "user_followings" VALUES(5,2,5,NULL,'2026-11-22 09:24:39.902391');
CREATE TABLE user_group_user_group_to_perm (
	user_group_user_group_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	target_user_group_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	user_group_id INTEGER NOT NULL,
	CONSTRAINT uq_user_group_user_group_to_perm_target_user_group_id UNIQUE (target_user_group_id, user_group_id, permission_id),
	CONSTRAINT fk_user_group_user_group_to_perm_target_user_group_id FOREIGN KEY(target_user_group_id) REFERENCES users_groups (users_group_id),
	CONSTRAINT fk_user_group_user_group_to_perm_permission_id FOREIGN KEY(permission_id) REFERENCES permissions (permission_id),
	CONSTRAINT fk_user_group_user_group_to_perm_user_group_id FOREIGN KEY(user_group_id) REFERENCES users_groups (users_group_id)
);
CREATE TABLE user_ip_map (
	ip_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	ip_addr VARCHAR(255) NOT NULL,
	active BOOLEAN NOT NULL,
	CONSTRAINT uq_user_ip_map_user_id UNIQUE (user_id, ip_addr),
	CONSTRAINT fk_user_ip_map_user_id FOREIGN KEY(user_id) REFERENCES users (user_id),
	CONSTRAINT ck_user_ip_map_active CHECK (active IN (0, 1))
);
CREATE TABLE user_logs (
	user_log_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER,
	username VARCHAR(255) NOT NULL,
	repository_id INTEGER,
	repository_name VARCHAR(255) NOT NULL,
	user_ip VARCHAR(255),
	action TEXT NOT NULL,
	action_date DATETIME NOT NULL,
	CONSTRAINT fk_user_logs_user_id FOREIGN KEY(user_id) REFERENCES users (user_id),
	CONSTRAINT fk_user_logs_repository_id FOREIGN KEY(repository_id) REFERENCES repositories (repo_id)
);
INSERT INTO "user_logs" VALUES(1,2,'admin',1,'git-main','','started_following_repo','2026-11-22 09:24:39.819379');
INSERT INTO "user_logs" VALUES(2,2,'admin',2,'hg-main','','started_following_repo','2026-11-22 09:24:39.841933');
INSERT INTO "user_logs" VALUES(3,2,'admin',3,'projekty-git','','started_following_repo','2026-11-22 09:24:39.856708');
INSERT INTO "user_logs" VALUES(4,2,'admin',4,'skupina/deep/hg-sub','','started_following_repo','2026-11-22 09:24:39.885993');
INSERT INTO "user_logs" VALUES(5,2,'admin',5,'skupina/git-sub','','started_following_repo','2026-11-22 09:24:39.902131');
CREATE TABLE user_repo_group_to_perm (
	group_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	group_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	CONSTRAINT uq_user_repo_group_to_perm_user_id UNIQUE (user_id, group_id, permission_id),
	CONSTRAINT fk_user_repo_group_to_perm_user_id FOREIGN KEY(user_id) REFERENCES users (user_id),
	CONSTRAINT fk_user_repo_group_to_perm_group_id FOREIGN KEY(group_id) REFERENCES groups (group_id),
	CONSTRAINT fk_user_repo_group_to_perm_permission_id FOREIGN KEY(permission_id) REFERENCES permissions (permission_id)
);
INSERT INTO "user_repo_group_to_perm" VALUES(1,1,1,7);
INSERT INTO "user_repo_group_to_perm" VALUES(2,1,2,7);
CREATE TABLE user_ssh_keys (
	user_ssh_key_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	public_key TEXT NOT NULL,
	description TEXT NOT NULL,
	fingerprint VARCHAR(255) NOT NULL,
	created_on DATETIME NOT NULL,
	last_seen DATETIME,
	CONSTRAINT fk_user_ssh_keys_user_id FOREIGN KEY(user_id) REFERENCES users (user_id),
	CONSTRAINT uq_user_ssh_keys_fingerprint UNIQUE (fingerprint)
);
CREATE TABLE user_to_perm (
	user_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	CONSTRAINT uq_user_to_perm_user_id UNIQUE (user_id, permission_id),
	CONSTRAINT fk_user_to_perm_user_id FOREIGN KEY(user_id) REFERENCES users (user_id),
	CONSTRAINT fk_user_to_perm_permission_id FOREIGN KEY(permission_id) REFERENCES permissions (permission_id)
);
INSERT INTO "user_to_perm" VALUES(1,1,3);
INSERT INTO "user_to_perm" VALUES(2,1,7);
INSERT INTO "user_to_perm" VALUES(3,1,11);
INSERT INTO "user_to_perm" VALUES(4,1,17);
INSERT INTO "user_to_perm" VALUES(5,1,19);
INSERT INTO "user_to_perm" VALUES(6,1,21);
INSERT INTO "user_to_perm" VALUES(7,1,24);
CREATE TABLE user_user_group_to_perm (
	user_user_group_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	user_group_id INTEGER NOT NULL,
	CONSTRAINT uq_user_user_group_to_perm_user_id UNIQUE (user_id, user_group_id, permission_id),
	CONSTRAINT fk_user_user_group_to_perm_user_id FOREIGN KEY(user_id) REFERENCES users (user_id),
	CONSTRAINT fk_user_user_group_to_perm_permission_id FOREIGN KEY(permission_id) REFERENCES permissions (permission_id),
	CONSTRAINT fk_user_user_group_to_perm_user_group_id FOREIGN KEY(user_group_id) REFERENCES users_groups (users_group_id)
);
CREATE TABLE users (
	user_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	username VARCHAR(255) NOT NULL,
	password VARCHAR(255) NOT NULL,
	active BOOLEAN NOT NULL,
	admin BOOLEAN NOT NULL,
	firstname VARCHAR(255) NOT NULL,
	lastname VARCHAR(255) NOT NULL,
	email VARCHAR(255),
	last_login DATETIME,
	extern_type VARCHAR(255),
	extern_name VARCHAR(255),
	api_key VARCHAR(255) NOT NULL,
	created_on DATETIME NOT NULL,
	user_data BLOB,
	CONSTRAINT uq_users_username UNIQUE (username),
	CONSTRAINT ck_users_active CHECK (active IN (0, 1)),
	CONSTRAINT ck_users_admin CHECK (admin IN (0, 1)),
	CONSTRAINT uq_users_email UNIQUE (email)
);
INSERT INTO "users" VALUES(1,'default','$2b$10$7dD8AxBnqQP0B.h2SZebD.EpBEIIkvT/BGPqrs2mEHPrJOCH8Qrf6',1,0,'Anonymous','User','anonymous@kallithea-scm.org',NULL,NULL,NULL,'a9a654aafcd878378fd615a3cd9a5cf368ca3e02','2026-11-22 09:24:39.521975',NULL);
INSERT INTO "users" VALUES(2,'admin','$2b$10$P5sSk6z6SMOHTix/STtZsOBxM4Ucd9rqzyUGjDlWGGfz3PT/lMahy',1,1,'Kallithea','Admin','a@b.com',NULL,'internal',NULL,'d1a0e379ddb4f19948fb56d82460db232a3bef71','2026-11-22 09:24:39.592597',NULL);
CREATE TABLE users_group_repo_group_to_perm (
	users_group_repo_group_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	users_group_id INTEGER NOT NULL,
	group_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	CONSTRAINT uq_users_group_repo_group_to_perm_users_group_id UNIQUE (users_group_id, group_id),
	CONSTRAINT fk_users_group_repo_group_to_perm_users_group_id FOREIGN KEY(users_group_id) REFERENCES users_groups (users_group_id),
	CONSTRAINT fk_users_group_repo_group_to_perm_group_id FOREIGN KEY(group_id) REFERENCES groups (group_id),
	CONSTRAINT fk_users_group_repo_group_to_perm_permission_id FOREIGN KEY(permission_id) REFERENCES permissions (permission_id)
);
CREATE TABLE users_group_repo_to_perm (
	users_group_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	users_group_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	repository_id INTEGER NOT NULL,
	CONSTRAINT uq_users_group_repo_to_perm_repository_id UNIQUE (repository_id, users_group_id, permission_id),
	CONSTRAINT fk_users_group_repo_to_perm_users_group_id FOREIGN KEY(users_group_id) REFERENCES users_groups (users_group_id),
	CONSTRAINT fk_users_group_repo_to_perm_permission_id FOREIGN KEY(permission_id) REFERENCES permissions (permission_id),
	CONSTRAINT fk_users_group_repo_to_perm_repository_id FOREIGN KEY(repository_id) REFERENCES repositories (repo_id)
);
CREATE TABLE users_group_to_perm (
	users_group_to_perm_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	users_group_id INTEGER NOT NULL,
	permission_id INTEGER NOT NULL,
	CONSTRAINT uq_users_group_to_perm_users_group_id UNIQUE (users_group_id, permission_id),
	CONSTRAINT fk_users_group_to_perm_users_group_id FOREIGN KEY(users_group_id) REFERENCES users_groups (users_group_id),
	CONSTRAINT fk_users_group_to_perm_permission_id FOREIGN KEY(permission_id) REFERENCES permissions (permission_id)
);
CREATE TABLE users_groups (
	users_group_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	users_group_name VARCHAR(255) NOT NULL,
	user_group_description VARCHAR(10000),
	users_group_active BOOLEAN NOT NULL,
	user_id INTEGER NOT NULL,
	created_on DATETIME NOT NULL,
	group_data BLOB,
	CONSTRAINT uq_users_groups_users_group_name UNIQUE (users_group_name),
	CONSTRAINT ck_users_groups_users_group_active CHECK (users_group_active IN (0, 1)),
	CONSTRAINT fk_users_groups_user_id FOREIGN KEY(user_id) REFERENCES users (user_id)
);
CREATE TABLE users_groups_members (
	users_group_member_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	users_group_id INTEGER NOT NULL,
	user_id INTEGER NOT NULL,
	CONSTRAINT fk_users_groups_members_users_group_id FOREIGN KEY(users_group_id) REFERENCES users_groups (users_group_id),
	CONSTRAINT fk_users_groups_members_user_id FOREIGN KEY(user_id) REFERENCES users (user_id)
);
CREATE INDEX ui_ui_section_ui_key_idx ON ui (ui_section, ui_key);
CREATE INDEX u_username_idx ON users (username);
CREATE INDEX u_email_idx ON users (email);
CREATE INDEX p_perm_name_idx ON permissions (permission_name);
CREATE INDEX uak_api_key_expires_idx ON user_api_keys (api_key, expires);
CREATE INDEX uak_api_key_idx ON user_api_keys (api_key);
CREATE INDEX uem_email_idx ON user_email_map (email);
CREATE INDEX g_gist_access_id_idx ON gists (gist_access_id);
CREATE INDEX g_created_on_idx ON gists (created_on);
CREATE INDEX usk_fingerprint_idx ON user_ssh_keys (fingerprint);
CREATE INDEX r_repo_name_idx ON repositories (repo_name);
CREATE INDEX pr_other_repo_id_idx ON pull_requests (other_repo_id);
CREATE INDEX pr_org_repo_id_idx ON pull_requests (org_repo_id);
CREATE INDEX cc_pull_request_id_idx ON changeset_comments (pull_request_id);
CREATE INDEX cc_revision_idx ON changeset_comments (revision);
CREATE INDEX pull_request_reviewers_user_id_idx ON pull_request_reviewers (user_id);
CREATE INDEX cs_repo_id_pull_request_id_idx ON changeset_statuses (repo_id, pull_request_id);
CREATE INDEX cs_pull_request_id_idx ON changeset_statuses (pull_request_id);
CREATE INDEX cs_version_idx ON changeset_statuses (version);
CREATE INDEX cs_revision_idx ON changeset_statuses (revision);
CREATE INDEX cs_pull_request_id_user_id_version_idx ON changeset_statuses (pull_request_id, user_id, version);
CREATE INDEX cs_changeset_comment_id_idx ON changeset_statuses (changeset_comment_id);

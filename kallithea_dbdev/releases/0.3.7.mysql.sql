SET foreign_key_checks = 0;
CREATE TABLE `cache_invalidation` (
  `cache_id` int(11) NOT NULL AUTO_INCREMENT,
  `cache_key` varchar(255) DEFAULT NULL,
  `cache_args` varchar(255) DEFAULT NULL,
  `cache_active` tinyint(1) DEFAULT NULL,
  PRIMARY KEY (`cache_id`),
  UNIQUE KEY `cache_id` (`cache_id`),
  UNIQUE KEY `cache_key` (`cache_key`),
  KEY `key_idx` (`cache_key`),
  CONSTRAINT `CONSTRAINT_1` CHECK (`cache_active` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `changeset_comments` (
  `comment_id` int(11) NOT NULL AUTO_INCREMENT,
  `repo_id` int(11) NOT NULL,
  `revision` varchar(40) DEFAULT NULL,
  `pull_request_id` int(11) DEFAULT NULL,
  `line_no` varchar(10) DEFAULT NULL,
  `f_path` varchar(1000) DEFAULT NULL,
  `user_id` int(11) NOT NULL,
  `text` mediumtext NOT NULL,
  `created_on` datetime NOT NULL,
  `modified_at` datetime NOT NULL,
  PRIMARY KEY (`comment_id`),
  UNIQUE KEY `comment_id` (`comment_id`),
  KEY `cc_pull_request_id_idx` (`pull_request_id`),
  KEY `cc_revision_idx` (`revision`),
  FOREIGN KEY (`repo_id`) REFERENCES `repositories` (`repo_id`),
  FOREIGN KEY (`pull_request_id`) REFERENCES `pull_requests` (`pull_request_id`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `changeset_statuses` (
  `changeset_status_id` int(11) NOT NULL AUTO_INCREMENT,
  `repo_id` int(11) NOT NULL,
  `user_id` int(11) NOT NULL,
  `revision` varchar(40) NOT NULL,
  `status` varchar(128) NOT NULL,
  `changeset_comment_id` int(11) NOT NULL,
  `modified_at` datetime NOT NULL,
  `version` int(11) NOT NULL,
  `pull_request_id` int(11) DEFAULT NULL,
  PRIMARY KEY (`changeset_status_id`),
  UNIQUE KEY `repo_id` (`repo_id`,`revision`,`version`),
  UNIQUE KEY `changeset_status_id` (`changeset_status_id`),
  KEY `cs_changeset_comment_id_idx` (`changeset_comment_id`),
  KEY `cs_pull_request_id_idx` (`pull_request_id`),
  KEY `cs_pull_request_id_user_id_version_idx` (`pull_request_id`,`user_id`,`version`),
  KEY `cs_revision_idx` (`revision`),
  KEY `cs_version_idx` (`version`),
  FOREIGN KEY (`repo_id`) REFERENCES `repositories` (`repo_id`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  FOREIGN KEY (`changeset_comment_id`) REFERENCES `changeset_comments` (`comment_id`),
  FOREIGN KEY (`pull_request_id`) REFERENCES `pull_requests` (`pull_request_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `db_migrate_version` (
  `repository_id` varchar(250) NOT NULL,
  `repository_path` text DEFAULT NULL,
  `version` int(11) DEFAULT NULL,
  PRIMARY KEY (`repository_id`),
  UNIQUE KEY `repository_id` (`repository_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `gists` (
  `gist_id` int(11) NOT NULL AUTO_INCREMENT,
  `gist_access_id` varchar(250) DEFAULT NULL,
  `gist_description` text DEFAULT NULL,
  `user_id` int(11) DEFAULT NULL,
  `gist_expires` double NOT NULL,
  `gist_type` varchar(128) NOT NULL,
  `created_on` datetime NOT NULL,
  `modified_at` datetime NOT NULL,
  PRIMARY KEY (`gist_id`),
  UNIQUE KEY `gist_id` (`gist_id`),
  KEY `g_created_on_idx` (`created_on`),
  KEY `g_gist_access_id_idx` (`gist_access_id`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `groups` (
  `group_id` int(11) NOT NULL AUTO_INCREMENT,
  `group_name` varchar(255) NOT NULL,
  `group_parent_id` int(11) DEFAULT NULL,
  `group_description` varchar(10000) DEFAULT NULL,
  `enable_locking` tinyint(1) NOT NULL,
  `user_id` int(11) NOT NULL,
  `created_on` datetime NOT NULL,
  PRIMARY KEY (`group_id`),
  UNIQUE KEY `group_id` (`group_id`),
  UNIQUE KEY `group_name_2` (`group_name`),
  UNIQUE KEY `group_name` (`group_name`,`group_parent_id`),
  CONSTRAINT `CONSTRAINT_1` CHECK (`enable_locking` in (0,1)),
  FOREIGN KEY (`group_parent_id`) REFERENCES `groups` (`group_id`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `notifications` (
  `notification_id` int(11) NOT NULL AUTO_INCREMENT,
  `subject` varchar(512) DEFAULT NULL,
  `body` mediumtext DEFAULT NULL,
  `created_by` int(11) DEFAULT NULL,
  `created_on` datetime NOT NULL,
  `type` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`notification_id`),
  UNIQUE KEY `notification_id` (`notification_id`),
  KEY `notification_type_idx` (`type`),
  FOREIGN KEY (`created_by`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `permissions` (
  `permission_id` int(11) NOT NULL AUTO_INCREMENT,
  `permission_name` varchar(255) DEFAULT NULL,
  `permission_longname` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`permission_id`),
  UNIQUE KEY `permission_id` (`permission_id`),
  KEY `p_perm_name_idx` (`permission_name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `pull_requests` (
  `pull_request_id` int(11) NOT NULL AUTO_INCREMENT,
  `title` varchar(255) DEFAULT NULL,
  `description` text DEFAULT NULL,
  `status` varchar(255) NOT NULL,
  `created_on` datetime NOT NULL,
  `updated_on` datetime NOT NULL,
  `user_id` int(11) NOT NULL,
  `revisions` text DEFAULT NULL,
  `org_repo_id` int(11) NOT NULL,
  `org_ref` varchar(255) NOT NULL,
  `other_repo_id` int(11) NOT NULL,
  `other_ref` varchar(255) NOT NULL,
  PRIMARY KEY (`pull_request_id`),
  UNIQUE KEY `pull_request_id` (`pull_request_id`),
  KEY `pr_org_repo_id_idx` (`org_repo_id`),
  KEY `pr_other_repo_id_idx` (`other_repo_id`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  FOREIGN KEY (`org_repo_id`) REFERENCES `repositories` (`repo_id`),
  FOREIGN KEY (`other_repo_id`) REFERENCES `repositories` (`repo_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `pull_request_reviewers` (
  `pull_requests_reviewers_id` int(11) NOT NULL AUTO_INCREMENT,
  `pull_request_id` int(11) NOT NULL,
  `user_id` int(11) DEFAULT NULL,
  PRIMARY KEY (`pull_requests_reviewers_id`),
  UNIQUE KEY `pull_requests_reviewers_id` (`pull_requests_reviewers_id`),
  FOREIGN KEY (`pull_request_id`) REFERENCES `pull_requests` (`pull_request_id`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `repositories` (
  `repo_id` int(11) NOT NULL AUTO_INCREMENT,
  `repo_name` varchar(255) NOT NULL,
  `repo_state` varchar(255) DEFAULT NULL,
  `clone_uri` varchar(255) DEFAULT NULL,
  `repo_type` varchar(255) NOT NULL,
  `user_id` int(11) NOT NULL,
  `private` tinyint(1) DEFAULT NULL,
  `statistics` tinyint(1) DEFAULT NULL,
  `downloads` tinyint(1) DEFAULT NULL,
  `description` varchar(10000) DEFAULT NULL,
  `created_on` datetime NOT NULL,
  `updated_on` datetime NOT NULL,
  `landing_revision` varchar(255) NOT NULL,
  `enable_locking` tinyint(1) NOT NULL,
  `locked` varchar(255) DEFAULT NULL,
  `changeset_cache` blob DEFAULT NULL,
  `fork_id` int(11) DEFAULT NULL,
  `group_id` int(11) DEFAULT NULL,
  PRIMARY KEY (`repo_id`),
  UNIQUE KEY `repo_name` (`repo_name`),
  UNIQUE KEY `repo_id` (`repo_id`),
  UNIQUE KEY `repo_name_2` (`repo_name`),
  KEY `r_repo_name_idx` (`repo_name`),
  CONSTRAINT `CONSTRAINT_1` CHECK (`private` in (0,1)),
  CONSTRAINT `CONSTRAINT_2` CHECK (`statistics` in (0,1)),
  CONSTRAINT `CONSTRAINT_3` CHECK (`downloads` in (0,1)),
  CONSTRAINT `CONSTRAINT_4` CHECK (`enable_locking` in (0,1)),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  FOREIGN KEY (`fork_id`) REFERENCES `repositories` (`repo_id`),
  FOREIGN KEY (`group_id`) REFERENCES `groups` (`group_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `repositories_fields` (
  `repo_field_id` int(11) NOT NULL AUTO_INCREMENT,
  `repository_id` int(11) NOT NULL,
  `field_key` varchar(250) DEFAULT NULL,
  `field_label` varchar(1024) NOT NULL,
  `field_value` varchar(10000) NOT NULL,
  `field_desc` varchar(1024) NOT NULL,
  `field_type` varchar(255) NOT NULL,
  `created_on` datetime NOT NULL,
  PRIMARY KEY (`repo_field_id`),
  UNIQUE KEY `repo_field_id` (`repo_field_id`),
  UNIQUE KEY `repository_id` (`repository_id`,`field_key`),
  FOREIGN KEY (`repository_id`) REFERENCES `repositories` (`repo_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `repo_to_perm` (
  `repo_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  `repository_id` int(11) NOT NULL,
  PRIMARY KEY (`repo_to_perm_id`),
  UNIQUE KEY `user_id` (`user_id`,`repository_id`,`permission_id`),
  UNIQUE KEY `repo_to_perm_id` (`repo_to_perm_id`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`),
  FOREIGN KEY (`repository_id`) REFERENCES `repositories` (`repo_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `settings` (
  `app_settings_id` int(11) NOT NULL AUTO_INCREMENT,
  `app_settings_name` varchar(255) DEFAULT NULL,
  `app_settings_value` varchar(4096) DEFAULT NULL,
  `app_settings_type` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`app_settings_id`),
  UNIQUE KEY `app_settings_id` (`app_settings_id`),
  UNIQUE KEY `app_settings_name` (`app_settings_name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `statistics` (
  `stat_id` int(11) NOT NULL AUTO_INCREMENT,
  `repository_id` int(11) NOT NULL,
  `stat_on_revision` int(11) NOT NULL,
  `commit_activity` mediumblob NOT NULL,
  `commit_activity_combined` blob NOT NULL,
  `languages` mediumblob NOT NULL,
  PRIMARY KEY (`stat_id`),
  UNIQUE KEY `repository_id` (`repository_id`),
  UNIQUE KEY `stat_id` (`stat_id`),
  UNIQUE KEY `repository_id_2` (`repository_id`),
  FOREIGN KEY (`repository_id`) REFERENCES `repositories` (`repo_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `ui` (
  `ui_id` int(11) NOT NULL AUTO_INCREMENT,
  `ui_section` varchar(255) DEFAULT NULL,
  `ui_key` varchar(255) DEFAULT NULL,
  `ui_value` varchar(255) DEFAULT NULL,
  `ui_active` tinyint(1) DEFAULT NULL,
  PRIMARY KEY (`ui_id`),
  UNIQUE KEY `ui_id` (`ui_id`),
  UNIQUE KEY `ui_key` (`ui_key`),
  CONSTRAINT `CONSTRAINT_1` CHECK (`ui_active` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `users` (
  `user_id` int(11) NOT NULL AUTO_INCREMENT,
  `username` varchar(255) DEFAULT NULL,
  `password` varchar(255) DEFAULT NULL,
  `active` tinyint(1) DEFAULT NULL,
  `admin` tinyint(1) DEFAULT NULL,
  `firstname` varchar(255) DEFAULT NULL,
  `lastname` varchar(255) DEFAULT NULL,
  `email` varchar(255) DEFAULT NULL,
  `last_login` datetime DEFAULT NULL,
  `extern_type` varchar(255) DEFAULT NULL,
  `extern_name` varchar(255) DEFAULT NULL,
  `api_key` varchar(255) DEFAULT NULL,
  `inherit_default_permissions` tinyint(1) NOT NULL,
  `created_on` datetime NOT NULL,
  `user_data` blob DEFAULT NULL,
  PRIMARY KEY (`user_id`),
  UNIQUE KEY `user_id` (`user_id`),
  UNIQUE KEY `username` (`username`),
  UNIQUE KEY `email` (`email`),
  KEY `u_email_idx` (`email`),
  KEY `u_username_idx` (`username`),
  CONSTRAINT `CONSTRAINT_1` CHECK (`active` in (0,1)),
  CONSTRAINT `CONSTRAINT_2` CHECK (`admin` in (0,1)),
  CONSTRAINT `CONSTRAINT_3` CHECK (`inherit_default_permissions` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `users_groups` (
  `users_group_id` int(11) NOT NULL AUTO_INCREMENT,
  `users_group_name` varchar(255) NOT NULL,
  `user_group_description` varchar(10000) DEFAULT NULL,
  `users_group_active` tinyint(1) DEFAULT NULL,
  `users_group_inherit_default_permissions` tinyint(1) NOT NULL,
  `user_id` int(11) NOT NULL,
  `created_on` datetime NOT NULL,
  `group_data` blob DEFAULT NULL,
  PRIMARY KEY (`users_group_id`),
  UNIQUE KEY `users_group_id` (`users_group_id`),
  UNIQUE KEY `users_group_name` (`users_group_name`),
  CONSTRAINT `CONSTRAINT_1` CHECK (`users_group_active` in (0,1)),
  CONSTRAINT `CONSTRAINT_2` CHECK (`users_group_inherit_default_permissions` in (0,1)),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `users_groups_members` (
  `users_group_member_id` int(11) NOT NULL AUTO_INCREMENT,
  `users_group_id` int(11) NOT NULL,
  `user_id` int(11) NOT NULL,
  PRIMARY KEY (`users_group_member_id`),
  UNIQUE KEY `users_group_member_id` (`users_group_member_id`),
  FOREIGN KEY (`users_group_id`) REFERENCES `users_groups` (`users_group_id`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `users_group_repo_group_to_perm` (
  `users_group_repo_group_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `users_group_id` int(11) NOT NULL,
  `group_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`users_group_repo_group_to_perm_id`),
  UNIQUE KEY `users_group_id` (`users_group_id`,`group_id`),
  UNIQUE KEY `users_group_repo_group_to_perm_id` (`users_group_repo_group_to_perm_id`),
  FOREIGN KEY (`users_group_id`) REFERENCES `users_groups` (`users_group_id`),
  FOREIGN KEY (`group_id`) REFERENCES `groups` (`group_id`),
  FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `users_group_repo_to_perm` (
  `users_group_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `users_group_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  `repository_id` int(11) NOT NULL,
  PRIMARY KEY (`users_group_to_perm_id`),
  UNIQUE KEY `repository_id` (`repository_id`,`users_group_id`,`permission_id`),
  UNIQUE KEY `users_group_to_perm_id` (`users_group_to_perm_id`),
  FOREIGN KEY (`users_group_id`) REFERENCES `users_groups` (`users_group_id`),
  FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`),
  FOREIGN KEY (`repository_id`) REFERENCES `repositories` (`repo_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `users_group_to_perm` (
  `users_group_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `users_group_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`users_group_to_perm_id`),
  UNIQUE KEY `users_group_id` (`users_group_id`,`permission_id`),
  UNIQUE KEY `users_group_to_perm_id` (`users_group_to_perm_id`),
  FOREIGN KEY (`users_group_id`) REFERENCES `users_groups` (`users_group_id`),
  FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `user_api_keys` (
  `user_api_key_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) DEFAULT NULL,
  `api_key` varchar(255) NOT NULL,
  `description` text DEFAULT NULL,
  `expires` double NOT NULL,
  `created_on` datetime NOT NULL,
  PRIMARY KEY (`user_api_key_id`),
  UNIQUE KEY `api_key` (`api_key`),
  UNIQUE KEY `user_api_key_id` (`user_api_key_id`),
  UNIQUE KEY `api_key_2` (`api_key`),
  KEY `uak_api_key_expires_idx` (`api_key`,`expires`),
  KEY `uak_api_key_idx` (`api_key`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `user_email_map` (
  `email_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) DEFAULT NULL,
  `email` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`email_id`),
  UNIQUE KEY `email_id` (`email_id`),
  UNIQUE KEY `email` (`email`),
  KEY `uem_email_idx` (`email`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `user_followings` (
  `user_following_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `follows_repository_id` int(11) DEFAULT NULL,
  `follows_user_id` int(11) DEFAULT NULL,
  `follows_from` datetime DEFAULT NULL,
  PRIMARY KEY (`user_following_id`),
  UNIQUE KEY `user_following_id` (`user_following_id`),
  UNIQUE KEY `user_id` (`user_id`,`follows_repository_id`),
  UNIQUE KEY `user_id_2` (`user_id`,`follows_user_id`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  FOREIGN KEY (`follows_repository_id`) REFERENCES `repositories` (`repo_id`),
  FOREIGN KEY (`follows_user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `user_group_user_group_to_perm` (
  `user_group_user_group_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `target_user_group_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  `user_group_id` int(11) NOT NULL,
  PRIMARY KEY (`user_group_user_group_to_perm_id`),
  UNIQUE KEY `target_user_group_id` (`target_user_group_id`,`user_group_id`,`permission_id`),
  UNIQUE KEY `user_group_user_group_to_perm_id` (`user_group_user_group_to_perm_id`),
  FOREIGN KEY (`target_user_group_id`) REFERENCES `users_groups` (`users_group_id`),
  FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`),
  FOREIGN KEY (`user_group_id`) REFERENCES `users_groups` (`users_group_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `user_ip_map` (
  `ip_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) DEFAULT NULL,
  `ip_addr` varchar(255) DEFAULT NULL,
  `active` tinyint(1) DEFAULT NULL,
  PRIMARY KEY (`ip_id`),
  UNIQUE KEY `ip_id` (`ip_id`),
  UNIQUE KEY `user_id` (`user_id`,`ip_addr`),
  CONSTRAINT `CONSTRAINT_1` CHECK (`active` in (0,1)),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `user_logs` (
  `user_log_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) DEFAULT NULL,
  `username` varchar(255) DEFAULT NULL,
  `repository_id` int(11) DEFAULT NULL,
  `repository_name` varchar(255) DEFAULT NULL,
  `user_ip` varchar(255) DEFAULT NULL,
  `action` mediumtext DEFAULT NULL,
  `action_date` datetime DEFAULT NULL,
  PRIMARY KEY (`user_log_id`),
  UNIQUE KEY `user_log_id` (`user_log_id`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  FOREIGN KEY (`repository_id`) REFERENCES `repositories` (`repo_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `user_repo_group_to_perm` (
  `group_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `group_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`group_to_perm_id`),
  UNIQUE KEY `user_id` (`user_id`,`group_id`,`permission_id`),
  UNIQUE KEY `group_to_perm_id` (`group_to_perm_id`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  FOREIGN KEY (`group_id`) REFERENCES `groups` (`group_id`),
  FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `user_to_notification` (
  `user_id` int(11) NOT NULL,
  `notification_id` int(11) NOT NULL,
  `read` tinyint(1) DEFAULT NULL,
  `sent_on` datetime DEFAULT NULL,
  PRIMARY KEY (`user_id`,`notification_id`),
  UNIQUE KEY `user_id` (`user_id`,`notification_id`),
  CONSTRAINT `CONSTRAINT_1` CHECK (`read` in (0,1)),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  FOREIGN KEY (`notification_id`) REFERENCES `notifications` (`notification_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `user_to_perm` (
  `user_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`user_to_perm_id`),
  UNIQUE KEY `user_id` (`user_id`,`permission_id`),
  UNIQUE KEY `user_to_perm_id` (`user_to_perm_id`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
CREATE TABLE `user_user_group_to_perm` (
  `user_user_group_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  `user_group_id` int(11) NOT NULL,
  PRIMARY KEY (`user_user_group_to_perm_id`),
  UNIQUE KEY `user_id` (`user_id`,`user_group_id`,`permission_id`),
  UNIQUE KEY `user_user_group_to_perm_id` (`user_user_group_to_perm_id`),
  FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`),
  FOREIGN KEY (`user_group_id`) REFERENCES `users_groups` (`users_group_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;

SET foreign_key_checks = 0;
CREATE TABLE `alembic_version` (
  `version_num` varchar(32) NOT NULL,
  PRIMARY KEY (`version_num`)
) ENGINE=InnoDB;
CREATE TABLE `changeset_comments` (
  `comment_id` int(11) NOT NULL AUTO_INCREMENT,
  `repo_id` int(11) NOT NULL,
  `revision` varchar(40) DEFAULT NULL,
  `pull_request_id` int(11) DEFAULT NULL,
  `line_no` varchar(10) DEFAULT NULL,
  `f_path` varchar(1000) DEFAULT NULL,
  `user_id` int(11) NOT NULL,
  `text` text NOT NULL,
  `created_on` datetime NOT NULL,
  `modified_at` datetime NOT NULL,
  PRIMARY KEY (`comment_id`),
  KEY `cc_pull_request_id_idx` (`pull_request_id`),
  KEY `cc_revision_idx` (`revision`),
  CONSTRAINT `fk_changeset_comments_pull_request_id` FOREIGN KEY (`pull_request_id`) REFERENCES `pull_requests` (`pull_request_id`),
  CONSTRAINT `fk_changeset_comments_repo_id` FOREIGN KEY (`repo_id`) REFERENCES `repositories` (`repo_id`),
  CONSTRAINT `fk_changeset_comments_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `changeset_statuses` (
  `changeset_status_id` int(11) NOT NULL AUTO_INCREMENT,
  `repo_id` int(11) NOT NULL,
  `user_id` int(11) NOT NULL,
  `revision` varchar(40) DEFAULT NULL,
  `status` varchar(128) NOT NULL,
  `changeset_comment_id` int(11) NOT NULL,
  `modified_at` datetime NOT NULL,
  `version` int(11) NOT NULL,
  `pull_request_id` int(11) DEFAULT NULL,
  PRIMARY KEY (`changeset_status_id`),
  UNIQUE KEY `uq_changeset_statuses_repo_id` (`repo_id`,`revision`,`version`),
  KEY `cs_changeset_comment_id_idx` (`changeset_comment_id`),
  KEY `cs_pull_request_id_idx` (`pull_request_id`),
  KEY `cs_pull_request_id_user_id_version_idx` (`pull_request_id`,`user_id`,`version`),
  KEY `cs_repo_id_pull_request_id_idx` (`repo_id`,`pull_request_id`),
  KEY `cs_revision_idx` (`revision`),
  KEY `cs_version_idx` (`version`),
  CONSTRAINT `fk_changeset_statuses_changeset_comment_id` FOREIGN KEY (`changeset_comment_id`) REFERENCES `changeset_comments` (`comment_id`),
  CONSTRAINT `fk_changeset_statuses_pull_request_id` FOREIGN KEY (`pull_request_id`) REFERENCES `pull_requests` (`pull_request_id`),
  CONSTRAINT `fk_changeset_statuses_repo_id` FOREIGN KEY (`repo_id`) REFERENCES `repositories` (`repo_id`),
  CONSTRAINT `fk_changeset_statuses_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `gists` (
  `gist_id` int(11) NOT NULL AUTO_INCREMENT,
  `gist_access_id` varchar(250) NOT NULL,
  `gist_description` text NOT NULL,
  `user_id` int(11) NOT NULL,
  `gist_expires` double NOT NULL,
  `gist_type` varchar(128) NOT NULL,
  `created_on` datetime NOT NULL,
  `modified_at` datetime NOT NULL,
  PRIMARY KEY (`gist_id`),
  KEY `g_created_on_idx` (`created_on`),
  KEY `g_gist_access_id_idx` (`gist_access_id`),
  CONSTRAINT `fk_gists_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `groups` (
  `group_id` int(11) NOT NULL AUTO_INCREMENT,
  `group_name` varchar(255) NOT NULL,
  `group_parent_id` int(11) DEFAULT NULL,
  `group_description` varchar(10000) NOT NULL,
  `user_id` int(11) NOT NULL,
  `created_on` datetime NOT NULL,
  PRIMARY KEY (`group_id`),
  UNIQUE KEY `uq_groups_group_name` (`group_name`),
  CONSTRAINT `fk_groups_group_parent_id` FOREIGN KEY (`group_parent_id`) REFERENCES `groups` (`group_id`),
  CONSTRAINT `fk_groups_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `permissions` (
  `permission_id` int(11) NOT NULL AUTO_INCREMENT,
  `permission_name` varchar(255) NOT NULL,
  PRIMARY KEY (`permission_id`),
  KEY `p_perm_name_idx` (`permission_name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `pull_requests` (
  `pull_request_id` int(11) NOT NULL AUTO_INCREMENT,
  `title` varchar(255) NOT NULL,
  `description` text NOT NULL,
  `status` varchar(255) NOT NULL,
  `created_on` datetime NOT NULL,
  `updated_on` datetime NOT NULL,
  `user_id` int(11) NOT NULL,
  `revisions` text NOT NULL,
  `org_repo_id` int(11) NOT NULL,
  `org_ref` varchar(255) NOT NULL,
  `other_repo_id` int(11) NOT NULL,
  `other_ref` varchar(255) NOT NULL,
  PRIMARY KEY (`pull_request_id`),
  KEY `pr_org_repo_id_idx` (`org_repo_id`),
  KEY `pr_other_repo_id_idx` (`other_repo_id`),
  CONSTRAINT `fk_pull_requests_org_repo_id` FOREIGN KEY (`org_repo_id`) REFERENCES `repositories` (`repo_id`),
  CONSTRAINT `fk_pull_requests_other_repo_id` FOREIGN KEY (`other_repo_id`) REFERENCES `repositories` (`repo_id`),
  CONSTRAINT `fk_pull_requests_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `pull_request_reviewers` (
  `pull_requests_reviewers_id` int(11) NOT NULL AUTO_INCREMENT,
  `pull_request_id` int(11) NOT NULL,
  `user_id` int(11) NOT NULL,
  PRIMARY KEY (`pull_requests_reviewers_id`),
  UNIQUE KEY `uq_pull_request_reviewers_pull_request_id` (`pull_request_id`,`user_id`),
  KEY `pull_request_reviewers_user_id_idx` (`user_id`),
  CONSTRAINT `fk_pull_request_reviewers_pull_request_id` FOREIGN KEY (`pull_request_id`) REFERENCES `pull_requests` (`pull_request_id`),
  CONSTRAINT `fk_pull_request_reviewers_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `repositories` (
  `repo_id` int(11) NOT NULL AUTO_INCREMENT,
  `repo_name` varchar(255) NOT NULL,
  `repo_state` varchar(255) NOT NULL,
  `clone_uri` varchar(255) DEFAULT NULL,
  `repo_type` varchar(255) NOT NULL,
  `user_id` int(11) NOT NULL,
  `private` tinyint(1) NOT NULL,
  `statistics` tinyint(1) NOT NULL,
  `downloads` tinyint(1) NOT NULL,
  `description` varchar(10000) NOT NULL,
  `created_on` datetime NOT NULL,
  `updated_on` datetime NOT NULL,
  `landing_revision` varchar(255) NOT NULL,
  `changeset_cache` blob DEFAULT NULL,
  `fork_id` int(11) DEFAULT NULL,
  `group_id` int(11) DEFAULT NULL,
  PRIMARY KEY (`repo_id`),
  UNIQUE KEY `uq_repositories_repo_name` (`repo_name`),
  KEY `r_repo_name_idx` (`repo_name`),
  CONSTRAINT `fk_repositories_fork_id` FOREIGN KEY (`fork_id`) REFERENCES `repositories` (`repo_id`),
  CONSTRAINT `fk_repositories_group_id` FOREIGN KEY (`group_id`) REFERENCES `groups` (`group_id`),
  CONSTRAINT `fk_repositories_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  CONSTRAINT `ck_repositories_private` CHECK (`private` in (0,1)),
  CONSTRAINT `ck_repositories_statistics` CHECK (`statistics` in (0,1)),
  CONSTRAINT `ck_repositories_downloads` CHECK (`downloads` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `repositories_fields` (
  `repo_field_id` int(11) NOT NULL AUTO_INCREMENT,
  `repository_id` int(11) NOT NULL,
  `field_key` varchar(250) NOT NULL,
  `field_label` varchar(1024) NOT NULL,
  `field_value` varchar(10000) NOT NULL,
  `field_desc` varchar(1024) NOT NULL,
  `field_type` varchar(255) NOT NULL,
  `created_on` datetime NOT NULL,
  PRIMARY KEY (`repo_field_id`),
  UNIQUE KEY `uq_repositories_fields_repository_id` (`repository_id`,`field_key`),
  CONSTRAINT `fk_repositories_fields_repository_id` FOREIGN KEY (`repository_id`) REFERENCES `repositories` (`repo_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `repo_to_perm` (
  `repo_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  `repository_id` int(11) NOT NULL,
  PRIMARY KEY (`repo_to_perm_id`),
  UNIQUE KEY `uq_repo_to_perm_user_id` (`user_id`,`repository_id`,`permission_id`),
  CONSTRAINT `fk_repo_to_perm_permission_id` FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`),
  CONSTRAINT `fk_repo_to_perm_repository_id` FOREIGN KEY (`repository_id`) REFERENCES `repositories` (`repo_id`),
  CONSTRAINT `fk_repo_to_perm_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `settings` (
  `app_settings_id` int(11) NOT NULL AUTO_INCREMENT,
  `app_settings_name` varchar(255) NOT NULL,
  `app_settings_value` varchar(4096) NOT NULL,
  `app_settings_type` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`app_settings_id`),
  UNIQUE KEY `uq_settings_app_settings_name` (`app_settings_name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `statistics` (
  `stat_id` int(11) NOT NULL AUTO_INCREMENT,
  `repository_id` int(11) NOT NULL,
  `stat_on_revision` int(11) NOT NULL,
  `commit_activity` mediumblob NOT NULL,
  `commit_activity_combined` blob NOT NULL,
  `languages` mediumblob NOT NULL,
  PRIMARY KEY (`stat_id`),
  UNIQUE KEY `uq_statistics_repository_id` (`repository_id`),
  CONSTRAINT `fk_statistics_repository_id` FOREIGN KEY (`repository_id`) REFERENCES `repositories` (`repo_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `ui` (
  `ui_id` int(11) NOT NULL AUTO_INCREMENT,
  `ui_section` varchar(255) NOT NULL,
  `ui_key` varchar(255) NOT NULL,
  `ui_value` varchar(255) DEFAULT NULL,
  `ui_active` tinyint(1) NOT NULL,
  PRIMARY KEY (`ui_id`),
  UNIQUE KEY `uq_ui_ui_section` (`ui_section`,`ui_key`),
  KEY `ui_ui_section_ui_key_idx` (`ui_section`,`ui_key`),
  CONSTRAINT `ck_ui_ui_active` CHECK (`ui_active` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `users` (
  `user_id` int(11) NOT NULL AUTO_INCREMENT,
  `username` varchar(255) NOT NULL,
  `password` varchar(255) NOT NULL,
  `active` tinyint(1) NOT NULL,
  `admin` tinyint(1) NOT NULL,
  `firstname` varchar(255) NOT NULL,
  `lastname` varchar(255) NOT NULL,
  `email` varchar(255) DEFAULT NULL,
  `last_login` datetime DEFAULT NULL,
  `extern_type` varchar(255) DEFAULT NULL,
  `extern_name` varchar(255) DEFAULT NULL,
  `api_key` varchar(255) NOT NULL,
  `created_on` datetime NOT NULL,
  `user_data` blob DEFAULT NULL,
  PRIMARY KEY (`user_id`),
  UNIQUE KEY `uq_users_username` (`username`),
  UNIQUE KEY `uq_users_email` (`email`),
  KEY `u_email_idx` (`email`),
  KEY `u_username_idx` (`username`),
  CONSTRAINT `ck_users_active` CHECK (`active` in (0,1)),
  CONSTRAINT `ck_users_admin` CHECK (`admin` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `users_groups` (
  `users_group_id` int(11) NOT NULL AUTO_INCREMENT,
  `users_group_name` varchar(255) NOT NULL,
  `user_group_description` varchar(10000) DEFAULT NULL,
  `users_group_active` tinyint(1) NOT NULL,
  `user_id` int(11) NOT NULL,
  `created_on` datetime NOT NULL,
  `group_data` blob DEFAULT NULL,
  PRIMARY KEY (`users_group_id`),
  UNIQUE KEY `uq_users_groups_users_group_name` (`users_group_name`),
  CONSTRAINT `fk_users_groups_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  CONSTRAINT `ck_users_groups_users_group_active` CHECK (`users_group_active` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `users_groups_members` (
  `users_group_member_id` int(11) NOT NULL AUTO_INCREMENT,
  `users_group_id` int(11) NOT NULL,
  `user_id` int(11) NOT NULL,
  PRIMARY KEY (`users_group_member_id`),
  CONSTRAINT `fk_users_groups_members_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  CONSTRAINT `fk_users_groups_members_users_group_id` FOREIGN KEY (`users_group_id`) REFERENCES `users_groups` (`users_group_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `users_group_repo_group_to_perm` (
  `users_group_repo_group_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `users_group_id` int(11) NOT NULL,
  `group_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`users_group_repo_group_to_perm_id`),
  UNIQUE KEY `uq_users_group_repo_group_to_perm_users_group_id` (`users_group_id`,`group_id`),
  CONSTRAINT `fk_users_group_repo_group_to_perm_group_id` FOREIGN KEY (`group_id`) REFERENCES `groups` (`group_id`),
  CONSTRAINT `fk_users_group_repo_group_to_perm_permission_id` FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`),
  CONSTRAINT `fk_users_group_repo_group_to_perm_users_group_id` FOREIGN KEY (`users_group_id`) REFERENCES `users_groups` (`users_group_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `users_group_repo_to_perm` (
  `users_group_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `users_group_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  `repository_id` int(11) NOT NULL,
  PRIMARY KEY (`users_group_to_perm_id`),
  UNIQUE KEY `uq_users_group_repo_to_perm_repository_id` (`repository_id`,`users_group_id`,`permission_id`),
  CONSTRAINT `fk_users_group_repo_to_perm_permission_id` FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`),
  CONSTRAINT `fk_users_group_repo_to_perm_repository_id` FOREIGN KEY (`repository_id`) REFERENCES `repositories` (`repo_id`),
  CONSTRAINT `fk_users_group_repo_to_perm_users_group_id` FOREIGN KEY (`users_group_id`) REFERENCES `users_groups` (`users_group_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `users_group_to_perm` (
  `users_group_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `users_group_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`users_group_to_perm_id`),
  UNIQUE KEY `uq_users_group_to_perm_users_group_id` (`users_group_id`,`permission_id`),
  CONSTRAINT `fk_users_group_to_perm_permission_id` FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`),
  CONSTRAINT `fk_users_group_to_perm_users_group_id` FOREIGN KEY (`users_group_id`) REFERENCES `users_groups` (`users_group_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `user_api_keys` (
  `user_api_key_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `api_key` varchar(255) NOT NULL,
  `description` text NOT NULL,
  `expires` double NOT NULL,
  `created_on` datetime NOT NULL,
  PRIMARY KEY (`user_api_key_id`),
  UNIQUE KEY `uq_user_api_keys_api_key` (`api_key`),
  KEY `uak_api_key_expires_idx` (`api_key`,`expires`),
  KEY `uak_api_key_idx` (`api_key`),
  CONSTRAINT `fk_user_api_keys_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `user_email_map` (
  `email_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `email` varchar(255) NOT NULL,
  PRIMARY KEY (`email_id`),
  UNIQUE KEY `uq_user_email_map_email` (`email`),
  KEY `uem_email_idx` (`email`),
  CONSTRAINT `fk_user_email_map_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `user_followings` (
  `user_following_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `follows_repository_id` int(11) DEFAULT NULL,
  `follows_user_id` int(11) DEFAULT NULL,
  `follows_from` datetime NOT NULL,
  PRIMARY KEY (`user_following_id`),
  UNIQUE KEY `uq_user_followings_user_repo` (`user_id`,`follows_repository_id`),
  UNIQUE KEY `uq_user_followings_user_user` (`user_id`,`follows_user_id`),
  CONSTRAINT `fk_user_followings_follows_repository_id` FOREIGN KEY (`follows_repository_id`) REFERENCES `repositories` (`repo_id`),
  CONSTRAINT `fk_user_followings_follows_user_id` FOREIGN KEY (`follows_user_id`) REFERENCES `users` (`user_id`),
  CONSTRAINT `fk_user_followings_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `user_group_user_group_to_perm` (
  `user_group_user_group_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `target_user_group_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  `user_group_id` int(11) NOT NULL,
  PRIMARY KEY (`user_group_user_group_to_perm_id`),
  UNIQUE KEY `uq_user_group_user_group_to_perm_target_user_group_id` (`target_user_group_id`,`user_group_id`,`permission_id`),
  CONSTRAINT `fk_user_group_user_group_to_perm_permission_id` FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`),
  CONSTRAINT `fk_user_group_user_group_to_perm_target_user_group_id` FOREIGN KEY (`target_user_group_id`) REFERENCES `users_groups` (`users_group_id`),
  CONSTRAINT `fk_user_group_user_group_to_perm_user_group_id` FOREIGN KEY (`user_group_id`) REFERENCES `users_groups` (`users_group_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `user_ip_map` (
  `ip_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `ip_addr` varchar(255) NOT NULL,
  `active` tinyint(1) NOT NULL,
  PRIMARY KEY (`ip_id`),
  UNIQUE KEY `uq_user_ip_map_user_id` (`user_id`,`ip_addr`),
  CONSTRAINT `fk_user_ip_map_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  CONSTRAINT `ck_user_ip_map_active` CHECK (`active` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `user_logs` (
  `user_log_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) DEFAULT NULL,
  `username` varchar(255) NOT NULL,
  `repository_id` int(11) DEFAULT NULL,
  `repository_name` varchar(255) NOT NULL,
  `user_ip` varchar(255) DEFAULT NULL,
  `action` text NOT NULL,
  `action_date` datetime NOT NULL,
  PRIMARY KEY (`user_log_id`),
  CONSTRAINT `fk_user_logs_repository_id` FOREIGN KEY (`repository_id`) REFERENCES `repositories` (`repo_id`),
  CONSTRAINT `fk_user_logs_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `user_repo_group_to_perm` (
  `group_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `group_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`group_to_perm_id`),
  UNIQUE KEY `uq_user_repo_group_to_perm_user_id` (`user_id`,`group_id`,`permission_id`),
  CONSTRAINT `fk_user_repo_group_to_perm_group_id` FOREIGN KEY (`group_id`) REFERENCES `groups` (`group_id`),
  CONSTRAINT `fk_user_repo_group_to_perm_permission_id` FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`),
  CONSTRAINT `fk_user_repo_group_to_perm_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `user_ssh_keys` (
  `user_ssh_key_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `public_key` text NOT NULL,
  `description` text NOT NULL,
  `fingerprint` varchar(255) NOT NULL,
  `created_on` datetime NOT NULL,
  `last_seen` datetime DEFAULT NULL,
  PRIMARY KEY (`user_ssh_key_id`),
  UNIQUE KEY `uq_user_ssh_keys_fingerprint` (`fingerprint`),
  KEY `usk_fingerprint_idx` (`fingerprint`),
  CONSTRAINT `fk_user_ssh_keys_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `user_to_perm` (
  `user_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`user_to_perm_id`),
  UNIQUE KEY `uq_user_to_perm_user_id` (`user_id`,`permission_id`),
  CONSTRAINT `fk_user_to_perm_permission_id` FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`),
  CONSTRAINT `fk_user_to_perm_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `user_user_group_to_perm` (
  `user_user_group_to_perm_id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  `user_group_id` int(11) NOT NULL,
  PRIMARY KEY (`user_user_group_to_perm_id`),
  UNIQUE KEY `uq_user_user_group_to_perm_user_id` (`user_id`,`user_group_id`,`permission_id`),
  CONSTRAINT `fk_user_user_group_to_perm_permission_id` FOREIGN KEY (`permission_id`) REFERENCES `permissions` (`permission_id`),
  CONSTRAINT `fk_user_user_group_to_perm_user_group_id` FOREIGN KEY (`user_group_id`) REFERENCES `users_groups` (`users_group_id`),
  CONSTRAINT `fk_user_user_group_to_perm_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

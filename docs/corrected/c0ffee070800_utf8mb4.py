"""convert tables of older releases to utf8mb4

Revision ID: c0ffee070800
Revises: 7ba0d2cad930
"""

revision = 'c0ffee070800'
down_revision = '7ba0d2cad930'
branch_labels = None
depends_on = None

from alembic import op


TABLES = """
    changeset_comments changeset_statuses gists groups permissions pull_request_reviewers pull_requests
    repo_to_perm repositories repositories_fields settings statistics ui user_api_keys user_email_map
    user_followings user_group_user_group_to_perm user_ip_map user_logs user_repo_group_to_perm user_ssh_keys
    user_to_perm user_user_group_to_perm users users_group_repo_group_to_perm users_group_repo_to_perm
    users_group_to_perm users_groups users_groups_members
""".split()


TEXTS = (
    'SELECT column_name AS name, is_nullable AS nullable FROM information_schema.columns '
    "WHERE table_schema = DATABASE() AND table_name = '%s' AND data_type = 'text'"
)


def upgrade():
    bind = op.get_bind()
    if bind.dialect.name != 'mysql':
        return
    for table in TABLES:
        texts = bind.execute(TEXTS % table).fetchall()
        charset = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci'
        op.execute('ALTER TABLE `%s` CONVERT TO %s' % (table, charset))
        for name, nullable in texts:
            # The conversion makes MEDIUMTEXT of TEXT, so that as many characters fit as before.
            null = 'NULL' if nullable == 'YES' else 'NOT NULL'
            op.execute('ALTER TABLE `%s` MODIFY `%s` TEXT %s %s' % (table, name, charset, null))


def downgrade():
    if op.get_bind().dialect.name == 'mysql':
        raise NotImplementedError('characters of four bytes do not fit into utf8')

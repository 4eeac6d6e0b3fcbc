# This program is free software: you can redistribute it and/or modify
# it under the terms of the GNU General Public License as published by
# the Free Software Foundation, either version 3 of the License, or
# (at your option) any later version.
#
# This program is distributed in the hope that it will be useful,
# but WITHOUT ANY WARRANTY; without even the implied warranty of
# MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
# GNU General Public License for more details.
#
# You should have received a copy of the GNU General Public License
# along with this program.  If not, see <http://www.gnu.org/licenses/>.

"""add unique constraint on PullRequestReviewer

Revision ID: f62826179f39
Revises: a0a1bf09c143
Create Date: 2020-06-15 12:30:37.420321

"""

# The following opaque hexadecimal identifiers ("revisions") are used
# by Alembic to track this migration script and its relations to others.
revision = 'f62826179f39'
down_revision = 'a0a1bf09c143'
branch_labels = None
depends_on = None

import contextlib

import sqlalchemy as sa
from alembic import op


reviewers = sa.table(
    'pull_request_reviewers',
    sa.column('pull_requests_reviewers_id'),
    sa.column('pull_request_id'),
    sa.column('user_id'),
)

data_changes = [('pull_request_reviewers', '*', 'removed')]


def upgrade():
    # Of reviewers that are there twice the first stays. MySQL deletes from a table that is read in
    # the same statement only through a derived one.
    first = sa.func.min(reviewers.c.pull_requests_reviewers_id).label('first')
    kept = sa.select([first]).group_by(reviewers.c.pull_request_id, reviewers.c.user_id).alias('kept')
    op.execute(
        reviewers.delete().where(reviewers.c.pull_requests_reviewers_id.notin_(sa.select([kept.c.first])))
    )
    with _rebuilt() as batch_op:
        batch_op.create_unique_constraint(
            batch_op.f('uq_pull_request_reviewers_pull_request_id'), ['pull_request_id', 'user_id']
        )


def downgrade():
    if op.get_bind().dialect.name == 'mysql':
        # A foreign key uses the index of the constraint: without another one it cannot be dropped (1553).
        name = 'fk_pull_request_reviewers_pull_request_id'
        op.create_index(name, 'pull_request_reviewers', ['pull_request_id'])
    with _rebuilt() as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_pull_request_reviewers_pull_request_id'), type_='unique')


@contextlib.contextmanager
def _rebuilt():
    """SQLite's rebuild forgets AUTOINCREMENT, and sets its counter back to the highest id that is there."""
    counter = []
    if op.get_bind().dialect.name == 'sqlite':
        found = op.get_bind().execute("SELECT seq FROM sqlite_sequence WHERE name = 'pull_request_reviewers'")
        counter = [seq for (seq,) in found]
    with op.batch_alter_table(
        'pull_request_reviewers', table_kwargs={'sqlite_autoincrement': True}
    ) as batch_op:
        yield batch_op
    for seq in counter:
        op.execute("UPDATE sqlite_sequence SET seq = %d WHERE name = 'pull_request_reviewers'" % seq)

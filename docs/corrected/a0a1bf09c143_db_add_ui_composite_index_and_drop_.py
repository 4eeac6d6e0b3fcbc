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

"""db: add Ui composite index and drop UniqueConstraint on Ui.ui_key

Revision ID: a0a1bf09c143
Revises: d7ec25b66e47
Create Date: 2020-03-12 22:41:14.421837

"""

# The following opaque hexadecimal identifiers ("revisions") are used
# by Alembic to track this migration script and its relations to others.
revision = 'a0a1bf09c143'
down_revision = 'd7ec25b66e47'
branch_labels = None
depends_on = None

import alembic
import sqlalchemy as sa
from alembic import op


# From Alembic 1.7 on a CHECK constraint is reflected, and not made once more by its Boolean.
REFLECTED = tuple(int(number) for number in alembic.__version__.split('.')[:2]) >= (1, 7)


def keep_names(inspector, table, column):
    """The rebuild of a table in SQLite makes the CHECK of a Boolean anew: under its name."""
    if isinstance(column['type'], sa.Boolean):
        name = 'ck_%s_%s' % (table.name, column['name'])
        column['type'] = sa.Boolean(name=name, create_constraint=not REFLECTED)


KEEP = dict(
    table_kwargs={'sqlite_autoincrement': True},
    reflect_kwargs={'listeners': [('column_reflect', keep_names)]},
)


def upgrade():
    # Among the constraints of a reflected table SQLAlchemy lists none of MySQL's.
    names = [constraint['name'] for constraint in sa.inspect(op.get_bind()).get_unique_constraints('ui')]
    with op.batch_alter_table('ui', **KEEP) as batch_op:
        batch_op.create_index('ui_ui_section_ui_key_idx', ['ui_section', 'ui_key'], unique=False)
        for name in ('uq_ui_ui_key', 'ui_ui_key_key'):  # the latter was made before 1a080d4e926e
            if name in names:
                batch_op.drop_constraint(name, type_='unique')


def downgrade():
    with op.batch_alter_table('ui', **KEEP) as batch_op:
        batch_op.create_unique_constraint('uq_ui_ui_key', ['ui_key'])
        batch_op.drop_index('ui_ui_section_ui_key_idx')

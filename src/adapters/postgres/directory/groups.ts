// Groups and who is in them. A membership without its group or user is never made, and goes with
// either of them.
import { isUuid } from '#base/uuid.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { Group, GroupChange, Groups, SealedUser } from '#ports/directory.js'
import type { Queryable } from '../connection/connection.js'
import { Repository } from '../connection/repository.js'
import { at, FIRST_UUID, type Nullable } from '../connection/values.js'
import { type StoredSealedUser, toSealedUser, USER_COLUMNS } from './user-rows.js'

type StoredGroup = Nullable<Group, 'description' | 'roleArn' | 'precedence'>

const groupColumns = (sql: Queryable) => sql`
  group_name as name, description, role_arn as "roleArn", precedence,
  created_at as "createdAtMs", modified_at as "modifiedAtMs"`

export class PostgresGroups extends Repository implements Groups {
  async find(pool: Pool, name: string): Promise<Group | undefined> {
    const [row] = await this.query(
      (sql) => sql<StoredGroup[]>`
        select ${groupColumns(sql)} from groups
         where user_pool_id = ${pool.id} and group_name = ${name}`,
    )
    return row && toGroup(row)
  }

  async page(
    pool: Pool,
    options: { afterName: string | undefined; limit: number },
  ): Promise<readonly Group[]> {
    const rows = await this.query(
      (sql) => sql<StoredGroup[]>`
        select ${groupColumns(sql)} from groups
         where user_pool_id = ${pool.id} and group_name > ${options.afterName ?? ''}
         order by group_name limit ${options.limit}`,
    )
    return rows.map(toGroup)
  }

  async insert(pool: PrimaryPool, group: Group): Promise<'inserted' | 'exists'> {
    const isInserted = await this.changes(
      (sql) => sql`
        insert into groups (user_pool_id, group_name, description, role_arn, precedence,
          created_at, modified_at)
        values (${pool.id}, ${group.name}, ${group.description ?? null}, ${group.roleArn ?? null},
          ${group.precedence ?? null}, ${at(group.createdAtMs)}, ${at(group.modifiedAtMs)})
        on conflict do nothing`,
    )
    return isInserted ? 'inserted' : 'exists'
  }

  async update(pool: PrimaryPool, name: string, change: GroupChange): Promise<Group | undefined> {
    const [row] = await this.query(
      (sql) => sql<StoredGroup[]>`
        update groups set description = coalesce(${change.description ?? null}, description),
          role_arn = coalesce(${change.roleArn ?? null}, role_arn),
          precedence = coalesce(${change.precedence ?? null}, precedence),
          modified_at = ${at(change.modifiedAtMs)}
         where user_pool_id = ${pool.id} and group_name = ${name}
        returning ${groupColumns(sql)}`,
    )
    return row && toGroup(row)
  }

  async remove(pool: PrimaryPool, name: string): Promise<'removed' | 'absent'> {
    const isRemoved = await this.changes(
      (sql) => sql`
        with memberships as (
          delete from group_memberships
           where user_pool_id = ${pool.id} and group_name = ${name})
        delete from groups where user_pool_id = ${pool.id} and group_name = ${name}`,
    )
    return isRemoved ? 'removed' : 'absent'
  }

  async addMember(pool: PrimaryPool, name: string, sub: string, atMs: number): Promise<void> {
    await this.query(
      (sql) => sql`
        insert into group_memberships (user_pool_id, group_name, sub, created_at)
        select g.user_pool_id, g.group_name, u.sub, ${at(atMs)}
          from groups g join users u on u.user_pool_id = g.user_pool_id
         where g.user_pool_id = ${pool.id} and g.group_name = ${name} and u.sub = ${sub}
           for share
        on conflict do nothing`,
    )
  }

  async removeMember(pool: PrimaryPool, name: string, sub: string): Promise<void> {
    await this.query(
      (sql) => sql`
        delete from group_memberships
         where user_pool_id = ${pool.id} and group_name = ${name} and sub = ${sub}`,
    )
  }

  async ofUser(
    pool: Pool,
    sub: string,
    options: { afterName: string | undefined; limit: number },
  ): Promise<readonly Group[]> {
    if (!isUuid(sub)) return []
    const after = options.afterName ?? null
    const rows = await this.query(
      (sql) => sql<StoredGroup[]>`
        with mine as (
          select g.* from group_memberships m
            join groups g on g.user_pool_id = m.user_pool_id and g.group_name = m.group_name
           where m.user_pool_id = ${pool.id} and m.sub = ${sub}),
        ranked as (
          select mine.*, row_number() over (order by precedence nulls last, group_name) as place
            from mine)
        select ${groupColumns(sql)} from ranked
         where place > coalesce((select place from ranked where group_name = ${after}), 0)
         order by place limit ${options.limit}`,
    )
    return rows.map(toGroup)
  }

  async members(
    pool: Pool,
    name: string,
    options: { afterSub: string | undefined; limit: number },
  ): Promise<readonly SealedUser[]> {
    const rows = await this.query(
      (sql) => sql<StoredSealedUser[]>`
        select ${sql.unsafe(USER_COLUMNS)}, u.credential_sealed
          from group_memberships m
          join users u on u.user_pool_id = m.user_pool_id and u.sub = m.sub
         where m.user_pool_id = ${pool.id} and m.group_name = ${name}
           and m.sub > ${options.afterSub ?? FIRST_UUID}
         order by m.sub limit ${options.limit}`,
    )
    return rows.map(toSealedUser)
  }
}

function toGroup(row: StoredGroup): Group {
  return {
    ...row,
    description: row.description ?? undefined,
    roleArn: row.roleArn ?? undefined,
    precedence: row.precedence ?? undefined,
  }
}

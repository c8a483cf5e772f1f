// The processes of this Region's nodes. All moments are the database's, which is the one clock that
// all of them share.
import type { NodeProcess, Nodes, SeenNode } from '#ports/nodes.js'
import { Repository } from '../connection/repository.js'

export class PostgresNodes extends Repository implements Nodes {
  async beat(node: NodeProcess, isLeader: boolean): Promise<void> {
    const { id, hostName, pid, version, nodeVersion } = node
    await this.query(
      (sql) => sql`
        with others as (
          update nodes set is_leader = false
           where ${isLeader} and is_leader and node_id <> ${id})
        insert into nodes
          (node_id, host_name, pid, version, node_version, started_at, seen_at, is_leader)
        values (${id}, ${hostName}, ${pid}, ${version}, ${nodeVersion},
                clock_timestamp(), clock_timestamp(), ${isLeader})
        on conflict (node_id) do update set seen_at = excluded.seen_at,
          is_leader = excluded.is_leader`,
    )
  }

  async list(): Promise<readonly SeenNode[]> {
    return this.query(
      (sql) => sql<SeenNode[]>`
        select node_id as id, host_name as "hostName", pid, version,
               node_version as "nodeVersion", started_at as "startedAtMs", seen_at as "seenAtMs",
               extract(epoch from clock_timestamp() - seen_at)::float8 * 1000 as "silentMs",
               is_leader as "isLeader"
          from nodes where seen_at > clock_timestamp() - interval '1 hour'
         order by started_at desc, node_id limit 1000`,
    )
  }

  async remove(id: string): Promise<void> {
    await this.query((sql) => sql`delete from nodes where node_id = ${id}`)
  }
}

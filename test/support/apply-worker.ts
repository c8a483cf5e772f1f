// The process of a database that applies what a peer sends: stopped, it is as when its disk hangs.
// The connection stays, and rows go on in the other direction.
import postgres from 'postgres'
import { required } from '#base/assert.js'

/** Stops it at once; what is returned lets it go on. */
export async function pauseApplying(databaseUrl: string): Promise<() => void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined })
  const [row] = await sql<{ pid: number }[]>`
    select pid from pg_stat_subscription where pid is not null and relid is null`
  await sql.end()
  const { pid } = required(row, 'a process that applies')
  process.kill(pid, 'SIGSTOP')
  return () => void process.kill(pid, 'SIGCONT')
}

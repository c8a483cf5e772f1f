// Stands in for psql, which does not come with the PostgreSQL of the packages: reads its command
// line, runs what is given by -c, and prints a line of JSON for each row.
import { parseArgs } from 'node:util'
import postgres from 'postgres'

const { values, positionals } = parseArgs({
  options: {
    host: { type: 'string', short: 'h' },
    port: { type: 'string', short: 'p' },
    username: { type: 'string', short: 'U' },
    command: { type: 'string', short: 'c' },
  },
  allowPositionals: true,
})
const [database, ...rest] = positionals
if (database === undefined || values.command === undefined || rest.length > 0) {
  throw new Error('psql takes a database and -c here')
}
const sql = postgres({
  host: values.host ?? '',
  port: Number(values.port),
  username: values.username ?? '',
  password: process.env['PGPASSWORD'] ?? '',
  database,
  max: 1,
})
try {
  const rows = await sql.unsafe(values.command)
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`)
} finally {
  await sql.end({ timeout: 1 })
}

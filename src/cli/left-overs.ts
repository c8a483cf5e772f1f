// What a supervisor that was killed has left behind in its state directory, ended before the next
// one starts: its nodes and edge are ending by themselves, its databases are not.
import { commandOf, isAlive, signal, waitUntilGone } from '#adapters/postgres/embedded-process.js'
import { readStackRecord } from './stack-record.js'
import { stopLeftOverDatabases } from './state-directory.js'

const END_BY_ITSELF_MS = 9000

export async function endLeftOvers(stateDirectory: string): Promise<void> {
  const record = await readStackRecord(stateDirectory).catch(() => undefined)
  const pids = (record?.pids ?? []).filter((pid) => Number.isInteger(pid) && isAlive(pid))
  const ending = pids.map(async (pid) => {
    // A pid may belong to somebody else by now; ours have the state directory in their command.
    const command = await commandOf(pid)
    if (!command.includes('--supervised') || !command.includes(`${stateDirectory}/`)) return
    if (!(await waitUntilGone(pid, END_BY_ITSELF_MS))) signal(pid, 'SIGKILL')
  })
  await Promise.all(ending)
  await stopLeftOverDatabases(stateDirectory)
}

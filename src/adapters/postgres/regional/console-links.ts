// Links into the console that nobody has used. A DELETE takes one, so of several callers at once
// one has it.
import type { ConsoleLinks } from '#ports/console-links.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

export class PostgresConsoleLinks extends Repository implements ConsoleLinks {
  async insert({ linkId, expiresAtMs }: Parameters<ConsoleLinks['insert']>[0]): Promise<void> {
    await this.query(
      (sql) => sql`
        insert into console_links (link_id, expires_at) values (${linkId}, ${at(expiresAtMs)})`,
    )
  }

  async take({ linkId, nowMs }: Parameters<ConsoleLinks['take']>[0]): Promise<'taken' | 'absent'> {
    const isTaken = await this.changes(
      (sql) => sql`
        delete from console_links where link_id = ${linkId} and expires_at > ${at(nowMs)}`,
    )
    return isTaken ? 'taken' : 'absent'
  }
}

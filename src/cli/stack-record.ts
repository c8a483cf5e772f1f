// What other commands, and a later start, need to know of a stack, as its supervisor last wrote it.
// The supervisor must outlive everything that it supervises, a full disk included: writes stand in
// one queue, and a failed one is reported and never thrown.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isObject } from '#base/json.js'
import { writeSecret } from './durable-file.js'
import { CommandError, isCode, sentenceOf } from './failure.js'

export interface StackRecord {
  readonly accountId: string
  readonly edge: string
  readonly credentialsFile: string
  readonly regions: readonly { readonly name: string; readonly endpoint: string }[]
  /** The servers that `--database-url` gave, by Region, each with its password. */
  readonly databaseUrls: Readonly<Record<string, string>>
  /** The processes of the stack, so that a later start can wait for what a crash has left. */
  readonly pids: readonly number[]
}

const RECORD = 'stack.json'

export class StackRecordWriter {
  readonly #file: string
  readonly #current: () => StackRecord
  readonly #onFailure: (sentence: string) => void
  #last: Promise<void> = Promise.resolve()

  constructor(
    directory: string,
    options: {
      /** The record as it is now; asked for when its turn to be written has come. */
      readonly current: () => StackRecord
      readonly onFailure: (sentence: string) => void
    },
  ) {
    this.#file = join(directory, RECORD)
    this.#current = options.current
    this.#onFailure = options.onFailure
  }

  /** Writes the record after every write before; resolves however that went. */
  write(): Promise<void> {
    this.#last = this.#last.then(async () => {
      try {
        await writeSecret(this.#file, `${JSON.stringify(this.#current(), undefined, 2)}\n`)
      } catch (error) {
        this.#onFailure(`${this.#file} cannot be written: ${sentenceOf(error)}`)
      }
    })
    return this.#last
  }
}

/** The record of a directory; `undefined` when there is none. */
export async function readStackRecord(directory: string): Promise<StackRecord | undefined> {
  const file = join(directory, RECORD)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined
    throw new CommandError(`${file} cannot be read: ${sentenceOf(error)}`)
  }
  try {
    const record: unknown = JSON.parse(text)
    if (isObject(record)) return record as unknown as StackRecord
  } catch {
    // Said below.
  }
  throw new CommandError(`${file} is damaged; delete it, and twinpool up writes it anew.`)
}

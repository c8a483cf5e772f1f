// A process says in its Region's database that it is there: at its start, every few seconds, when
// it begins to lead, and no more once it has ended in an orderly way. A database that does not
// respond stops nothing: what is missed is a word that the next one makes up for.
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { NODE_BEAT_MS, type NodeProcess, type Nodes } from '#ports/nodes.js'

export interface PresenceOptions {
  readonly nodes: Pick<Nodes, 'beat' | 'remove'>
  readonly node: NodeProcess
  readonly isLeading: () => boolean
  readonly clock: Clock
  readonly log: Logger
}

export class Presence {
  readonly #options: PresenceOptions
  readonly #stopped = new AbortController()
  /** Beats, one after the other. */
  #last: Promise<void> = Promise.resolve()
  #beating: Promise<void> | undefined
  #isMissed = false

  constructor(options: PresenceOptions) {
    this.#options = options
  }

  /** Begins; the first word is written when it returns, if the database responds. */
  async start(): Promise<void> {
    await this.beat()
    this.#beating = this.#beat()
  }

  /** Says it now. */
  beat(): Promise<void> {
    this.#last = this.#last.then(() => this.#write())
    return this.#last
  }

  /** Ends, and takes back that the process is there. */
  async stop(): Promise<void> {
    const { nodes, node, log } = this.#options
    this.#stopped.abort()
    await this.#beating
    await this.#last
    await nodes
      .remove(node.id)
      .catch((error: unknown) => log.debug('the end of this process is not known', { error }))
  }

  async #beat(): Promise<void> {
    const { clock } = this.#options
    while (await clock.wait(NODE_BEAT_MS, this.#stopped.signal)) await this.beat()
  }

  async #write(): Promise<void> {
    if (this.#stopped.signal.aborted) return
    const { nodes, node, isLeading, log } = this.#options
    try {
      await nodes.beat(node, isLeading())
      this.#isMissed = false
    } catch (error) {
      // Once for an outage, which other lines describe.
      if (!this.#isMissed) log.warn('the presence of this process is not written', { error })
      this.#isMissed = true
    }
  }
}

// What a browser with the console's page does: it keeps the cookie that it is given, names the
// origin of what it posts, and sends the CSRF token along.
import { required } from '#base/assert.js'
import { ROOT_ACCESS_KEY } from './node-config.js'

export interface ConsoleResponse {
  readonly status: number
  readonly headers: Headers
  readonly json: Readonly<Record<string, unknown>>
}

type SentHeaders = Readonly<Record<string, string>>

export class ConsoleBrowser {
  readonly #origin: string
  /** The cookie as it would be sent; empty: there is none. */
  cookie = ''
  csrfToken = ''

  /** @param origin where its page came from: a Region's endpoint, or the edge */
  constructor(origin: string) {
    this.#origin = origin
  }

  /** The same browser at another address of the same host. */
  at(origin: string): ConsoleBrowser {
    const other = new ConsoleBrowser(origin)
    other.cookie = this.cookie
    other.csrfToken = this.csrfToken
    return other
  }

  async signIn(
    credential: object = ROOT_ACCESS_KEY,
    headers: SentHeaders = {},
  ): Promise<ConsoleResponse> {
    const response = await this.#send('/console/session', JSON.stringify(credential), headers)
    const { csrfToken } = response.json
    if (typeof csrfToken === 'string') this.csrfToken = csrfToken
    return response
  }

  show(): Promise<ConsoleResponse> {
    return this.#send('/console/session', undefined, {})
  }

  signOut(headers: SentHeaders = {}): Promise<ConsoleResponse> {
    return this.#send('/console/sign-out', '', { 'x-twinpool-csrf': this.csrfToken, ...headers })
  }

  /** A call of an operation; `TwinpoolService` unless the name says another service. */
  call(
    region: string,
    operation: string,
    input: object = {},
    headers: SentHeaders = {},
  ): Promise<ConsoleResponse> {
    const target = operation.includes('.') ? operation : `TwinpoolService.${operation}`
    return this.#send(`/console/api/${region}`, JSON.stringify(input), {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      'x-twinpool-csrf': this.csrfToken,
      ...headers,
    })
  }

  /** A header with the value '' is left out. */
  async #send(path: string, body: string | undefined, more: SentHeaders): Promise<ConsoleResponse> {
    const all = {
      cookie: this.cookie,
      ...(body !== undefined && { origin: this.#origin }),
      ...more,
    }
    const headers = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
    const init = body === undefined ? { headers } : { method: 'POST', body, headers }
    const response = await fetch(this.#origin + path, init)
    const cookie = response.headers.get('set-cookie')
    if (cookie !== null) this.cookie = required(cookie.split(';')[0], 'a cookie')
    const text = await response.text()
    const json = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
    return { status: response.status, headers: response.headers, json }
  }
}

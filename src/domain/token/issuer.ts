// The `iss` of a pool's tokens. ORIGINAL names the pool's endpoint, UPDATED the issuer that all
// Regions share; either names the pool's home Region, whichever Region signed, so that a verifier
// needs one issuer for a pool.
import { required } from '#base/assert.js'
import type { IssuerType } from '../pool/settings.js'

interface IssuedPool {
  readonly id: string
  readonly homeRegion: string
  readonly issuerType: IssuerType
}

/** Makes issuer URLs from templates with `{region}`, `{endpoint}` and `{poolId}`. */
export class IssuerUrls {
  readonly #templates: { readonly original: string; readonly updated: string }
  readonly #endpoints: ReadonlyMap<string, string>

  constructor(options: {
    readonly original: string
    readonly updated: string
    /** Region endpoints, by Region, for `{endpoint}`. */
    readonly endpoints: ReadonlyMap<string, string>
  }) {
    this.#templates = { original: options.original, updated: options.updated }
    this.#endpoints = options.endpoints
  }

  /** The issuer that new tokens of the pool carry. */
  of(pool: IssuedPool): string {
    return pool.issuerType === 'UPDATED' ? this.updated(pool) : this.original(pool)
  }

  /** The ORIGINAL issuer; of another Region, as the documents that Region serves name it. */
  original(pool: IssuedPool, region: string = pool.homeRegion): string {
    return this.#fill(this.#templates.original, pool, region)
  }

  /** The UPDATED issuer, the same in every Region. */
  updated(pool: IssuedPool): string {
    return this.#fill(this.#templates.updated, pool, pool.homeRegion)
  }

  /** Both issuers, by the type that a pool has for them. */
  byType(pool: IssuedPool): Readonly<Record<IssuerType, string>> {
    return { ORIGINAL: this.original(pool), UPDATED: this.updated(pool) }
  }

  /** Both issuers: a pool that changed its type has tokens of both until the old ones expire. */
  all(pool: IssuedPool): readonly string[] {
    return Object.values(this.byType(pool))
  }

  #fill(template: string, pool: IssuedPool, region: string): string {
    return template
      .replaceAll('{endpoint}', () =>
        required(this.#endpoints.get(region), `endpoint of ${region}`),
      )
      .replaceAll('{region}', () => region)
      .replaceAll('{poolId}', () => pool.id)
  }
}

// Addresses of the console: the path after `#`, so that every page has an address of its own while
// the server knows one file. `#/pools/us-west-2_AbCdEfGhI/users`.
import { useSyncExternalStore } from 'react'

export interface Address {
  /** Percent-decoded parts of the path. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
}

export function parseAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const parts = path.split('/').filter((part) => part !== '')
  return { parts: parts.map(decode), query: new URLSearchParams(query) }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The address of a page: `hrefOf('pools', id, 'users')`. */
export function hrefOf(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join('/')}`
}

/** Goes to a page. */
export function goTo(href: string): void {
  window.location.hash = href.replace(/^#/, '')
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('hashchange', onChange)
  return () => window.removeEventListener('hashchange', onChange)
}

/** The address that the browser is at. */
export function useAddress(): Address {
  return parseAddress(useSyncExternalStore(subscribe, () => window.location.hash))
}

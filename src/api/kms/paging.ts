// Pages of lists. A marker is the last entry of the page before, so that no page is kept anywhere.
import { fromBase64Url, textOf, toBase64Url, utf8 } from '#base/bytes.js'
import { KmsError } from '#kms/errors.js'

/** Where the page starts: after this entry, or at the beginning with an empty text. */
export function startOfPage(marker: string | undefined): string {
  if (marker === undefined) return ''
  const after = textOf(fromBase64Url(marker))
  if (after === '' || toBase64Url(utf8(after)) !== marker) {
    throw new KmsError('InvalidMarkerException', 'The marker is not valid.')
  }
  return after
}

/** Splits off what `limit + 1` entries were read for: whether there are more. */
export function toPage<T>(
  entries: readonly T[],
  limit: number,
  nameOf: (entry: T) => string,
): { readonly page: readonly T[]; readonly NextMarker?: string; readonly Truncated: boolean } {
  const page = entries.slice(0, limit)
  const last = page.at(-1)
  if (entries.length <= limit || last === undefined) return { page, Truncated: false }
  return { page, Truncated: true, NextMarker: toBase64Url(utf8(nameOf(last))) }
}

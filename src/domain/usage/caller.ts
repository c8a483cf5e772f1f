// What is kept of a request's own words about whom it comes from and where it went: so little that
// it says which SDK and which host, and no more. Both are a caller's to choose, so both are bounded
// here in form and length, and by those who count them in number.

/** What is kept of a word that has another form. */
export const OTHER = 'other'
/** There was no such header. */
export const NONE = 'none'

const PRODUCT = /^([A-Za-z][A-Za-z0-9._-]{0,39})\/(\d{1,5}(?:\.\d{1,5})?)/
const HOST = /^(?:[a-z0-9_.-]{1,100}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/

/**
 * Product and version of a user agent, such as `aws-sdk-js/3.883`. Browsers do not let a page
 * choose the header, so SDKs there say who they are in `x-amz-user-agent`.
 */
export function sdkOf(userAgent: string | undefined, amzUserAgent: string | undefined): string {
  const text = amzUserAgent ?? userAgent
  if (text === undefined || text === '') return NONE
  const [, product, version] = PRODUCT.exec(text) ?? []
  return product === undefined ? OTHER : `${product}/${version}`
}

/**
 * The host that a caller named, with its port: of proxies in front of the Region, such as an edge,
 * the first one's.
 */
export function hostOf(host: string | undefined, forwardedHost: string | undefined): string {
  const named = (forwardedHost || host)?.split(',', 1)[0]?.trim()
  if (named === undefined || named === '') return NONE
  const name = named.toLowerCase()
  return HOST.test(name) ? name : OTHER
}

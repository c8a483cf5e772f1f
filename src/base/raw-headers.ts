// The headers of an HTTP message as they came: every value of every name. Node.js folds repeated
// headers and drops some, and its releases differ in what a header named `__proto__` does to the
// objects that they make. Here it is a name like any other, since the object has no prototype.

/** Every value of each header, by the name in lower case. */
export type DistinctHeaders = Readonly<Record<string, readonly string[]>>

/** Reads `rawHeaders` of Node.js: names and values in turn. */
export function distinctHeaders(rawHeaders: readonly string[]): DistinctHeaders {
  const headers: Record<string, string[]> = Object.create(null)
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const value = rawHeaders[index + 1] ?? ''
    const values = headers[name]
    if (values === undefined) headers[name] = [value]
    else values.push(value)
  }
  return headers
}

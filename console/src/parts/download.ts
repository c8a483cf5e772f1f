// A file made in the page: nothing is asked of a server, and the policy of the page allows it,
// since following a link is not loading from it.

/** Hands a text to the browser as a file. */
export function download(name: string, type: 'text/csv' | 'application/jsonl', text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

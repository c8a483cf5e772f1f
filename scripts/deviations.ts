// Finds the notes in comments that begin with "Deviation:". A note goes on to the end of its
// paragraph: the next comment line that is empty, that begins another note, or code.

/** What we do differently from the service, on purpose. */
export interface Deviation {
  readonly path: string
  readonly text: string
}

const COMMENT_LINE = /^\s*(?:\/\/|\/\*\*?|\*(?!\/))\s?(.*?)(?:\*\/)?\s*$/
const BEGINS_A_NOTE = /^(?:Deviation|Cognito|TODO\(#\d+\)|@\w+)[: ]/

export function deviationsIn(path: string, text: string): readonly Deviation[] {
  const notes: Deviation[] = []
  let words: string[] | undefined
  const close = () => {
    if (words !== undefined) notes.push({ path, text: words.join(' ') })
    words = undefined
  }
  for (const line of text.split('\n')) {
    const comment = COMMENT_LINE.exec(line)?.[1]?.trim()
    if (comment === undefined || comment === '' || BEGINS_A_NOTE.test(comment)) close()
    if (comment?.startsWith('Deviation:')) words = [comment.slice('Deviation:'.length).trim()]
    else if (comment !== undefined && words !== undefined) words.push(comment)
  }
  close()
  return notes
}

// Which copies of other Regions' rows are unfinished here. While one is, absence proves nothing:
// what is not here may be on its way. So no caller is told that something does not exist, which
// clients take for final, but to try again.

/** The copies of other Regions' rows in this Region's database. */
export interface Copies {
  /** The Regions whose copy here is unfinished; a fraction of a second old at most. */
  unfinished(): Promise<readonly string[]>
}

/** What was asked for is not here yet. The message is public. */
export class CopyUnfinishedError extends Error {
  override readonly name = 'CopyUnfinishedError'

  constructor(regions: readonly string[]) {
    super(`This Region is receiving its copy of ${regions.join(', ')}; try again.`)
  }
}

// Links that sign somebody in to the console once. Regional: the Region that made a link takes it.

/** The links of this Region that nobody has used. */
export interface ConsoleLinks {
  insert(link: { readonly linkId: string; readonly expiresAtMs: number }): Promise<void>
  /** Takes a link away; of several callers at once, one has it. Atomic. */
  take(link: { readonly linkId: string; readonly nowMs: number }): Promise<'taken' | 'absent'>
}

// What a node and the child process of a module say to each other.

export type ToModule =
  | {
      readonly kind: 'call'
      readonly id: number
      readonly payload: string
      readonly isNotice: boolean
      readonly timeoutMs: number
    }
  /** Is it still able to do anything? */
  | { readonly kind: 'ping' }

export type FromModule =
  | { readonly kind: 'returned'; readonly id: number; readonly payload: string }
  | { readonly kind: 'threw'; readonly id: number; readonly message: string }
  /** The function that a notice was for threw later; nobody waits for it. */
  | { readonly kind: 'noticeThrew' }
  /** The module could not be loaded. */
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'pong' }

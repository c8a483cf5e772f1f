// Not part of any suite: a file that forgot to test anything.
export const nothing = undefined

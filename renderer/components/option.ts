/** One of the values that a setting may have. */
export interface Option {
  readonly value: string
  readonly label: string
  /** What follows from it, in one sentence. */
  readonly help?: string | undefined
  /** Why it cannot be chosen here. */
  readonly refused?: string | undefined
}

/** A choice as `UiSelect` and its kin take it. */
export interface Choosable {
  readonly value: string
  readonly label: string
  readonly help?: string | undefined
  readonly refused?: string | undefined
}

/** Choices with the reason why some cannot be taken in this file, as the lab gave it. */
export function withRefusals(
  options: readonly Choosable[],
  refusals: Readonly<Record<string, string>> | undefined,
): Choosable[] {
  return options.map((option) => {
    const refused = refusals?.[option.value]
    return refused === undefined ? option : { ...option, refused }
  })
}

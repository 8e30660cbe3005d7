/** Guarantees whose name may carry a number: what it counts, and what holds where it is left out. */
export const GUARANTEE_NUMBERS: Readonly<
  Record<string, { title: string; label: string; unit: string; usual: number; min: number; step?: number }>
> = {
  'k-atomic': { title: 'k-atomic', label: 'Versions', unit: 'versions', usual: 2, min: 1, step: 1 },
  'bounded-staleness': { title: 'Bounded staleness', label: 'Bound', unit: 'ms', usual: 1000, min: 0 },
}
export const GUARANTEE_NUMBER_MAX = 999_999_999

export interface GuaranteeParts {
  /** Without its number. */
  base: string
  number: number | null
}

/** "k-atomic:3" in its parts. */
export function guaranteeParts(name: string): GuaranteeParts {
  const [base, text] = name.split(':')
  const number = text === undefined || text === '' ? NaN : Number(text)
  return { base, number: Number.isFinite(number) ? number : null }
}

export function guaranteeName({ base, number }: GuaranteeParts): string {
  return number === null || !(base in GUARANTEE_NUMBERS) ? base : `${base}:${decimal(number)}`
}

/** Never in exponents, which a name may not have. */
function decimal(number: number): string {
  const text = String(number)
  return text.includes('e') ? number.toFixed(9).replace(/\.?0+$/, '') : text
}

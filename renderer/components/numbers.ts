/**
 * The number that somebody typed: plain, with an exponent, or with commas between thousands. null where it is none.
 */
export function numberOf(typed: string): number | null {
  const text = typed.trim()
  const plain = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(text) ? text.replaceAll(',', '') : text
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null
  const value = Number(plain)
  return Number.isFinite(value) ? value : null
}

/** Bounds that a value breaks, in words; null where it keeps them. */
export function boundsProblem(
  value: number,
  { min, max, step }: { min?: number | undefined; max?: number | undefined; step?: number | undefined },
): string | null {
  if (step !== undefined && Number.isInteger(step) && !Number.isInteger(value))
    return 'Must be a whole number.'
  if (min !== undefined && value < min) return `Must be at least ${min}.`
  if (max !== undefined && value > max) return `Must be at most ${max}.`
  return null
}

/** One step up or down, kept within the bounds and without the dust of binary fractions. */
export function stepped(
  value: number,
  by: number,
  { min, max }: { min?: number | undefined; max?: number | undefined },
): number {
  const decimals = Math.max(decimalsOf(value), decimalsOf(by))
  const next = Number((value + by).toFixed(decimals))
  return Math.min(max ?? Infinity, Math.max(min ?? -Infinity, next))
}

function decimalsOf(value: number): number {
  const [mantissa, exponent = '0'] = String(value).split('e')
  return Math.min(12, Math.max(0, (mantissa.split('.')[1] ?? '').length - Number(exponent)))
}

/**
 * How numbers are written, everywhere: three significant digits, thousands separated by a comma, milliseconds unless
 * seconds read better. Absent figures are an em dash, never "NaN".
 */

const ABSENT = '—'

/** Three significant digits without an exponent, trailing zeros dropped: 0.0123, 1.2, 12.3, 123, 1,230, 1,230,000. */
export function formatNumber(value: number | null, digits = 3): string {
  const text = significant(value, digits)
  return text.startsWith(ABSENT) ? ABSENT : trimmed(text)
}

function significant(value: number | null, digits: number): string {
  if (value === null || !Number.isFinite(value)) return ABSENT
  if (value === 0) return '0'
  const magnitude = Math.abs(value)
  const sign = value < 0 ? '-' : ''
  if (magnitude < 1e-6) return `${sign}<0.000001`
  const rounded = Number(magnitude.toPrecision(digits))
  const exponent = Number(rounded.toExponential().split('e')[1])
  return sign + grouped(rounded.toFixed(Math.min(20, Math.max(0, digits - 1 - exponent))))
}

/** A whole number in full: 1,234,567. */
export function formatCount(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return ABSENT
  return (value < 0 ? '-' : '') + grouped(Math.abs(Math.round(value)).toFixed(0))
}

export interface Quantity {
  text: string
  unit: string
}

/** How durations are written: in the unit that reads best, or all in ms. */
export type TimeUnit = 'auto' | 'ms'

/** From where on, how many ms, and the name. */
const DURATION_UNITS = [
  [172_800_000, 86_400_000, 'd'],
  [7_200_000, 3_600_000, 'h'],
  [600_000, 60_000, 'min'],
  [1000, 1000, 's'],
] as const

/**
 * A duration: ms below one second, then seconds, minutes from ten minutes on, hours and days from two of them on. Whole numbers are settings and stay
 * as they are; anything else was measured and keeps its three digits, so that columns line up.
 */
export function quantityOfMs(ms: number | null, wanted: TimeUnit = 'auto'): Quantity {
  if (ms === null || !Number.isFinite(ms)) return { text: ABSENT, unit: '' }
  if (wanted === 'ms') return { text: formatNumber(ms), unit: 'ms' }
  const magnitude = Math.abs(ms)
  const [, divisor, unit] = DURATION_UNITS.find(([from]) => magnitude >= from) ?? ([0, 1, 'ms'] as const)
  const text = significant(ms / divisor, 3)
  return { text: Number.isInteger(ms) ? trimmed(text) : text, unit }
}

export function formatMs(ms: number | null, wanted: TimeUnit = 'auto'): string {
  const { text, unit } = quantityOfMs(ms, wanted)
  return unit === '' ? text : `${text} ${unit}`
}

/** A ratio near one, with the digits that tell how near: 1.00, 0.98, 12.3. */
export function formatRatio(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(2) : formatNumber(ratio)
}

/** A number of bytes in decimal multiples. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return ABSENT
  if (bytes >= 1e9) return `${formatNumber(bytes / 1e9)} GB`
  if (bytes >= 1e6) return `${formatNumber(bytes / 1e6)} MB`
  if (bytes >= 1e4) return `${formatNumber(bytes / 1e3)} kB`
  return `${formatNumber(bytes)} B`
}

/**
 * A fraction as a percentage, without the sign. Near 100 the digits that matter are those of the remainder, so
 * 0.99987 is 99.987 and never the flattering 100; 100 and 0 stand for exactly all and none.
 */
export function percentText(fraction: number | null): string {
  if (fraction === null || !Number.isFinite(fraction)) return ABSENT
  if (fraction > 0.9 && fraction < 1) {
    const missing = (1 - fraction) * 100
    const exponent = Number(missing.toExponential().split('e')[1])
    const decimals = Math.min(7, Math.max(1, 1 - exponent))
    const text = (100 - missing).toFixed(decimals)
    return Number(text) >= 100 ? '>99.9999999' : trimmed(text)
  }
  return formatNumber(fraction * 100)
}

export function formatPercent(fraction: number | null): string {
  const text = percentText(fraction)
  return text === ABSENT ? text : `${text} %`
}

/** "1 replica", "3 replicas". */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
}

function grouped(text: string): string {
  const [whole, fraction] = text.split('.')
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? separated : `${separated}.${fraction}`
}

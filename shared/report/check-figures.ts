import { formatCount, formatMs, formatNumber } from './numbers.ts'

type Words = (value: number) => string

const counted =
  (one: string, many: string): Words =>
  (value) =>
    `${formatCount(value)} ${value === 1 ? one : many}`

/** What checkers measure beside their verdicts, by its name in their figures. */
const WORDS: Readonly<Record<string, Words>> = {
  keys: counted('key', 'keys'),
  keysSearched: (value) =>
    value === 0 ? 'none needed a search' : `${formatCount(value)} needed a search for an order`,
  searchSteps: (value) => (value === 0 ? '' : `${formatCount(value)} steps of search`),
  acknowledgedWrites: counted('acknowledged write', 'acknowledged writes'),
  judgedKeys: counted('key judged', 'keys judged'),
  lostWrites: counted('write lost', 'writes lost'),
  convergedAfterMs: (value) => `equal ${formatMs(value)} after the last disturbance`,
  quietMs: (value) => `undisturbed for ${formatMs(value)}`,
  kMin: (value) => `k is ${formatCount(value)} at least`,
  kMax: (value) => `and ${formatCount(value)} at most`,
  deltaMs: (value) => `the oldest value that was read had been replaced for ${formatMs(value)}`,
  attempts: counted('element tried', 'elements tried'),
  acknowledged: (value) => `${formatCount(value)} acknowledged`,
  stable: (value) => `${formatCount(value)} seen for good`,
  lost: (value) => `${formatCount(value)} lost`,
  neverRead: (value) => `${formatCount(value)} never read`,
  stale: (value) => `${formatCount(value)} seen late`,
  staleMaxMs: (value) => `the latest after ${formatMs(value)}`,
  duplicated: (value) => `${formatCount(value)} seen twice`,
  unexpected: (value) => `${formatCount(value)} that nobody added`,
}

const TEXTS: Readonly<Record<string, (value: string) => string>> = {
  method: (value) => `found by ${value}`,
  order: (value) =>
    value === 'versions' ? 'ordered by the versions that replicas gave' : 'ordered by causality',
  class: (value) => `anomaly ${value}`,
}

/**
 * "1,000 keys, none needed a search": the figures of a verdict in words; empty where there are none. Names that are not known
 * here, of a record by another version, are said as they are.
 */
export function checkFigureWords(figures: Readonly<Record<string, number | string>>): string {
  const { kMin, kMax } = figures
  return Object.entries(figures)
    .map(([name, value]) => {
      if (name === 'kMin' && kMin === kMax) return `the smallest k is ${value}`
      if (name === 'kMax' && kMin === kMax) return ''
      if (typeof value === 'string') return TEXTS[name]?.(value) ?? `${name}: ${value}`
      return WORDS[name]?.(value) ?? `${name}: ${formatNumber(value)}`
    })
    .filter((words) => words !== '')
    .join(', ')
}

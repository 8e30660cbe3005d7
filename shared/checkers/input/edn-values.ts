// The package's index brings streams of Node along, which this layer knows nothing of.
import { parseEDNString } from 'edn-data/dist/parse.js'
import { err, ok, type Result } from '../../base/result.ts'
import type { EdnForm } from './edn-forms.ts'

/** A map of an EDN record whose keys are keywords, by their names without the colon. */
export type EdnMap = ReadonlyMap<string, unknown>

/**
 * What a form says, as JSON values: keywords become texts with their colon (":read"), sets and lists arrays, maps objects
 * (of texts, or of the EDN of other keys), tagged literals what they tag. Integers that a double cannot
 * tell apart become their digits, so that they stay different. Only for forms that `EdnForms` has passed: the library
 * takes damaged ones without a word. Never throws.
 */
export function ednMapOf({ text, hasLongIntegers }: Omit<EdnForm, 'line'>): Result<EdnMap, string> {
  let value: unknown
  try {
    value = parseEDNString(hasLongIntegers ? withBigIntegers(text) : text, {
      mapAs: 'doubleArray',
      setAs: 'object',
      keywordAs: 'object',
      tagHandlers: TAGS,
    })
    value = untagged(value)
    if (!isRecord(value) || !Array.isArray(value.map)) return err('an operation is a map')
    const map = new Map<string, unknown>()
    for (const [key, item] of value.map as [unknown, unknown][]) {
      const name = plain(key)
      if (typeof name !== 'string') return err('the keys of an operation are keywords')
      map.set(name.replace(/^:/, ''), plain(item))
    }
    return ok(map)
  } catch (error) {
    return err(`this is no EDN: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Strings, comments and characters, which are to stay as they are, or an integer of more digits than are safe. */
const STRING_OR_LONG_INTEGER =
  /"(?:[^"\\]|\\[^])*"|;[^\n]*|\\\S+|(?<![^\s,()[\]{}"])([-+]?\d{16,})N?(?![^\s,()[\]{}";])/g

/** Of integers without a suffix the library loses digits. */
function withBigIntegers(text: string): string {
  return text.replace(STRING_OR_LONG_INTEGER, (token: string, digits: string | undefined) =>
    digits === undefined ? token : `${digits}N`,
  )
}

/** Dates stay the texts that they are. */
const TAGS = { inst: (value: unknown): string => String(value) } as const

function untagged(value: unknown): unknown {
  return isRecord(value) && 'tag' in value ? untagged(value.val) : value
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (Array.isArray(value)) return (value as unknown[]).map(plain)
  if (!isRecord(value)) return value
  if ('key' in value) return `:${String(value.key)}`
  if ('sym' in value) return String(value.sym)
  if ('char' in value) return value.char
  if ('tag' in value) return plain(value.val)
  if (Array.isArray(value.set)) return (value.set as unknown[]).map(plain)
  if (Array.isArray(value.list)) return (value.list as unknown[]).map(plain)
  if (!Array.isArray(value.map)) return null
  return Object.fromEntries(
    (value.map as [unknown, unknown][]).map(([key, item]) => [nameOf(plain(key)), plain(item)]),
  )
}

const nameOf = (key: unknown): string => (typeof key === 'string' ? key : JSON.stringify(key))

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

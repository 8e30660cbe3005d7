import { AssertionError } from './assert.ts'

interface Frame {
  /** What is still to be printed of this array or object, last first. */
  readonly keys: (string | number)[]
  readonly holder: Readonly<Record<string | number, unknown>>
  readonly isArray: boolean
  readonly value: object
  isFirst: boolean
  key: string | number
}

/**
 * JSON with the keys of every object sorted (by UTF-16 code unit, as in RFC 8785) and numbers as `JSON.stringify`
 * prints them: equal values give equal bytes. Members that are undefined are left out; what JSON cannot say (NaN,
 * Infinity, undefined in an array, functions, bigints, cycles, Map and Set, a class with `toJSON`) throws an
 * AssertionError that names the path. Depth is bounded by memory, not by the call stack.
 */
export function canonicalJson(value: unknown, indent = 0): string {
  const parts: string[] = []
  const frames: Frame[] = []
  const open = new Set<object>()
  const quotedKeys = new Map<string | number, string>()
  let next: unknown = value
  for (;;) {
    // Print `next`, which either is a leaf or opens a frame; then go on with the next member of the innermost frame.
    const leaf = leafText(next, frames)
    if (leaf !== null) parts.push(leaf)
    else {
      const holder = next as Record<string | number, unknown>
      if (open.has(holder)) reject(frames, 'contains itself')
      const isArray = Array.isArray(holder)
      const keys = isArray ? indicesDown(holder.length) : keysDown(holder)
      if (keys.length === 0) parts.push(isArray ? '[]' : '{}')
      else {
        parts.push(isArray ? '[' : '{')
        open.add(holder)
        frames.push({ keys, holder, isArray, value: holder, isFirst: true, key: '' })
      }
    }
    let frame = frames.at(-1)
    while (frame !== undefined && frame.keys.length === 0) {
      frames.pop()
      open.delete(frame.value)
      if (indent > 0) parts.push('\n', ' '.repeat(indent * frames.length))
      parts.push(frame.isArray ? ']' : '}')
      frame = frames.at(-1)
    }
    if (frame === undefined) return parts.join('')
    frame.key = frame.keys.pop()!
    if (!frame.isFirst) parts.push(',')
    frame.isFirst = false
    if (indent > 0) parts.push('\n', ' '.repeat(indent * frames.length))
    if (!frame.isArray) {
      let quoted = quotedKeys.get(frame.key)
      if (quoted === undefined)
        quotedKeys.set(frame.key, (quoted = JSON.stringify(frame.key) + (indent > 0 ? ': ' : ':')))
      parts.push(quoted)
    }
    next = frame.holder[frame.key]
  }
}

/** The text of a value without members; null for an array or a plain object. */
function leafText(value: unknown, frames: readonly Frame[]): string | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) reject(frames, `is ${value}`)
      return String(value)
    case 'object': {
      if (value === null) return 'null'
      if (Array.isArray(value)) return null
      const prototype: unknown = Object.getPrototypeOf(value)
      if (prototype === Object.prototype || prototype === null) return null
      return reject(
        frames,
        `is a ${(value.constructor as { name?: string } | undefined)?.name ?? 'class instance'}`,
      )
    }
    default:
      return reject(frames, `is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}`)
  }
}

function keysDown(holder: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(holder)
    .filter((key) => holder[key] !== undefined)
    .sort((a, b) => (a < b ? 1 : -1))
}

function indicesDown(length: number): number[] {
  return Array.from({ length }, (_, i) => length - 1 - i)
}

function reject(frames: readonly Frame[], what: string): never {
  const path = frames.map(({ isArray, key }) => (isArray ? `[${key}]` : `.${key}`)).join('')
  throw new AssertionError(`no canonical JSON: $${path} ${what}`)
}

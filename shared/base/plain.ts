const PLAIN: ReadonlySet<unknown> = new Set([
  Object.prototype,
  null,
  Array.prototype,
  Map.prototype,
  Set.prototype,
])

/**
 * The path to something that would not come through a structured clone as it is: an instance of a class, a function, a
 * symbol. null where there is none. Live runs send what is durable from one thread to another.
 */
export function strangerIn(value: unknown, path = '$'): string | null {
  if (typeof value === 'function' || typeof value === 'symbol') return path
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return null
  if (!PLAIN.has(Object.getPrototypeOf(value))) return path
  if (value instanceof Map) {
    let at = 0
    for (const [key, item] of value) {
      const found = strangerIn(key, `${path}.key(${at})`) ?? strangerIn(item, `${path}.value(${at})`)
      if (found !== null) return found
      at++
    }
    return null
  }
  const items: [string, unknown][] =
    value instanceof Set ? [...value].map((item, at) => [String(at), item]) : Object.entries(value)
  for (const [name, item] of items) {
    const found = strangerIn(item, `${path}.${name}`)
    if (found !== null) return found
  }
  return null
}

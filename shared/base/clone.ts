/**
 * Copies, freezes and compares what replicas are made of: plain objects, arrays, class instances, Map, Set, typed
 * arrays and buffers, in any nesting, with shared references and cycles, at any depth. An object is its prototype and
 * its enumerable properties with string keys; functions are constants, kept by reference. Private `#fields`, symbol
 * keys and accessors of the object itself are not seen, so state that is to be checked must not use them.
 */

type Members = Record<string, unknown>

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isBytes(value: object): value is ArrayBufferView | ArrayBuffer {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer
}

/**
 * A copy that shares nothing mutable with the original. Prototypes are kept, and so is sharing: what was one object
 * in two places is one object in two places of the copy. The copy of something frozen is not frozen.
 */
export function deepClone<T>(value: T): T {
  if (!isObject(value)) return value
  const copies = new Map<object, object>()
  const pending: object[] = []
  const copyOf = (source: unknown): unknown => {
    if (!isObject(source)) return source
    let copy = copies.get(source)
    if (copy === undefined) {
      copy = shellOf(source)
      copies.set(source, copy)
      if (!isBytes(source)) pending.push(source)
    }
    return copy
  }
  const root = copyOf(value)
  for (let source = pending.pop(); source !== undefined; source = pending.pop()) {
    const copy = copies.get(source)!
    if (Array.isArray(source)) {
      const elements = copy as unknown[]
      for (let i = 0; i < source.length; i++) elements.push(copyOf(source[i]))
      continue
    }
    if (source instanceof Map) {
      for (const [key, item] of source) (copy as Map<unknown, unknown>).set(copyOf(key), copyOf(item))
    } else if (source instanceof Set) {
      for (const item of source) (copy as Set<unknown>).add(copyOf(item))
    }
    for (const key of Object.keys(source)) {
      const member = copyOf((source as Members)[key])
      if (key !== '__proto__') (copy as Members)[key] = member
      else
        Object.defineProperty(copy, key, {
          value: member,
          enumerable: true,
          writable: true,
          configurable: true,
        })
    }
  }
  return root as T
}

/** An empty object of the same kind; buffers and typed arrays come with their content. */
function shellOf(source: object): object {
  const prototype = Object.getPrototypeOf(source) as object | null
  if (prototype === Object.prototype) return {}
  if (prototype === Array.prototype) return []
  if (source instanceof ArrayBuffer) return source.slice(0)
  if (ArrayBuffer.isView(source)) {
    const bytes = source.buffer.slice(source.byteOffset, source.byteOffset + source.byteLength)
    const constructor = source.constructor as new (buffer: ArrayBufferLike) => ArrayBufferView
    return new constructor(bytes)
  }
  let shell: object
  if (Array.isArray(source)) shell = []
  else if (source instanceof Map) shell = new Map()
  else if (source instanceof Set) shell = new Set()
  else return Object.create(prototype) as object
  if (Object.getPrototypeOf(shell) !== prototype) Object.setPrototypeOf(shell, prototype)
  return shell
}

/**
 * Freezes a value and everything within it, and returns it. The language cannot freeze the entries of a Map, a Set or
 * a typed array; the keys and values that a Map or Set holds are frozen all the same.
 */
export function deepFreeze<T>(value: T): T {
  const pending: object[] = []
  const seen = new Set<object>()
  const visit = (item: unknown): void => {
    if (!isObject(item) || seen.has(item) || isBytes(item)) return
    seen.add(item)
    pending.push(item)
  }
  visit(value)
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (item instanceof Map) {
      for (const [key, held] of item) {
        visit(key)
        visit(held)
      }
    } else if (item instanceof Set) for (const held of item) visit(held)
    if (Array.isArray(item)) for (const element of item) visit(element)
    else for (const key of Object.keys(item)) visit((item as Members)[key])
    Object.freeze(item)
  }
  return value
}

type Place = 'root' | 'member' | 'element' | 'key' | 'value'

/** Two values to compare, and where they stand: `key` names the place within the parent. */
interface Pair {
  readonly a: unknown
  readonly b: unknown
  readonly place: Place
  readonly key: unknown
  readonly parent: Pair | null
}

/** Stands for the value of a key that one side lacks; differs from everything else. */
const ABSENT = Symbol('absent')

/**
 * The path of the first place where two values differ, such as `$.log[3].term`, or null where they are equal. Leaves
 * are equal as by Object.is. Objects need the same prototype and the same keys in whatever order, Maps and Sets the
 * same entries in the same order, since the order in which a replica iterates them shows in what it does. Whether two
 * places hold one object or two with the same content makes no difference: frozen messages are shared between states.
 */
export function firstDifference(a: unknown, b: unknown): string | null {
  // What each left object was compared with: nearly always one partner, so that the sets stay few.
  const partners = new Map<object, object>()
  const morePartners = new Map<object, Set<object>>()
  const pending: Pair[] = [{ a, b, place: 'root', key: null, parent: null }]
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const { a: left, b: right } = pair
    if (Object.is(left, right)) continue
    if (!isObject(left) || !isObject(right)) return pathOf(pair)
    const partner = partners.get(left)
    if (partner === undefined) partners.set(left, right)
    else if (partner !== right) {
      const more = morePartners.get(left)
      if (more === undefined) morePartners.set(left, new Set([right]))
      else if (more.has(right)) continue
      else more.add(right)
    } else continue
    const before = pending.length
    if (!pushMembers(pending, pair, left, right)) return pathOf(pair)
    // The last pushed is the next looked at, so this order finds the difference that comes first in reading.
    reverseFrom(pending, before)
  }
  return null
}

/** Whether `firstDifference` finds none. */
export function deepEqual(a: unknown, b: unknown): boolean {
  return firstDifference(a, b) === null
}

function reverseFrom(pairs: Pair[], start: number): void {
  for (let i = start, j = pairs.length - 1; i < j; i++, j--) {
    const pair = pairs[i]
    pairs[i] = pairs[j]!
    pairs[j] = pair
  }
}

/** Appends those members of two objects that may differ, in order; false where the objects differ in kind. */
function pushMembers(pending: Pair[], parent: Pair, a: object, b: object): boolean {
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b) || Array.isArray(a) !== Array.isArray(b))
    return false
  const compare = (left: unknown, right: unknown, place: Place, key: unknown): void => {
    if (!Object.is(left, right)) pending.push({ a: left, b: right, place, key, parent })
  }
  if (Array.isArray(a)) {
    const right = b as readonly unknown[]
    const length = Math.max(a.length, right.length)
    for (let i = 0; i < length; i++)
      compare(i < a.length ? (a[i] as unknown) : ABSENT, i < right.length ? right[i] : ABSENT, 'element', i)
    return true
  }
  if (isBytes(a)) return bytesEqual(a, b as ArrayBufferView | ArrayBuffer)
  if (a instanceof Map || a instanceof Set)
    compareEntries(a, b as Map<unknown, unknown> | Set<unknown>, compare)
  const keys = Object.keys(a)
  const others = Object.keys(b)
  if (keys.length === others.length && keys.every((key, i) => key === others[i])) {
    for (const key of keys) compare((a as Members)[key], (b as Members)[key], 'member', key)
    return true
  }
  for (const key of keys)
    compare((a as Members)[key], Object.hasOwn(b, key) ? (b as Members)[key] : ABSENT, 'member', key)
  for (const key of others) if (!Object.hasOwn(a, key)) compare(ABSENT, (b as Members)[key], 'member', key)
  return true
}

function compareEntries(
  a: Map<unknown, unknown> | Set<unknown>,
  b: Map<unknown, unknown> | Set<unknown>,
  compare: (left: unknown, right: unknown, place: Place, key: unknown) => void,
): void {
  const others = b.entries()
  let i = 0
  for (const [key, value] of a.entries()) {
    const other = others.next()
    const [otherKey, otherValue] = other.done === true ? [ABSENT, ABSENT] : other.value
    compare(key, otherKey, 'key', i)
    if (a instanceof Map) compare(value, otherValue, 'value', isObject(key) ? i : key)
    i++
  }
  const surplus = others.next()
  if (surplus.done !== true) compare(ABSENT, surplus.value[0], 'key', i)
}

function pathOf(pair: Pair): string {
  const steps: string[] = []
  for (let at: Pair | null = pair; at !== null; at = at.parent) steps.push(stepOf(at))
  return steps.reverse().join('')
}

function stepOf({ place, key }: Pair): string {
  switch (place) {
    case 'root':
      return '$'
    case 'element':
      return `[${String(key)}]`
    case 'key':
      return `.keys()[${String(key)}]`
    case 'value':
      return `.get(${JSON.stringify(key) ?? String(key)})`
    case 'member':
      return /^[A-Za-z_$][\w$]*$/.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(key)}]`
  }
}

function bytesEqual(a: ArrayBufferView | ArrayBuffer, b: ArrayBufferView | ArrayBuffer): boolean {
  const left = bytesOf(a)
  const right = bytesOf(b)
  return left.length === right.length && left.every((byte, i) => byte === right[i])
}

function bytesOf(value: ArrayBufferView | ArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value)
}

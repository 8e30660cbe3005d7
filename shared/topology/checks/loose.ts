import { isObject } from '../problems.ts'

/**
 * Reading a file that may be wrong elsewhere. The checks that span fields run whatever the shape check found, so that
 * one pass reports everything; these readers pass over what is not there or not of the right kind.
 */

export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

export function textOf(value: unknown, name: string): string | null {
  const found = member(value, name)
  return typeof found === 'string' ? found : null
}

export function numberOf(value: unknown, name: string): number | null {
  const found = member(value, name)
  return typeof found === 'number' ? found : null
}

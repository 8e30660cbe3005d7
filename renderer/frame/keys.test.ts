import { expect, test } from 'vitest'
import { isForField, keyWords, matches, shortcutOf } from './keys.ts'

const press = (
  key: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
})

test('Mod is Control, and Command on Apple systems', () => {
  const save = shortcutOf('Mod+S')
  expect(matches(save, press('s', { ctrlKey: true }), false)).toBe(true)
  expect(matches(save, press('s', { metaKey: true }), true)).toBe(true)
  expect(matches(save, press('s', { metaKey: true }), false)).toBe(false)
  expect(matches(save, press('s', { ctrlKey: true }), true)).toBe(false)
  expect(matches(save, press('s'), false)).toBe(false)
})

test('Shift tells letters apart but not signs, which need it on some keyboards', () => {
  expect(matches(shortcutOf('Mod+Z'), press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe(false)
  expect(matches(shortcutOf('Mod+Shift+Z'), press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe(true)
  expect(matches(shortcutOf('?'), press('?', { shiftKey: true }), false)).toBe(true)
  expect(matches(shortcutOf('?'), press('?'), false)).toBe(true)
  expect(matches(shortcutOf('Shift+Delete'), press('Delete'), false)).toBe(false)
})

test('the plus sign can be a key', () => {
  expect(shortcutOf('Mod++')).toMatchObject({ mod: true, key: '+' })
  expect(matches(shortcutOf('Mod++'), press('+', { ctrlKey: true, shiftKey: true }), false)).toBe(true)
})

test('shortcuts are written as the platform does', () => {
  expect(keyWords('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z')
  expect(keyWords('Mod+Shift+Z', true)).toBe('⇧⌘Z')
  expect(keyWords('Mod+Enter', false)).toBe('Ctrl+Enter')
  expect(keyWords('?', false)).toBe('?')
})

test('a text field keeps the keys of its own editing', () => {
  const field = document.createElement('input')
  const box = document.createElement('input')
  box.type = 'checkbox'
  expect(isForField(shortcutOf('Mod+Z'), field)).toBe(true)
  expect(isForField(shortcutOf('Delete'), field)).toBe(true)
  expect(isForField(shortcutOf('?'), field)).toBe(true)
  expect(isForField(shortcutOf('Mod+S'), field)).toBe(false)
  expect(isForField(shortcutOf('Mod+Enter'), field)).toBe(false)
  expect(isForField(shortcutOf('Mod+Z'), box)).toBe(false)
  expect(isForField(shortcutOf('Delete'), document.body)).toBe(false)
})

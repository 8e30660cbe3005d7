import { expect, test } from 'vitest'
import { fileNameOf, shortName } from './names.ts'

test.each([
  ['three regions', 'three regions.topology.json'],
  ['a.topology.json', 'a.topology.json'],
  ['a.json', 'a.topology.json'],
  ['../../etc/passwd', '-..-etc-passwd.topology.json'],
  ['CON: a|b?', 'CON- a-b-.topology.json'],
  ['  ', 'Untitled.topology.json'],
  ['...', 'Untitled.topology.json'],
  ['tab\there', 'tab-here.topology.json'],
])('%j is saved as %j', (typed, name) => {
  expect(fileNameOf(typed)).toBe(name)
  expect(fileNameOf(name)).toBe(name)
})

test('names are read without their ending', () => {
  expect(shortName('three.topology.json')).toBe('three')
  expect(shortName('riak')).toBe('riak')
})

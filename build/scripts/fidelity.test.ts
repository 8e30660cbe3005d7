import { expect, test } from 'vitest'
import { notesParts } from './fidelity.ts'

test('notes come apart by the words that their paragraphs begin with', () => {
  const notes = [
    'Three servers. The leader crashes.',
    'What to look at: reads go on.',
    'Modelled: elections, and a lease: a short one.',
    'Not modelled: watches.',
    'Network: 0.2 ms one way.',
    'Disk: 0.5 ms.',
    'Source: a paper.',
  ].join('\n\n')
  expect(notesParts(notes)).toEqual({
    modelled: 'elections, and a lease: a short one.',
    notModelled: 'watches.',
    figures: 'Network: 0.2 ms one way. Disk: 0.5 ms.',
    sources: 'a paper.',
  })
})

test('what notes do not say stays empty', () => {
  expect(notesParts('One server.')).toEqual({ modelled: '', notModelled: '', figures: '', sources: '' })
})

import { createHash } from 'node:crypto'

/** Names that Windows keeps for devices, whatever their ending. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i
/** What some system forbids in a name, and what would be mistaken for something else on a screen. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
const LENGTH_MAX = 120

/**
 * A text as the name of a file, on any system: one segment, no device, not hidden, not too long. Names of files are
 * usually left as they are; whatever a network could send becomes harmless.
 */
export function segmentOf(text: string): string {
  const plain = text.normalize('NFC').replace(FORBIDDEN, ' ').replace(/\s+/g, ' ')
  const short = [...plain].slice(0, LENGTH_MAX).join('')
  const trimmed = short.replace(/^[. ]+|[. ]+$/g, '')
  if (trimmed === '') return 'Untitled'
  return RESERVED.test(trimmed) ? `_${trimmed}` : trimmed
}

/** A name for a file of the lab's own, by an id that somebody else chose: different ids never share a file. */
export function fileNameOf(id: string): string {
  if (/^[a-z0-9][a-z0-9-]{7,63}$/.test(id)) return id
  return `h-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`
}

/** What a topology's file would be called in a command, had it been saved under its name: nothing a shell would see. */
export function commandFileOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return `${slug === '' ? 'untitled' : slug}.topology.json`
}

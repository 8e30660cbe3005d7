import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { unpackedText } from './unpacked-text.ts'

const packed = (content: string | Buffer): string => gzipSync(content).toString('base64')

test('what gzip packed comes out as it was, also of several members in one file', () => {
  const text = 'one\n∅ two\n'.repeat(1000)
  expect(unpackedText(packed(text))).toEqual({ ok: true, value: text })
  const members = Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]).toString('base64')
  expect(unpackedText(members)).toEqual({ ok: true, value: 'one\ntwo\n' })
})

test('a few kilobytes that claim to be more than is let in are refused, and the last byte that is let in is', () => {
  const bomb = packed(Buffer.alloc(3 * 2 ** 20))
  expect(bomb.length).toBeLessThan(10_000)
  expect(unpackedText(bomb, 2 ** 20)).toEqual({
    ok: false,
    error: expect.stringMatching(/^it is more than 1 MiB when unpacked\./) as string,
  })
  expect(unpackedText(packed('x'.repeat(2 ** 20)), 2 ** 20)).toMatchObject({ ok: true })
  expect(unpackedText(packed('x'.repeat(2 ** 20 + 1)), 2 ** 20)).toMatchObject({ ok: false })
})

test.each([
  ['cut off', gzipSync('a'.repeat(5000)).subarray(0, 20), 'what gzip packed is cut off.'],
  [
    'damaged',
    gzipSync('abc').map((byte, i, all) => (i === all.length - 8 ? byte ^ 1 : byte)),
    'what gzip packed is damaged.',
  ],
  ['no text', gzipSync(Buffer.from([0xff, 0xfe, 0x00])), 'what gzip packed is not UTF-8 text.'],
])('%s: says so', (_, bytes, error) => {
  expect(unpackedText(Buffer.from(bytes).toString('base64'))).toEqual({ ok: false, error })
})

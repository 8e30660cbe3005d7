import { expect, test } from 'vitest'
import { sharpenTimers } from './timer-slack.ts'

test('a thread asks for itself, not for its process', () => {
  const written: [string, string][] = []
  const isSharp = sharpenTimers({
    readlinkSync: () => '4711/task/4722',
    writeFileSync: (path, data) => void written.push([path, data]),
  })
  expect(isSharp).toBe(true)
  expect(written).toEqual([['/proc/4722/timerslack_ns', '1000']])
})

test('where there is no such file, timers stay as they are', () => {
  const none = (): never => {
    throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
  }
  expect(sharpenTimers({ readlinkSync: none, writeFileSync: none })).toBe(false)
})

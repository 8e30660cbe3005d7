import { expect, test } from 'vitest'
import { Rng } from '../base/rng.ts'
import { isDoubled, noAttempts } from './sessions.ts'

test('an attempt is new if its session has made none as late, whatever the number of the session', () => {
  const rng = Rng.stream(1, 'attempts')
  const attempts = noAttempts()
  const last = new Map<number, number>()
  // Those that have a place in the array, its last, the first beyond it, and one whose last outcome was unknown.
  const sessions = [0, 1, 5, 1023, 1024, 1025, 2 ** 33]
  for (let step = 0; step < 2_000; step++) {
    const session = sessions[rng.below(sessions.length)]
    const attempt = rng.below(10 + step)
    expect(isDoubled(attempts, session, attempt)).toBe(attempt <= (last.get(session) ?? -1))
    last.set(session, Math.max(attempt, last.get(session) ?? -1))
  }
})

test('the first attempt of all bears number 0, and is one', () => {
  const attempts = noAttempts()
  for (const session of [3, 5000]) {
    expect(isDoubled(attempts, session, 0)).toBe(false)
    expect(isDoubled(attempts, session, 0)).toBe(true)
  }
})

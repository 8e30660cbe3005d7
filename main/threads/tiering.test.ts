import { Script } from 'node:vm'
import { expect, test } from 'vitest'
import { optimizeLater } from './tiering.ts'

test('the budget is another until it is put back', () => {
  // V8 takes compiled code where its flags are those of the compilation, and looks at no more of the text than its length.
  const sourceOf = (digit: number) => `function f() { return ${digit} } f()`
  const cachedData = new Script(sourceOf(0)).createCachedData()
  const isTaken = (digit: number) => new Script(sourceOf(digit), { cachedData }).cachedDataRejected === false
  expect(isTaken(1)).toBe(true)
  const putBack = optimizeLater()
  expect(isTaken(2)).toBe(false)
  putBack()
  expect(isTaken(3)).toBe(true)
})

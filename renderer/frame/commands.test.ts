import { effectScope } from 'vue'
import { expect, test } from 'vitest'
import { runShortcut, useCommands } from './commands.ts'
import { IS_APPLE } from './keys.ts'

const press = (key: string, target: EventTarget = document.body) => {
  const event = new KeyboardEvent('keydown', {
    key,
    ctrlKey: !IS_APPLE,
    metaKey: IS_APPLE,
    bubbles: true,
    cancelable: true,
  })
  target.dispatchEvent(event)
  return { event, ran: runShortcut(event) }
}

test('commands come and go with the scope that registered them; the later takes over', () => {
  const commands = useCommands()
  const ran: string[] = []
  const outer = effectScope()
  const inner = effectScope()
  const save = (by: string) => ({
    id: 'file.save',
    label: 'Save',
    group: 'File',
    keys: 'Mod+S',
    run: () => ran.push(by),
  })
  outer.run(() => commands.register(save('frame')))
  inner.run(() => commands.register(save('view')))
  expect(commands.run('file.save')).toBe(true)
  press('s')
  inner.stop()
  commands.run('file.save')
  outer.stop()
  expect(commands.run('file.save')).toBe(false)
  expect(press('s').ran).toBe(false)
  expect(ran).toEqual(['view', 'view', 'frame'])
})

test('what is not enabled neither runs nor swallows its keys', () => {
  const commands = useCommands()
  let isOn = false
  let count = 0
  const remove = commands.register({
    id: 'x',
    label: 'X',
    group: 'G',
    keys: ['Mod+J', 'Mod+L'],
    enabled: () => isOn,
    run: () => count++,
  })
  expect(press('j').event.defaultPrevented).toBe(false)
  isOn = true
  expect(press('j').event.defaultPrevented).toBe(true)
  expect(press('l').ran).toBe(true)
  expect(count).toBe(2)
  remove()
})

test('a field keeps its own undo', () => {
  const commands = useCommands()
  let count = 0
  const remove = commands.register({ id: 'u', label: 'U', group: 'G', keys: 'Mod+Z', run: () => count++ })
  const field = document.createElement('textarea')
  document.body.append(field)
  press('z', field)
  expect(count).toBe(0)
  press('z')
  expect(count).toBe(1)
  remove()
})

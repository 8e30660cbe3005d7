import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import UiChecks from './UiChecks.vue'
import UiMenu from './UiMenu.vue'
import UiNumber from './UiNumber.vue'
import UiRadios from './UiRadios.vue'
import UiSelect from './UiSelect.vue'
import UiText from './UiText.vue'

afterEach(() => (document.body.innerHTML = ''))

const OPTIONS = [
  { value: 'one', label: 'One', help: 'The first.' },
  { value: 'two', label: 'Two', refused: 'Needs more replicas.' },
  { value: 'three', label: 'Three', help: 'The third.' },
]

/** Keeps the value that the component emits, as `v-model` does. */
function bound(props: Record<string, unknown>) {
  const wrapper = mount(UiNumber, {
    attachTo: document.body,
    props: {
      label: 'Rate',
      modelValue: 5,
      ...props,
      'onUpdate:modelValue': (value: number | null) => void wrapper.setProps({ modelValue: value }),
    },
  })
  return { wrapper, input: wrapper.get('input') }
}

test('a number field emits numbers alone, and says why it takes no other', async () => {
  const { wrapper, input } = bound({ min: 1, max: 10, step: 1 })
  await input.setValue('7')
  await input.setValue('')
  await input.setValue('x')
  await input.setValue('11')
  await input.setValue('2.5')
  expect(wrapper.emitted('update:modelValue')).toEqual([[7]])
  expect(wrapper.text()).toContain('whole number')
  expect(input.attributes('aria-invalid')).toBe('true')
  const described = input.attributes('aria-describedby') ?? ''
  expect(document.getElementById(described)?.textContent).toContain('whole number')
  await input.trigger('blur')
  expect(input.element.value).toBe('7')
  expect(wrapper.text()).not.toContain('whole number')
})

test('a number field may be emptied where a placeholder says what holds then', async () => {
  const { wrapper, input } = bound({ placeholder: '1' })
  await input.setValue('')
  expect(wrapper.emitted('update:modelValue')).toEqual([[null]])
})

test('a number field does not rewrite what is being typed', async () => {
  const { input } = bound({ modelValue: 0 })
  for (const text of ['1', '1.', '1.5', '1.50']) {
    await input.setValue(text)
    expect(input.element.value).toBe(text)
  }
  await input.trigger('blur')
  expect(input.element.value).toBe('1.5')
})

test('arrows step within the bounds, and one `done` ends the gesture', async () => {
  const { wrapper, input } = bound({ min: 0, max: 20, step: 1 })
  await input.trigger('keydown', { key: 'ArrowUp' })
  await input.trigger('keydown', { key: 'ArrowUp', shiftKey: true })
  await input.trigger('keydown', { key: 'ArrowUp', shiftKey: true })
  await input.trigger('keydown', { key: 'ArrowUp' })
  expect(wrapper.emitted('update:modelValue')).toEqual([[6], [16], [20]])
  await input.trigger('keydown', { key: 'Enter' })
  await input.trigger('blur')
  expect(wrapper.emitted('done')).toHaveLength(1)
})

test('Escape takes back what was typed into a text field', async () => {
  const wrapper = mount(UiText, { props: { label: 'Name', modelValue: 'before' } })
  await wrapper.get('input').setValue('after')
  await wrapper.get('input').trigger('keydown', { key: 'Escape' })
  expect(wrapper.emitted('update:modelValue')).toEqual([['after'], ['before']])
})

test('a select is chosen from by keyboard, passes over nothing and refuses what is refused', async () => {
  const wrapper = mount(UiSelect, {
    attachTo: document.body,
    props: { label: 'Strategy', modelValue: 'one', options: OPTIONS },
  })
  const box = wrapper.get('[role=combobox]')
  expect(box.attributes('aria-expanded')).toBe('false')
  await box.trigger('keydown', { key: 'ArrowDown' })
  await nextTick()
  expect(box.attributes('aria-expanded')).toBe('true')
  await box.trigger('keydown', { key: 'ArrowDown' })
  expect(box.attributes('aria-activedescendant')).toBe(wrapper.findAll('[role=option]')[1].attributes('id'))
  await box.trigger('keydown', { key: 'Enter' })
  expect(wrapper.emitted('update:modelValue')).toBeUndefined()
  expect(wrapper.get('[role=listbox]').text()).toContain('Needs more replicas.')
  await box.trigger('keydown', { key: 't' })
  await box.trigger('keydown', { key: 'h' })
  await box.trigger('keydown', { key: 'Enter' })
  expect(wrapper.emitted('update:modelValue')).toEqual([['three']])
  expect(wrapper.find('[role=listbox]').exists()).toBe(false)
})

test('a select closes at Escape without a choice', async () => {
  const wrapper = mount(UiSelect, {
    attachTo: document.body,
    props: { label: 'Strategy', modelValue: 'one', options: OPTIONS },
  })
  await wrapper.get('[role=combobox]').trigger('click')
  await wrapper.get('[role=combobox]').trigger('keydown', { key: 'End' })
  await wrapper.get('[role=combobox]').trigger('keydown', { key: 'Escape' })
  expect(wrapper.emitted('update:modelValue')).toBeUndefined()
  expect(wrapper.find('[role=listbox]').exists()).toBe(false)
})

test('checks keep the order of the options, and what is refused can be taken back but not chosen', async () => {
  const wrapper = mount(UiChecks, {
    props: { label: 'Guarantees', modelValue: ['three'], options: OPTIONS },
  })
  const [one, two] = wrapper.findAll('input')
  expect(two.attributes('disabled')).toBeDefined()
  await one.setValue(true)
  expect(wrapper.emitted('update:modelValue')).toEqual([[['one', 'three']]])
  await wrapper.setProps({ modelValue: ['two'] })
  expect(wrapper.findAll('input')[1].attributes('disabled')).toBeUndefined()
})

test('radio buttons are one group with a name', () => {
  const wrapper = mount(UiRadios, {
    props: { label: 'Runtime', modelValue: 'one', options: OPTIONS, inline: true, bare: true },
  })
  const group = wrapper.get('[role=radiogroup]')
  expect(wrapper.get(`#${group.attributes('aria-labelledby') ?? ''}`).text()).toBe('Runtime')
  expect(wrapper.findAll('input').map(({ element }) => element.checked)).toEqual([true, false, false])
})

test('a menu opens at its first item, moves round, and runs after it has closed', async () => {
  const ran: string[] = []
  const wrapper: VueWrapper = mount(UiMenu, {
    attachTo: document.body,
    props: {
      label: 'Menu',
      items: [
        { label: 'Alpha', run: () => void ran.push('alpha') },
        { label: 'Beta', run: () => void ran.push('beta'), disabled: true },
        'separator',
        { label: 'Gamma', run: () => void ran.push(`gamma ${wrapper.find('[role=menu]').exists()}`) },
      ],
    },
  })
  await wrapper.get('button').trigger('click')
  await vi.waitFor(() => expect(document.activeElement?.textContent).toContain('Alpha'))
  await wrapper.get('[role=menu]').trigger('keydown', { key: 'ArrowUp' })
  expect(document.activeElement?.textContent).toContain('Gamma')
  await wrapper.get('[role=menu]').trigger('keydown', { key: 'ArrowDown' })
  expect(document.activeElement?.textContent).toContain('Alpha')
  await wrapper.get('[role=menu]').trigger('keydown', { key: 'g' })
  expect(document.activeElement?.textContent).toContain('Gamma')
  await wrapper.findAll('[role=menuitem]')[2].trigger('click')
  expect(ran).toHaveLength(1)
  await nextTick()
  expect(wrapper.find('[role=menu]').exists()).toBe(false)
})

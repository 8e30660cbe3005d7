import type { Binding } from '../../inspector/bindings.ts'
import { useBindings } from '../../inspector/bindings.ts'
import { setFaultField } from '../../model/fault-edits.ts'
import { useDocument } from '../../stores/document.ts'

/** Fields of one fault; a field that is added goes where a person would look for it. */
export function useFaultBindings(index: () => number) {
  const doc = useDocument()
  const { at } = useBindings()

  return (words: string, name: string): Binding => {
    const place = index()
    const binding = at(words, ['faults', place, name])
    return {
      ...binding,
      write: (value) =>
        doc.edit(words, (file) => setFaultField(file, place, name, value), `field ${binding.path}`),
    }
  }
}

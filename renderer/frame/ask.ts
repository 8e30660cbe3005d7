import { shallowRef } from 'vue'

/** A question with a few answers. */
export interface Question {
  readonly title: string
  readonly sentence: string
  readonly answers: readonly {
    readonly value: string
    readonly label: string
    readonly variant?: 'plain' | 'primary' | 'danger'
  }[]
  /** Asks for a name as well: what stands in the field to begin with. */
  readonly name?: { readonly label: string; readonly suggestion: string }
}

export interface Answer {
  readonly value: string
  readonly name: string
}

interface Asked {
  readonly question: Question
  readonly settle: (answer: Answer | null) => void
}

/** The question that is being asked, for `AskDialog`. */
export const asked = shallowRef<Asked | null>(null)

/** Asks, one question at a time; null is "never mind", and the answer to a question that another one displaces. */
export function ask(question: Question): Promise<Answer | null> {
  asked.value?.settle(null)
  return new Promise((resolve) => {
    asked.value = {
      question,
      settle: (answer) => {
        asked.value = null
        resolve(answer)
      },
    }
  })
}

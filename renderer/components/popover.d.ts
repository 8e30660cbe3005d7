import 'vue'

declare module 'vue' {
  interface HTMLAttributes {
    /** The popover API, which Vue's own types do not know yet. */
    popover?: 'manual' | 'auto' | undefined
  }
}

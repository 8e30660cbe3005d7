// For the linter alone, which cannot see into components; vue-tsc resolves the files themselves.
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  export default component
}

export { htmlReport } from './page.ts'
export type { Draw } from './figures.ts'

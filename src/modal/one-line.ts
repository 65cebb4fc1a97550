export { oneLine } from '../process/one-line.ts'

// node takes a reporter from a module's default export, and there can be one in a file.
import { records } from './reporter.js'

// biome-ignore lint/style/noDefaultExport: node:test loads reporters by their default export.
export default records

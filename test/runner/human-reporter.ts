// node takes a reporter from a module's default export; this is the one place with such an export.
import { human } from './reporter.js'

// biome-ignore lint/style/noDefaultExport: node:test loads reporters by their default export.
export default human

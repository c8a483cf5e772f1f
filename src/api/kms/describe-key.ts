import { kmsOperation } from './operation.js'
import { keyMetadata } from './shapes.js'

export const DescribeKey = kmsOperation({
  name: 'DescribeKey',
  key: 'id-or-alias',
  state: 'any',
  run: (ctx) => ({ KeyMetadata: keyMetadata(ctx, ctx.key) }),
})

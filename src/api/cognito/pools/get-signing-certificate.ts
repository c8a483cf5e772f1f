import { operation } from '../operation.js'

/**
 * Returns the X.509 certificate that signs SAML requests of a pool, as base64 of its DER form. The
 * first call makes it, in the Region that owns the pool.
 */
export const GetSigningCertificate = operation(
  { name: 'GetSigningCertificate', auth: 'iam', region: 'any' },
  async (ctx) => {
    const { certificate } = await ctx.signingCertificates.current(ctx.pool)
    return { Certificate: Buffer.from(certificate).toString('base64') }
  },
)

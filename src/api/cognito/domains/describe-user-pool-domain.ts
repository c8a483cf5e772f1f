import { operation } from '../operation.js'
import { ownDomains } from '../pools/shape.js'

// Cognito: a prefix domain is described with the bucket and the distribution of the service's own
// pages and an empty CustomDomainConfig (AWS CLI example of describe-user-pool-domain, 2026), and
// terraform-provider-aws demands that they are not empty.
// Deviation: S3Bucket and CloudFrontDistribution of a domain are names that lead nowhere
// (RFC 2606), since no bucket and no distribution serve it.
const NO_BUCKET = 'bucket.invalid'
const NO_DISTRIBUTION = 'distribution.invalid'

/**
 * Describes a domain; for an unknown one the description is empty. A prefix domain is described in
 * the Region where it was created.
 */
export const DescribeUserPoolDomain = operation(
  { name: 'DescribeUserPoolDomain', auth: 'iam', region: 'account' },
  async (ctx, input) => {
    const found = await ctx.domains.resolve(input.Domain)
    const pool = found && (await ctx.pools.find(found.poolId))
    if (pool === undefined || pool.status === 'CREATING' || pool.status === 'DELETING') {
      return { DomainDescription: {} }
    }
    const domain = (await ownDomains(ctx, pool)).find((own) => own.domain === input.Domain)
    if (domain === undefined) return { DomainDescription: {} }
    const version = domain.settings['managedLoginVersion']
    return {
      DomainDescription: {
        UserPoolId: pool.id,
        AWSAccountId: ctx.accountId,
        Domain: domain.domain,
        // The form in which the service tells when a domain was last changed: 20261231235959.
        Version: new Date(domain.createdAtMs).toISOString().replaceAll(/\D/g, '').slice(0, 14),
        Status: 'ACTIVE' as const,
        S3Bucket: NO_BUCKET,
        CloudFrontDistribution: NO_DISTRIBUTION,
        // The SDK's type demands a certificate, the service sends none for a prefix domain.
        CustomDomainConfig: {} as { CertificateArn: string },
        ManagedLoginVersion: typeof version === 'number' ? version : 1,
      },
    }
  },
)

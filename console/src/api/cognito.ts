// The shapes of the user pools API that several pages read, with the members that they show. Times
// are epoch seconds, as they are on the wire.
import type { Call, Members } from './client.js'

export interface Attribute {
  readonly Name: string
  readonly Value?: string
}

/** UserType: a row of ListUsers and ListUsersInGroup. */
export interface UserRow {
  readonly Username: string
  readonly Attributes?: readonly Attribute[]
  readonly UserCreateDate: number
  readonly UserLastModifiedDate: number
  readonly Enabled: boolean
  readonly UserStatus: string
}

/** What AdminGetUser describes. */
export interface DescribedUser extends Omit<UserRow, 'Attributes'> {
  readonly UserAttributes: readonly Attribute[]
  readonly PreferredMfaSetting?: string
  readonly UserMFASettingList?: readonly string[]
}

export interface Group {
  readonly GroupName: string
  readonly Description?: string
  readonly RoleArn?: string
  readonly Precedence?: number
  readonly CreationDate: number
  readonly LastModifiedDate: number
}

export interface SchemaAttribute {
  readonly Name: string
  readonly AttributeDataType: 'String' | 'Number' | 'DateTime' | 'Boolean'
  readonly Mutable: boolean
  readonly Required: boolean
}

/** What DescribeUserPool describes. */
export interface DescribedPool extends Members {
  readonly Arn: string
  readonly DeletionProtection: 'ACTIVE' | 'INACTIVE'
  readonly EstimatedNumberOfUsers: number
  readonly LastModifiedDate: number
  readonly SchemaAttributes: readonly SchemaAttribute[]
}

/** A call of the user pools API. */
export function userPools(operation: string, input: Members): Call {
  return { service: 'cognito-idp', operation, input }
}

/** A call of the user pools API about a pool. */
export function ofPool(pool: { readonly Id: string }, operation: string, input: Members = {}) {
  return userPools(operation, { UserPoolId: pool.Id, ...input })
}

/** The value of an attribute; undefined when the user has none. */
export function attributeOf(
  attributes: readonly Attribute[] = [],
  name: string,
): string | undefined {
  return attributes.find(({ Name }) => Name === name)?.Value
}

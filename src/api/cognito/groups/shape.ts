// A group on the wire (GroupType).
import type { Group } from '#ports/directory.js'

export function toGroupShape(poolId: string, group: Group) {
  return {
    GroupName: group.name,
    UserPoolId: poolId,
    Description: group.description,
    RoleArn: group.roleArn,
    Precedence: group.precedence,
    LastModifiedDate: new Date(group.modifiedAtMs),
    CreationDate: new Date(group.createdAtMs),
  }
}
